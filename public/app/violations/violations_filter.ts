import dateMath from '@elastic/datemath';
import { SEVERITIES, type Severity } from '../../../common/rules/rule';
import type { ViolationsFilter } from '../api/queries';

/** What the violations page shows, as its address says; `from` and `to` as date math, e.g. `now-24h`. */
export interface ViolationsState {
  readonly from: string;
  readonly to: string;
  readonly refreshMs: number;
  readonly q: string;
  readonly severity: Severity | undefined;
  readonly ruleId: string | undefined;
  readonly traceId: string | undefined;
}

export const DEFAULT_STATE: ViolationsState = {
  from: 'now-24h',
  to: 'now',
  refreshMs: 5_000,
  q: '',
  severity: undefined,
  ruleId: undefined,
  traceId: undefined,
};

const MIN_REFRESH_MS = 1_000;

/** The state of an address' query; what can't be read is as if it weren't there. */
export function parseState(search: string): ViolationsState {
  const params = new URLSearchParams(search);
  const refresh = Number(params.get('refresh') ?? DEFAULT_STATE.refreshMs);
  return {
    from: timeOf(params.get('from')) ?? DEFAULT_STATE.from,
    to: timeOf(params.get('to')) ?? DEFAULT_STATE.to,
    refreshMs: refresh >= MIN_REFRESH_MS ? refresh : 0,
    q: params.get('q') ?? '',
    severity: SEVERITIES.find((severity) => severity === params.get('severity')),
    ruleId: params.get('ruleId') || undefined,
    traceId: params.get('traceId') || undefined,
  };
}

/** The query of a state's address, with `?`; empty for the default. */
export function formatState(state: ViolationsState): string {
  const params = new URLSearchParams();
  if (state.from !== DEFAULT_STATE.from) params.set('from', state.from);
  if (state.to !== DEFAULT_STATE.to) params.set('to', state.to);
  if (state.refreshMs !== DEFAULT_STATE.refreshMs) params.set('refresh', String(state.refreshMs));
  if (state.q) params.set('q', state.q);
  if (state.severity) params.set('severity', state.severity);
  if (state.ruleId) params.set('ruleId', state.ruleId);
  if (state.traceId) params.set('traceId', state.traceId);
  const text = params.toString();
  return text && `?${text}`;
}

/** The API's query at this moment. An end of `now` is left open, for the clocks of browser and host may differ. */
export function toFilter({ from, to, q, severity, ruleId, traceId }: ViolationsState): ViolationsFilter {
  return {
    from: dateMath.parse(from)?.toISOString(),
    to: to === 'now' ? undefined : dateMath.parse(to, { roundUp: true })?.toISOString(),
    q: q || undefined,
    severity,
    ruleId,
    traceId,
  };
}

/** Whether anything but the time is asked for. */
export const isFiltered = ({ q, severity, ruleId, traceId }: ViolationsState): boolean =>
  Boolean(q || severity || ruleId || traceId);

/** Date math or ISO 8601: what else it may be, moment would guess at. */
const TIME = /^(now|\d{4}-\d\d)/;

const timeOf = (text: string | null): string | undefined =>
  text !== null && TIME.test(text) && dateMath.parse(text)?.isValid() ? text : undefined;
