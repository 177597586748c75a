import { i18n } from '@kbn/i18n';
import { type Rule, SEVERITIES, type Severity } from '../../../common/rules/rule';
import type { AlertRequest, Connector } from './host_apps';

/** What a form holds, numbers as they are typed. */
export interface AlertDraft {
  readonly name: string;
  readonly severities: readonly Severity[];
  readonly ruleId: string | undefined;
  readonly atLeast: string;
  readonly withinMinutes: string;
  readonly connectorIds: readonly string[];
  readonly addresses: string;
}

/** What can be wrong with a draft, by field. */
export type DraftField = 'severities' | 'atLeast' | 'withinMinutes' | 'addresses';

const MAX_AT_LEAST = 10_000;
const MAX_MINUTES = 1_440;

export const newDraft = (severity: Severity | undefined, ruleId: string | undefined): AlertDraft => ({
  name: '',
  severities: severity ? [severity] : ['CRITICAL', 'HIGH'],
  ruleId,
  atLeast: '1',
  withinMinutes: '5',
  connectorIds: [],
  addresses: '',
});

/** The first field that must be mended. */
export function draftProblem(draft: AlertDraft, connectors: readonly Connector[]): DraftField | undefined {
  if (draft.severities.length === 0) return 'severities';
  if (!isWhole(draft.atLeast, MAX_AT_LEAST)) return 'atLeast';
  if (!isWhole(draft.withinMinutes, MAX_MINUTES)) return 'withinMinutes';
  return needsAddress(draft, connectors) && addressesOf(draft).length === 0 ? 'addresses' : undefined;
}

export const needsAddress = ({ connectorIds }: AlertDraft, connectors: readonly Connector[]): boolean =>
  connectors.some(({ id, needsAddress: needs }) => needs && connectorIds.includes(id));

/** A draft without problems, as the host takes it. */
export function requestOf(draft: AlertDraft, connectors: readonly Connector[], rules: readonly Rule[]): AlertRequest {
  const { severities, ruleId, connectorIds } = draft;
  return {
    name: draft.name.trim() || nameOf(draft, rules),
    severities: severities.length === SEVERITIES.length ? [] : severities,
    ruleId,
    atLeast: Number(draft.atLeast),
    withinMinutes: Number(draft.withinMinutes),
    connectors: connectors.filter(({ id }) => connectorIds.includes(id)),
    addresses: addressesOf(draft),
  };
}

/** What it is called where it is given no name. */
export function nameOf({ ruleId, severities }: AlertDraft, rules: readonly Rule[]): string {
  const rule = rules.find(({ id }) => id === ruleId)?.name ?? ruleId;
  return rule === undefined
    ? i18n.translate('betrace.alert.defaultName', {
        defaultMessage: 'BeTrace: {severities}',
        values: { severities: severities.join(', ') },
      })
    : i18n.translate('betrace.alert.defaultNameOfRule', { defaultMessage: 'BeTrace: {rule}', values: { rule } });
}

const isWhole = (text: string, max: number): boolean => /^\d{1,6}$/.test(text) && +text >= 1 && +text <= max;

const addressesOf = ({ addresses }: AlertDraft): string[] => addresses.split(/[\s,;]+/).filter(Boolean);
