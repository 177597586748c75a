import {
  EuiCheckboxGroup,
  EuiFieldNumber,
  EuiFieldText,
  EuiFlexGroup,
  EuiFlexItem,
  EuiForm,
  EuiFormRow,
  EuiSelect,
  EuiSkeletonText,
  EuiText,
} from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import { type Rule, SEVERITIES } from '../../../common/rules/rule';
import { severityLabel } from '../shared/severity_badge';
import { type AlertDraft, draftProblem, nameOf, needsAddress } from './alert_draft';
import type { Connector } from './host_apps';

interface AlertFormProps {
  readonly draft: AlertDraft;
  readonly rules: readonly Rule[];
  /** Undefined while they are read. */
  readonly connectors: readonly Connector[] | undefined;
  readonly onChange: (draft: AlertDraft) => void;
}

const toggled = <T extends string>(chosen: readonly T[], value: T): T[] =>
  chosen.includes(value) ? chosen.filter((each) => each !== value) : [...chosen, value];

/** Which violations, how many, and who is told. */
export const AlertForm = ({ draft, rules, connectors, onChange }: AlertFormProps) => {
  const set = (change: Partial<AlertDraft>): void => onChange({ ...draft, ...change });
  const problem = draftProblem(draft, connectors ?? []);
  const isKnownRule = rules.some(({ id }) => id === draft.ruleId);
  return (
    <EuiForm component="form" onSubmit={(event: React.FormEvent) => event.preventDefault()}>
      <EuiFormRow label={i18n.translate('betrace.alert.name', { defaultMessage: 'Name' })} fullWidth>
        <EuiFieldText
          fullWidth
          value={draft.name}
          placeholder={nameOf(draft, rules)}
          onChange={({ target }) => set({ name: target.value })}
        />
      </EuiFormRow>
      <EuiFormRow
        label={i18n.translate('betrace.alert.severities', { defaultMessage: 'Severities' })}
        isInvalid={problem === 'severities'}
        fullWidth
      >
        <EuiCheckboxGroup
          options={SEVERITIES.map((id) => ({ id, label: severityLabel(id) }))}
          idToSelectedMap={Object.fromEntries(draft.severities.map((severity) => [severity, true]))}
          onChange={(id) => {
            const severity = SEVERITIES.find((each) => each === id);
            if (severity)
              set({ severities: SEVERITIES.filter((s) => toggled(draft.severities, severity).includes(s)) });
          }}
        />
      </EuiFormRow>
      <EuiFormRow label={i18n.translate('betrace.alert.rule', { defaultMessage: 'Rule' })} fullWidth>
        <EuiSelect
          fullWidth
          value={draft.ruleId ?? ''}
          options={[
            { value: '', text: i18n.translate('betrace.alert.anyRule', { defaultMessage: 'Any rule' }) },
            ...rules.map(({ id, name }) => ({ value: id, text: name })),
            ...(draft.ruleId && !isKnownRule ? [{ value: draft.ruleId, text: draft.ruleId }] : []),
          ]}
          onChange={({ target }) => set({ ruleId: target.value || undefined })}
        />
      </EuiFormRow>
      <EuiFlexGroup gutterSize="m" responsive={false}>
        <EuiFlexItem>
          <EuiFormRow
            label={i18n.translate('betrace.alert.atLeast', { defaultMessage: 'At least so many' })}
            isInvalid={problem === 'atLeast'}
          >
            <EuiFieldNumber
              min={1}
              value={draft.atLeast}
              isInvalid={problem === 'atLeast'}
              onChange={({ target }) => set({ atLeast: target.value })}
            />
          </EuiFormRow>
        </EuiFlexItem>
        <EuiFlexItem>
          <EuiFormRow
            label={i18n.translate('betrace.alert.within', { defaultMessage: 'Found within minutes' })}
            isInvalid={problem === 'withinMinutes'}
          >
            <EuiFieldNumber
              min={1}
              value={draft.withinMinutes}
              isInvalid={problem === 'withinMinutes'}
              onChange={({ target }) => set({ withinMinutes: target.value })}
            />
          </EuiFormRow>
        </EuiFlexItem>
      </EuiFlexGroup>
      <EuiFormRow
        label={i18n.translate('betrace.alert.connectors', { defaultMessage: 'Tell by' })}
        helpText={i18n.translate('betrace.alert.connectorsHelp', {
          defaultMessage: 'Without any the alert is only listed. More can be set up at the alert itself.',
        })}
        fullWidth
      >
        <Connectors draft={draft} connectors={connectors} onChange={set} />
      </EuiFormRow>
      {needsAddress(draft, connectors ?? []) && (
        <EuiFormRow
          label={i18n.translate('betrace.alert.addresses', { defaultMessage: 'E-mail addresses' })}
          isInvalid={problem === 'addresses'}
          fullWidth
        >
          <EuiFieldText
            fullWidth
            value={draft.addresses}
            isInvalid={problem === 'addresses'}
            onChange={({ target }) => set({ addresses: target.value })}
          />
        </EuiFormRow>
      )}
    </EuiForm>
  );
};

const Connectors = ({
  draft,
  connectors,
  onChange,
}: Pick<AlertFormProps, 'draft' | 'connectors'> & { readonly onChange: (change: Partial<AlertDraft>) => void }) => {
  if (!connectors) return <EuiSkeletonText lines={2} />;
  if (connectors.length === 0) {
    return (
      <EuiText size="s" color="subdued">
        {i18n.translate('betrace.alert.noConnectors', { defaultMessage: 'There are no connectors to choose from.' })}
      </EuiText>
    );
  }
  return (
    <EuiCheckboxGroup
      options={connectors.map(({ id, name }) => ({ id: `betraceConnector-${id}`, label: name }))}
      idToSelectedMap={Object.fromEntries(draft.connectorIds.map((id) => [`betraceConnector-${id}`, true]))}
      onChange={(id) => onChange({ connectorIds: toggled(draft.connectorIds, id.replace('betraceConnector-', '')) })}
    />
  );
};
