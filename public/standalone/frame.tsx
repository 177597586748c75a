import {
  EuiContext,
  EuiGlobalToastList,
  EuiHeader,
  EuiHeaderLink,
  EuiHeaderSection,
  EuiHeaderSectionItem,
  EuiHeaderBreadcrumbs,
  EuiProvider,
  type EuiGlobalToastListToast,
} from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import type { History } from 'history';
import React, { type ComponentType, useEffect, useMemo, useState } from 'react';
import type { Session } from '../../common/api/session';
import type { AppServices } from '../app/app_services';
import type { EuiTexts } from './eui_texts';
import { type ColorModePreference, keepColorMode, preferredColorMode } from './preferences';
import { Settings } from './settings';
import { standaloneServices } from './services';
import { cache } from './styles';

interface FrameProps {
  readonly App: ComponentType<{ services: AppServices }>;
  readonly session: Session;
  readonly history: History;
  readonly euiTexts: EuiTexts;
}

type Breadcrumbs = Parameters<AppServices['setBreadcrumbs']>[0];

const TOAST_MS = 6_000;

/** What Kibana would draw around the app: a header, notices, EUI's contexts, light or dark. */
export const Frame = ({ App, session, history, euiTexts }: FrameProps) => {
  const [preference, setPreference] = useState(preferredColorMode);
  const [toasts, setToasts] = useState<EuiGlobalToastListToast[]>([]);
  const [breadcrumbs, setBreadcrumbs] = useState<Breadcrumbs>([]);
  const system = useSystemColorMode();
  const services = useMemo(() => {
    const add = (toast: Omit<EuiGlobalToastListToast, 'id'>): void =>
      setToasts((shown) => [...shown, { id: String(performance.now()), ...toast }]);
    return standaloneServices(session, history, {
      notify: {
        success: (title, text) => add({ title, text, color: 'success', iconType: 'check' }),
        failure: (title, text) => add({ title, text, color: 'danger', iconType: 'error' }),
      },
      setBreadcrumbs,
    });
  }, [session, history]);
  useEffect(() => {
    document.title = ['BeTrace', ...breadcrumbs.map(({ text }) => text)].reverse().join(' - ');
  }, [breadcrumbs]);
  const choose = (mode: ColorModePreference): void => {
    keepColorMode(mode);
    setPreference(mode);
  };

  return (
    <EuiProvider colorMode={preference === 'system' ? system : preference} cache={cache}>
      <EuiContext i18n={euiTexts}>
        <EuiHeader position="static" role="banner">
          <EuiHeaderSection grow>
            <EuiHeaderSectionItem>
              <EuiHeaderLink
                iconType="/app/assets/logo.svg"
                href={history.createHref({ pathname: '/' })}
                onClick={toStart(history)}
                color="text"
              >
                <strong>BeTrace</strong>
              </EuiHeaderLink>
            </EuiHeaderSectionItem>
            <EuiHeaderBreadcrumbs
              aria-label={i18n.translate('betrace.frame.breadcrumbs', { defaultMessage: 'Breadcrumbs' })}
              breadcrumbs={breadcrumbs.map(({ text, path }, index) => ({
                text,
                ...(path !== undefined && index < breadcrumbs.length - 1
                  ? {
                      href: history.createHref({ pathname: path }),
                      onClick: (event: React.MouseEvent) => {
                        event.preventDefault();
                        history.push(path);
                      },
                    }
                  : {}),
              }))}
            />
          </EuiHeaderSection>
          <EuiHeaderSection side="right">
            <EuiHeaderSectionItem>
              <Settings colorMode={preference} onColorModeChange={choose} />
            </EuiHeaderSectionItem>
          </EuiHeaderSection>
        </EuiHeader>
        <App services={services} />
        <EuiGlobalToastList
          toasts={toasts}
          toastLifeTimeMs={TOAST_MS}
          dismissToast={({ id }) => setToasts((shown) => shown.filter((toast) => toast.id !== id))}
        />
      </EuiContext>
    </EuiProvider>
  );
};

const toStart =
  (history: History) =>
  (event: React.MouseEvent): void => {
    event.preventDefault();
    history.push('/');
  };

function useSystemColorMode(): 'light' | 'dark' {
  const query = useMemo(() => matchMedia('(prefers-color-scheme: dark)'), []);
  const [isDark, setIsDark] = useState(query.matches);
  useEffect(() => {
    const update = (): void => setIsDark(query.matches);
    query.addEventListener('change', update);
    return () => query.removeEventListener('change', update);
  }, [query]);
  return isDark ? 'dark' : 'light';
}
