import { EuiFieldSearch, EuiFlexGroup, EuiFlexItem, EuiSelect, EuiSwitch } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import { MODES, SEVERITIES } from '../../../common/rules/rule';
import { severityLabel } from '../shared/severity_badge';
import { modeLabel } from './modes';
import type { RulesFilter } from './rules_filter';

interface RulesFilterBarProps {
  readonly filter: RulesFilter;
  readonly tags: readonly string[];
  readonly onChange: (change: Partial<RulesFilter>) => void;
}

/** Words, severity, mode, tag, and whether only what needs a look is shown. */
export const RulesFilterBar = ({ filter, tags, onChange }: RulesFilterBarProps) => (
  <EuiFlexGroup gutterSize="s" wrap alignItems="center">
    <EuiFlexItem grow={3} style={{ minWidth: 220 }}>
      <EuiFieldSearch
        fullWidth
        incremental
        isClearable
        placeholder={i18n.translate('betrace.rules.search', { defaultMessage: 'Search rules' })}
        aria-label={i18n.translate('betrace.rules.search', { defaultMessage: 'Search rules' })}
        value={filter.words}
        onChange={({ target }) => onChange({ words: target.value })}
      />
    </EuiFlexItem>
    <Choice
      label={i18n.translate('betrace.rules.filterSeverity', { defaultMessage: 'Show severity' })}
      any={i18n.translate('betrace.rules.anySeverity', { defaultMessage: 'Any severity' })}
      value={filter.severity}
      options={SEVERITIES.map((value) => ({ value, text: severityLabel(value) }))}
      onChange={(severity) => onChange({ severity: SEVERITIES.find((each) => each === severity) })}
    />
    <Choice
      label={i18n.translate('betrace.rules.filterMode', { defaultMessage: 'Show mode' })}
      any={i18n.translate('betrace.rules.anyMode', { defaultMessage: 'Any mode' })}
      value={filter.mode}
      options={MODES.map((value) => ({ value, text: modeLabel(value) }))}
      onChange={(mode) => onChange({ mode: MODES.find((each) => each === mode) })}
    />
    {tags.length > 0 && (
      <Choice
        label={i18n.translate('betrace.rules.filterTag', { defaultMessage: 'Show tag' })}
        any={i18n.translate('betrace.rules.anyTag', { defaultMessage: 'Any tag' })}
        value={filter.tag}
        options={tags.map((value) => ({ value, text: value }))}
        onChange={(tag) => onChange({ tag })}
      />
    )}
    <EuiFlexItem grow={false}>
      <EuiSwitch
        compressed
        label={i18n.translate('betrace.rules.onlyFlawed', { defaultMessage: 'Only those that need a look' })}
        checked={filter.flawed}
        onChange={({ target }) => onChange({ flawed: target.checked })}
      />
    </EuiFlexItem>
  </EuiFlexGroup>
);

interface ChoiceProps {
  readonly label: string;
  readonly any: string;
  readonly value: string | undefined;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly onChange: (value: string | undefined) => void;
}

const Choice = ({ label, any, value, options, onChange }: ChoiceProps) => (
  <EuiFlexItem grow={1} style={{ minWidth: 140 }}>
    <EuiSelect
      fullWidth
      aria-label={label}
      value={value ?? ''}
      options={[{ value: '', text: any }, ...options]}
      onChange={({ target }) => onChange(target.value || undefined)}
    />
  </EuiFlexItem>
);
