/**
 * What we use of `@kbn/core/public`, which is not on npm: types only. What a line of Kibana may lack is optional here and
 * looked for before it is used.
 */
declare module '@kbn/core/public' {
  import type { History } from 'history';
  import type { ComponentType, ReactElement, ReactNode } from 'react';

  export interface PluginInitializerContext {
    readonly config: { get(): { readonly rum?: Readonly<Record<string, unknown>> } };
  }

  export interface AppMountParameters {
    readonly element: HTMLElement;
    readonly history: History;
  }

  export interface App {
    id: string;
    title: string;
    appRoute: string;
    category: { id: string; label: string; euiIconType: string; order: number };
    euiIconType: string;
    keywords: string[];
    deepLinks: { id: string; title: string; path: string }[];
    mount(params: AppMountParameters): Promise<() => void>;
  }

  export interface HttpFetchOptions {
    method: string;
    version?: string;
    query?: Record<string, string | number | undefined>;
    body?: string;
    headers?: Record<string, string>;
    /** Gives the whole answer, and its body unread. */
    asResponse?: boolean;
    rawResponse?: boolean;
    signal?: AbortSignal;
  }

  export interface CoreSetup {
    readonly application: { register(app: App): void };
    getStartServices(): Promise<[CoreStart, ...unknown[]]>;
  }

  export interface CoreStart {
    readonly application: { readonly capabilities: Record<string, Record<string, unknown> | undefined> };
    readonly http: {
      fetch(path: string, options: HttpFetchOptions): Promise<unknown>;
      readonly basePath: { prepend(path: string): string };
    };
    readonly chrome: {
      setBreadcrumbs(breadcrumbs: { text: string; href?: string }[]): void;
      setBadge(badge?: { text: string; tooltip: string; iconType: string }): void;
      setHelpExtension(help?: {
        appName: string;
        links: { linkType: 'custom'; content: string; href: string; target: string }[];
      }): void;
      readonly docTitle: { change(title: string[]): void };
    };
    readonly notifications: {
      readonly toasts: {
        addSuccess(toast: { title: string }): void;
        addDanger(toast: { title: string; text: string }): void;
      };
    };
    readonly uiSettings: { get(key: string): unknown };
    readonly i18n: { readonly Context: ComponentType<{ children: ReactNode }> };
    readonly theme: { readonly theme$: unknown };
    readonly analytics: unknown;
    readonly userProfile?: unknown;
    /** Kibana 9. */
    readonly rendering?: { addContext?(element: ReactNode): ReactElement };
  }
}
