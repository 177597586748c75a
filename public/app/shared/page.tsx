import { EuiPageTemplate } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React, { type ReactNode, useEffect } from 'react';
import { useAppServices } from '../app_services';
import { useLinkProps } from './link';

const SECTIONS = ['overview', 'violations', 'rules'] as const;
export type Section = (typeof SECTIONS)[number] | 'setup';

interface PageProps {
  /** Selects its tab. */
  readonly section: Section;
  /** Of a page below the section's own. */
  readonly title?: string;
  readonly actions?: ReactNode[];
  readonly children: ReactNode;
}

/** The frame of every page: title, tabs, breadcrumbs. */
export const Page = ({ section, title, actions, children }: PageProps) => {
  const { history, setBreadcrumbs, setUp } = useAppServices();
  const names = sectionNames();
  const linkTo = useLinkProps();
  useEffect(() => {
    const trail = [{ text: names[section], path: `/${section}` }];
    setBreadcrumbs(title === undefined ? trail : [...trail, { text: title }]);
  }, [setBreadcrumbs, section, title, names[section]]);
  useEffect(() => {
    // the page before it may have been scrolled; where somebody goes back, the browser knows how far
    if (history.action !== 'POP') window.scrollTo(0, 0);
  }, [history]);

  return (
    <EuiPageTemplate restrictWidth={false} panelled offset={0} paddingSize="l">
      <EuiPageTemplate.Header
        pageTitle={title ?? names[section]}
        rightSideItems={actions ?? []}
        bottomBorder
        tabs={[...SECTIONS, ...(setUp ? (['setup'] as const) : [])].map((name) => ({
          label: names[name],
          isSelected: name === section,
          ...linkTo(`/${name}`),
        }))}
      />
      <EuiPageTemplate.Section>{children}</EuiPageTemplate.Section>
    </EuiPageTemplate>
  );
};

const sectionNames = (): Readonly<Record<Section, string>> => ({
  overview: i18n.translate('betrace.overview.title', { defaultMessage: 'Overview' }),
  violations: i18n.translate('betrace.violations.title', { defaultMessage: 'Violations' }),
  rules: i18n.translate('betrace.rules.title', { defaultMessage: 'Rules' }),
  setup: i18n.translate('betrace.setup.title', { defaultMessage: 'Set-up' }),
});
