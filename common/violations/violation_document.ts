import type { Completeness } from '../engine/judgement';
import type { Severity } from '../rules/rule';
import type { TraceView } from '../trace/trace';

/**
 * What a document says. `retracted`: what the revision before it said no longer holds. `suppressed`: so many violations of
 * a rule were found in a minute that those beyond a bound were only counted; it is of no trace.
 */
export type Assertion = 'violated' | 'retracted' | 'suppressed';
export type ViolationStatus = 'open' | 'acknowledged' | 'closed' | 'retracted';

export interface SpanReferenceDocument {
  readonly trace_id: string;
  readonly span_id: string;
  readonly service?: string;
  readonly name: string;
  readonly role: string;
}

/** What follows from the rule and the trace alone: the same on every bridge that saw the same spans. */
export interface VerdictFields {
  readonly id: string;
  readonly verdict: Assertion;
  readonly rule_id: string;
  readonly rule_version: string;
  readonly space_id: string;
  readonly message: string;
  readonly trace_ids: readonly string[];
  readonly span_references: readonly SpanReferenceDocument[];
  /** How many witnesses there were; `span_references` holds the first of them. */
  readonly witness_count: number;
}

/** How many violations were counted and not written, and between which times. */
export interface SuppressedDocument {
  readonly count: number;
  readonly from: string;
  readonly to: string;
}

export interface UnsignedViolationFields extends VerdictFields {
  readonly revision: number;
  readonly rule_name: string;
  readonly severity: Severity;
  readonly priority: number;
  readonly completeness: Completeness & { readonly late_spans: number; readonly waited_ms: number };
  readonly created_at: string;
  readonly tags: readonly string[];
  readonly source: TraceView['source'];
  readonly evidence_digest: string;
  readonly verdict_digest: string;
  /** Where the verdict is `suppressed`. */
  readonly suppressed?: SuppressedDocument;
}

/** Outside the signature: it changes over a violation's life and can be rebuilt. */
export interface ProjectionFields {
  readonly status: ViolationStatus;
  readonly superseded: boolean;
}

export interface SignatureFields {
  readonly digest: string;
  /** A compact JWS. */
  readonly signature: string;
  readonly key_id: string;
}

/** A place in a trace, as APM reads it. */
export interface SpanLikeFields {
  readonly timestamp: { readonly us: number };
  readonly processor: { readonly event: 'span'; readonly name: 'transaction' };
  readonly trace: { readonly id: string };
  readonly transaction: { readonly id: string };
  readonly parent?: { readonly id: string };
  readonly span: {
    readonly id: string;
    readonly name: string;
    readonly type: 'betrace';
    readonly subtype: 'violation' | 'retraction';
    /** Never absent: APM's waterfall sorts by it. */
    readonly duration: { readonly us: number };
  };
}

type EventFields = {
  /** When it was found: alerts and "newest first" go by it. */
  readonly created: string;
  readonly severity: number;
} & (
  | { readonly kind: 'alert'; readonly action: 'betrace.violation'; readonly outcome: 'failure' }
  | { readonly kind: 'event'; readonly action: 'betrace.retraction'; readonly outcome: 'unknown' }
  | { readonly kind: 'metric'; readonly action: 'betrace.suppression'; readonly outcome: 'unknown' }
);

interface Shaped<Fields> extends Partial<SpanLikeFields> {
  /** Start of the first witness, so that the document lies in its trace's own time range. */
  readonly '@timestamp': string;
  readonly data_stream: { readonly type: 'traces'; readonly dataset: string; readonly namespace: string };
  readonly service: { readonly name: string; readonly environment?: string };
  readonly agent: { readonly name: 'betrace'; readonly version: string };
  readonly event: EventFields;
  /** Of violations only: what is retracted is no error. */
  readonly error?: { readonly message: string };
  /** Of what is about a trace: who looks for a rule's violations by it finds no mere count among them. */
  readonly labels?: { readonly betrace_rule_id: string; readonly severity: Severity };
  readonly rule: {
    readonly id: string;
    readonly name: string;
    readonly version: string;
    readonly category: string;
    readonly reference?: string;
  };
  readonly betrace: { readonly violation: Fields };
}

export type UnsignedViolation = Shaped<UnsignedViolationFields & ProjectionFields>;

/** A violation as Elasticsearch holds it: a span of its trace to APM, an alert to ECS, and `betrace.violation`. */
export type ViolationDocument = Shaped<UnsignedViolationFields & ProjectionFields & SignatureFields>;
