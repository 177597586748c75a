import type { ActiveRule } from '../rules/rule';
import type { Kind, Status } from '../trace/span';
import type { TraceFlags, TraceView } from '../trace/trace';
import type { Attributes } from '../trace/value';

export type VerdictKind = 'violated' | 'satisfied' | 'inconclusive';

/** A span of the witness, with the attributes that evidence keeps (by default those that the rule mentions). */
export interface WitnessSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly service: string | undefined;
  readonly environment: string | undefined;
  readonly kind: Kind;
  readonly status: Status;
  readonly statusMessage: string;
  readonly startUs: number;
  readonly endUs: number;
  /** What the span is in the rule: `match`, or `trace` where the rule has no witness of its own. */
  readonly role: string;
  readonly attributes: Attributes;
}

/** Something that was looked for and not there. */
export interface Absence {
  /** In the rule's own words, e.g. `name === 'audit.log'`. */
  readonly looked_for: string;
  /** Where it was looked for; null: in the whole trace. */
  readonly window: { readonly fromUs: number; readonly toUs: number } | null;
}

export interface Verdict {
  readonly kind: VerdictKind;
  readonly witnesses: readonly WitnessSpan[];
  readonly absences: readonly Absence[];
  /** What happened, in words with names; no attribute values. Empty where satisfied. */
  readonly message: string;
}

export interface Completeness extends Omit<TraceFlags, 'lossy'> {
  readonly root_seen: boolean;
}

/** A verdict that the host must hear of: violated or inconclusive, by one rule of one trace. */
export interface Judgement {
  readonly rule: Omit<ActiveRule, 'dsl'>;
  readonly traceId: string;
  readonly source: TraceView['source'];
  readonly verdict: Exclude<VerdictKind, 'satisfied'>;
  readonly witnesses: readonly WitnessSpan[];
  readonly absences: readonly Absence[];
  readonly message: string;
  readonly completeness: Completeness;
  /** Milliseconds between the trace's first span's arrival and its judgement. */
  readonly waitedMs: number;
}
