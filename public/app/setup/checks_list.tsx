import { EuiFlexGroup, EuiFlexItem, EuiIcon, EuiPanel, EuiSpacer, EuiText, EuiTitle } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import type { Check } from './checks';

/** What is there of all that is needed, and what is not, with the reason. */
export const ChecksList = ({ checks }: { checks: readonly Check[] }) => (
  <ul data-test-subj="betraceChecks">
    {checks.map(({ id, state, title, details }) => (
      <li key={id} data-test-subj={`betraceCheck-${id}-${state}`}>
        <EuiPanel hasBorder paddingSize="m">
          <EuiFlexGroup gutterSize="m" responsive={false} alignItems="flexStart">
            <EuiFlexItem grow={false}>
              <EuiIcon {...ICONS[state]} size="l" aria-label={labelOf(state)} />
            </EuiFlexItem>
            <EuiFlexItem style={{ minWidth: 0 }}>
              <EuiTitle size="xs">
                <h3>{title}</h3>
              </EuiTitle>
              {details.length > 0 && (
                <EuiText size="s" style={{ overflowWrap: 'anywhere' }}>
                  {details.map((detail) => (
                    <p key={detail} style={{ marginBlockEnd: 0 }}>
                      {detail}
                    </p>
                  ))}
                </EuiText>
              )}
            </EuiFlexItem>
          </EuiFlexGroup>
        </EuiPanel>
        <EuiSpacer size="s" />
      </li>
    ))}
  </ul>
);

const ICONS = {
  good: { type: 'check', color: 'success' },
  missing: { type: 'cross', color: 'danger' },
  attention: { type: 'warning', color: 'warning' },
} as const;

function labelOf(state: Check['state']): string {
  switch (state) {
    case 'good':
      return i18n.translate('betrace.setup.good', { defaultMessage: 'In order' });
    case 'missing':
      return i18n.translate('betrace.setup.missing', { defaultMessage: 'Missing' });
    case 'attention':
      return i18n.translate('betrace.setup.attention', { defaultMessage: 'Worth a look' });
  }
}
