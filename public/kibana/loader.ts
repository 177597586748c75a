import type React from 'react';
import type { ChartsLibrary, Monaco } from '../app/app_services';

interface Loader {
  get(key: string): Readonly<Record<string, unknown>>;
}

type Provider = React.ComponentType<Record<string, unknown> & { children: React.ReactNode }>;

/** What Kibana's page has before any plugin runs. Read only when the app is opened: order of scripts is not to be relied on. */
interface KibanaPage {
  readonly __kbnBundles__: Loader;
  readonly __kbnPublicPath__: Readonly<Record<string, string>>;
  readonly __kbnSharedDeps__: {
    readonly ElasticCharts: ChartsLibrary;
    readonly MonacoBarePluginApi: Monaco;
    readonly KbnRison: { encode(value: unknown): string };
    readonly KbnReactKibanaContextRender?: { readonly KibanaRenderContextProvider?: Provider };
  };
}

const page = (): KibanaPage => globalThis as unknown as KibanaPage;

/** The address of a file of ours, with the build's version in it. */
export const fileUrl = (name: string): string => `${page().__kbnPublicPath__['betrace'] ?? ''}${name}`;

export const sharedCharts = (): ChartsLibrary => page().__kbnSharedDeps__.ElasticCharts;

export const sharedMonaco = (): Monaco => page().__kbnSharedDeps__.MonacoBarePluginApi;
/** A value as Kibana's addresses have it. */
export const rison = (value: unknown): string => encodeURIComponent(page().__kbnSharedDeps__.KbnRison.encode(value));

/** Kibana's provider of theme and i18n in one, from 8.14 on. */
export const renderContextProvider = (): Provider | undefined =>
  page().__kbnSharedDeps__.KbnReactKibanaContextRender?.KibanaRenderContextProvider;

/** The theme's provider of Kibana 8.12 and 8.13; the manifest for these asks for its bundle. */
export const themeProvider = (): Provider =>
  page().__kbnBundles__.get('plugin/kibanaReact/public')['KibanaThemeProvider'] as Provider;
