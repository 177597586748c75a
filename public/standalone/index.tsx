import { i18n } from '@kbn/i18n';
import { createBrowserHistory } from 'history';
import React from 'react';
import { createRoot } from 'react-dom/client';
import type { Session } from '../../common/api/session';
import type { App } from '../app';
import { ApiError } from '../app/api/api_error';
import { errorText, isPassing } from '../app/shared/error_text';
import { loadRum } from '../rum/load';
import { loadEuiTexts } from './eui_texts';
import { Frame } from './frame';
import { type Translation, useTranslation } from './kbn_i18n';
import { preferredLocale } from './preferences';
import { call, ROOT } from './services';
import { SHARED_DEPENDENCIES } from './shared_dependencies';

declare global {
  var __kbnSharedDeps__: typeof SHARED_DEPENDENCIES;
}

const ASSETS = '/app/assets/';
const RETRY_MS = 2_000;

/** Draws the app as the standalone host serves it. */
async function main(): Promise<void> {
  globalThis.__kbnSharedDeps__ = SHARED_DEPENDENCIES;
  const locale = preferredLocale();
  document.documentElement.lang = locale;
  useTranslation(locale, await translationOf(locale));
  const rum = document.querySelector<HTMLMetaElement>('meta[name=betrace-rum]')?.content;
  const appUrl = `${ASSETS}betrace.app.js`;
  const [{ App: Pages }, session, euiTexts] = await Promise.all([
    import(appUrl) as Promise<{ App: typeof App }>,
    askSession(),
    loadEuiTexts(locale),
    loadRum(rum === undefined ? {} : (JSON.parse(rum) as object), `${ASSETS}betrace.rum.js`, { onlyOurs: false }),
  ]);
  createRoot(target()).render(
    <Frame
      App={Pages}
      session={session}
      history={createBrowserHistory({ basename: `${ROOT}/app` })}
      euiTexts={euiTexts}
    />,
  );
}

async function translationOf(locale: string): Promise<Translation> {
  if (locale === 'en') return { messages: {} };
  const answer = await fetch(`${ASSETS}translations/${locale}.json`);
  return answer.ok ? ((await answer.json()) as Translation) : { messages: {} };
}

/** Says why it can't be had, and asks until it can. */
async function askSession(): Promise<Session> {
  for (;;) {
    try {
      return await call<Session>('GET', '/session');
    } catch (error) {
      if (!(error instanceof ApiError) || !isPassing(error)) throw error;
      target().textContent = errorText(error);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

const target = (): HTMLElement => document.getElementById('betrace')!;

main().catch((error: unknown) => {
  target().textContent =
    error instanceof ApiError
      ? errorText(error)
      : i18n.translate('betrace.standalone.broken', { defaultMessage: 'BeTrace can not be shown.' });
});
