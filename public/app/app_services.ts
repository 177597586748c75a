import type * as Charts from '@elastic/charts';
import type { History } from 'history';
import type * as MonacoApi from 'monaco-editor/esm/vs/editor/editor.api';
import { createContext, useContext } from 'react';
import type { ProblemDetail } from './api/api_error';
import type { HostApps } from './host_apps/host_apps';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** The code editor, as every host has it. */
export type Monaco = typeof MonacoApi;

/** What pages draw charts with; the same in the charts of every Kibana. */
export type ChartsLibrary = Pick<
  typeof Charts,
  'Axis' | 'BarSeries' | 'Chart' | 'DARK_THEME' | 'LIGHT_THEME' | 'Position' | 'ScaleType' | 'Settings' | 'Tooltip'
>;

export interface CallOptions {
  /** What is undefined is left out. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: object;
  /** A body that is sent as it is, in place of `body`. */
  readonly file?: { readonly contentType: string; readonly text: string };
  readonly signal?: AbortSignal | undefined;
}

export interface StreamOptions<T> {
  readonly body: object;
  readonly signal: AbortSignal;
  readonly onLine: (line: T) => void;
}

/**
 * Everything that the pages need of their host and that differs between hosts. Kibana and the standalone host each provide
 * one; React, EUI and i18n come as shared modules.
 */
export interface AppServices {
  /**
   * Calls BeTrace's API; `path` is below its root, e.g. `/rules`.
   * @throws ApiError for every answer but 2xx, and with the code BT_UNREACHABLE where there was none
   */
  call<T>(method: Method, path: string, options?: CallOptions): Promise<T>;
  /**
   * Posts, and tells each line of the answer (`application/x-ndjson`) as it comes, parsed.
   * @throws ApiError as `call`; where the answer breaks off, with the code BT_UNREACHABLE
   */
  stream<T>(path: string, options: StreamOptions<T>): Promise<void>;
  /** What is looked at; `default` where nothing else is said. */
  readonly space: string;
  readonly can: { readonly read: boolean; readonly write: boolean };
  /** Its location is below the app's root: `/rules`. */
  readonly history: History;
  /** An IANA name, or undefined for the browser's. */
  readonly timeZone: string | undefined;
  readonly notify: { success(title: string, text?: string): void; failure(title: string, text: string): void };
  /** Says where the user is; the last of them is the page. */
  readonly setBreadcrumbs: (names: readonly { readonly text: string; readonly path?: string }[]) => void;
  /** Of a host that an administrator must set up; absent where the host sets itself up. */
  readonly setUp?: { readonly mayAdminister: boolean };
  /** Large, and of few pages: had when they are opened. Whoever gets none does without. */
  readonly loadMonaco: () => Promise<Monaco>;
  readonly loadCharts: () => Promise<ChartsLibrary>;
  /** Where a trace's waterfall is shown; absent where the host has none. */
  readonly traceHref?: (traceId: string) => string;
  /** Where violations are looked at and alerted of besides; absent where the host has no other apps. */
  readonly apps?: HostApps;
}

export type { ProblemDetail };

const Context = createContext<AppServices | undefined>(undefined);

export const AppServicesProvider = Context.Provider;

/** The services of the host that the app runs in. */
export function useAppServices(): AppServices {
  const services = useContext(Context);
  if (!services) throw new Error('There is no AppServicesProvider above this component.');
  return services;
}
