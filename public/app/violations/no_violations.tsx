import { EuiButton, EuiButtonEmpty, EuiEmptyPrompt } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import { useAppServices } from '../app_services';
import { useLinkProps } from '../shared/link';
import { DEFAULT_STATE, isFiltered, type ViolationsState } from './violations_filter';

interface NoViolationsProps {
  readonly state: ViolationsState;
  /** Undefined: not known. */
  readonly hasRules: boolean | undefined;
  readonly onChange: (change: Partial<ViolationsState>) => void;
}

const LONG_AGO = 'now-90d';

/** What a list without violations means, and where to go from there. */
export const NoViolations = ({ state, hasRules, onChange }: NoViolationsProps) => {
  const { can } = useAppServices();
  const linkTo = useLinkProps();
  if (hasRules === false && !isFiltered(state)) {
    return (
      <EuiEmptyPrompt
        iconType="list"
        title={<h2>{i18n.translate('betrace.violations.noRules', { defaultMessage: 'There are no rules yet' })}</h2>}
        body={
          <p>
            {i18n.translate('betrace.violations.noRulesBody', {
              defaultMessage: 'A rule says what a trace must never show. Traces that do are listed here.',
            })}
          </p>
        }
        actions={
          can.write && (
            <EuiButton fill {...linkTo('/rules/create')}>
              {i18n.translate('betrace.violations.createRule', { defaultMessage: 'Create a rule' })}
            </EuiButton>
          )
        }
      />
    );
  }
  const { q, severity, ruleId, traceId } = DEFAULT_STATE;
  return (
    <EuiEmptyPrompt
      iconType={isFiltered(state) ? 'search' : 'check'}
      title={
        <h2>
          {isFiltered(state)
            ? i18n.translate('betrace.violations.noneMatch', { defaultMessage: 'No violation matches the filters' })
            : i18n.translate('betrace.violations.none', { defaultMessage: 'No rule was violated in this time' })}
        </h2>
      }
      actions={[
        ...(isFiltered(state)
          ? [
              <EuiButton key="clear" onClick={() => onChange({ q, severity, ruleId, traceId })}>
                {i18n.translate('betrace.violations.clearFilters', { defaultMessage: 'Clear the filters' })}
              </EuiButton>,
            ]
          : []),
        ...(state.from === LONG_AGO
          ? []
          : [
              <EuiButtonEmpty key="longer" onClick={() => onChange({ from: LONG_AGO, to: 'now' })}>
                {i18n.translate('betrace.violations.searchLonger', { defaultMessage: 'Look at the last 90 days' })}
              </EuiButtonEmpty>,
            ]),
      ]}
    />
  );
};
