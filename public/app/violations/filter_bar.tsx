import {
  EuiBadge,
  EuiFieldSearch,
  EuiFlexGroup,
  EuiFlexItem,
  EuiSelect,
  EuiSpacer,
  EuiSuperDatePicker,
} from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React, { useEffect, useState } from 'react';
import { type Rule, SEVERITIES } from '../../../common/rules/rule';
import { severityLabel } from '../shared/severity_badge';
import { DEFAULT_STATE, type ViolationsState } from './violations_filter';

interface FilterBarProps {
  readonly state: ViolationsState;
  readonly rules: readonly Rule[];
  readonly onChange: (change: Partial<ViolationsState>) => void;
}

/** Words, severity, rule, time, and how often the list refreshes itself. */
export const FilterBar = ({ state, rules, onChange }: FilterBarProps) => {
  const [words, setWords] = useState(state.q);
  useEffect(() => setWords(state.q), [state.q]);
  const any = i18n.translate('betrace.filter.anySeverity', { defaultMessage: 'Any severity' });
  const ruleLabel = i18n.translate('betrace.filter.rule', { defaultMessage: 'Rule' });
  const severityName = i18n.translate('betrace.filter.severity', { defaultMessage: 'Severity' });
  const isKnownRule = rules.some(({ id }) => id === state.ruleId);
  return (
    <>
      <EuiFlexGroup gutterSize="s" wrap>
        <EuiFlexItem grow={3} style={{ minWidth: 220 }}>
          <EuiFieldSearch
            fullWidth
            placeholder={i18n.translate('betrace.filter.words', {
              defaultMessage: 'Words of the message or the rule',
            })}
            aria-label={i18n.translate('betrace.filter.wordsLabel', { defaultMessage: 'Search violations' })}
            value={words}
            onChange={({ target }) => setWords(target.value)}
            onSearch={(q) => onChange({ q: q.trim() })}
          />
        </EuiFlexItem>
        <EuiFlexItem grow={1} style={{ minWidth: 190 }}>
          <EuiSelect
            fullWidth
            aria-label={severityName}
            value={state.severity ?? ''}
            options={[{ value: '', text: any }, ...SEVERITIES.map((value) => ({ value, text: severityLabel(value) }))]}
            onChange={({ target }) => onChange({ severity: SEVERITIES.find((severity) => severity === target.value) })}
          />
        </EuiFlexItem>
        <EuiFlexItem grow={2} style={{ minWidth: 180 }}>
          <EuiSelect
            fullWidth
            aria-label={ruleLabel}
            value={state.ruleId ?? ''}
            options={[
              { value: '', text: i18n.translate('betrace.filter.anyRule', { defaultMessage: 'Any rule' }) },
              ...rules.map(({ id, name }) => ({ value: id, text: name })),
              ...(state.ruleId && !isKnownRule ? [{ value: state.ruleId, text: state.ruleId }] : []),
            ]}
            onChange={({ target }) => onChange({ ruleId: target.value || undefined })}
          />
        </EuiFlexItem>
        <EuiFlexItem grow={false} style={{ minWidth: 260 }}>
          <EuiSuperDatePicker
            width="full"
            start={state.from}
            end={state.to}
            isPaused={state.refreshMs === 0}
            refreshInterval={state.refreshMs || DEFAULT_STATE.refreshMs}
            showUpdateButton={false}
            onTimeChange={({ start, end }) => onChange({ from: start, to: end })}
            onRefreshChange={({ isPaused, refreshInterval }) => onChange({ refreshMs: isPaused ? 0 : refreshInterval })}
          />
        </EuiFlexItem>
      </EuiFlexGroup>
      {state.traceId && (
        <>
          <EuiSpacer size="s" />
          <EuiBadge
            color="hollow"
            iconType="cross"
            iconSide="right"
            iconOnClick={() => onChange({ traceId: undefined })}
            iconOnClickAriaLabel={i18n.translate('betrace.filter.removeTrace', {
              defaultMessage: 'Show all traces',
            })}
          >
            {i18n.translate('betrace.filter.trace', {
              defaultMessage: 'Trace {traceId}',
              values: { traceId: state.traceId },
            })}
          </EuiBadge>
        </>
      )}
    </>
  );
};
