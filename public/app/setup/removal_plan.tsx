import { EuiButtonEmpty, EuiCallOut, EuiSpacer, EuiText } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import type { ExportedRules, UninstallReport } from '../../../common/api/setup';

/** What goes and what stays, or has gone and has stayed; and the rules, to be kept. */
export const RemovalPlan = ({ report }: { report: UninstallReport }) => {
  const { dryRun, rules, removed, kept, keys } = report;
  return (
    <div role="status" data-test-subj="betraceRemovalReport">
      <EuiCallOut
        color={dryRun ? 'warning' : 'success'}
        iconType={dryRun ? 'trash' : 'check'}
        title={
          dryRun
            ? i18n.translate('betrace.removal.plan', { defaultMessage: 'This would be removed' })
            : i18n.translate('betrace.removal.done', { defaultMessage: 'This was removed' })
        }
      >
        <EuiText size="s" style={{ overflowWrap: 'anywhere' }}>
          <ul>
            {rules.map((each) => (
              <RulesOfSpace key={each.space} rules={each} />
            ))}
            {keys.length > 0 && (
              <li>
                {i18n.translate('betrace.removal.keys', {
                  defaultMessage: '{count, plural, one {# API key} other {# API keys}} of BeTrace',
                  values: { count: keys.length },
                })}
              </li>
            )}
            {removed.map((name) => (
              <li key={name}>{name}</li>
            ))}
          </ul>
          {kept.length > 0 && (
            <>
              <p>{i18n.translate('betrace.removal.kept', { defaultMessage: 'This stays:' })}</p>
              <ul>
                {kept.map(({ name, reason }) => (
                  <li key={name}>
                    {name}: {reason}
                  </li>
                ))}
              </ul>
            </>
          )}
          {!dryRun && (
            <p>
              {i18n.translate('betrace.removal.next', {
                defaultMessage:
                  'Now take the settings below betrace out of kibana.yml, run bin/kibana-plugin remove betrace, and restart Kibana.',
              })}
            </p>
          )}
        </EuiText>
      </EuiCallOut>
      <EuiSpacer size="m" />
    </div>
  );
};

const RulesOfSpace = ({ rules: { space, count, file } }: { rules: ExportedRules }) => (
  <li>
    {i18n.translate('betrace.removal.rules', {
      defaultMessage: '{count, plural, one {# rule} other {# rules}} of the space {space}, with their history',
      values: { count, space },
    })}{' '}
    <EuiButtonEmpty size="xs" iconType="download" flush="both" onClick={() => download(file, space)}>
      {i18n.translate('betrace.removal.download', {
        defaultMessage: 'Download the rules of {space}',
        values: { space },
      })}
    </EuiButtonEmpty>
  </li>
);

/** As a file that imports in that space to the same rules. */
function download(text: string, space: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }));
  const link = Object.assign(document.createElement('a'), { href: url, download: `betrace-rules-${space}.yaml` });
  link.click();
  URL.revokeObjectURL(url);
}
