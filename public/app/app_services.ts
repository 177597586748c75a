import type { History } from 'history';
import { createContext, useContext } from 'react';
import type { ProblemDetail } from './api/api_error';
import type { HostApps } from './host_apps/host_apps';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface CallOptions {
  /** What is undefined is left out. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: object;
  readonly signal?: AbortSignal | undefined;
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
  readonly can: { readonly read: boolean; readonly write: boolean };
  /** Its location is below the app's root: `/rules`. */
  readonly history: History;
  /** An IANA name, or undefined for the browser's. */
  readonly timeZone: string | undefined;
  readonly notify: { success(title: string): void; failure(title: string, text: string): void };
  /** Says where the user is; the last of them is the page. */
  readonly setBreadcrumbs: (names: readonly { readonly text: string; readonly path?: string }[]) => void;
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
