import type { Kind, Status } from '../trace/span';

/** `mentioned`: the attributes that the rule mentions. `all`: all that came with the witness. `none`: no attributes. */
export type EvidenceMode = 'mentioned' | 'all' | 'none';

export type AttributeType = 'string' | 'number' | 'boolean' | 'array' | 'map' | 'empty';

/** Pairs, not an object: a key is the sender's, and may be `__proto__`, empty or full of dots. */
export interface EvidenceAttribute {
  readonly key: string;
  /** Text as it is, everything else as JSON. */
  readonly value: string;
  readonly type: AttributeType;
  /** Something in the value was taken out. */
  readonly redacted?: true;
  /** The value was longer. */
  readonly truncated?: true;
}

export interface EvidenceSpan {
  readonly trace_id: string;
  readonly span_id: string;
  readonly parent_span_id?: string;
  readonly name: string;
  readonly service?: string;
  readonly environment?: string;
  readonly kind: Kind;
  readonly status: Status;
  readonly status_message: string;
  readonly start_us: number;
  readonly end_us: number;
  readonly role: string;
  readonly attributes: readonly EvidenceAttribute[];
}

export interface EvidenceAbsence {
  readonly looked_for: string;
  /** Where it was looked for; absent: in the whole trace. */
  readonly window?: { readonly from_us: number; readonly to_us: number };
}

/** The proof beside a violation. It holds no time of ours, so it is the same on every bridge. */
export interface EvidenceDocument {
  readonly '@timestamp': string;
  readonly data_stream: { readonly type: 'logs'; readonly dataset: string; readonly namespace: string };
  readonly event: { readonly kind: 'event'; readonly action: 'betrace.evidence' };
  readonly trace: { readonly id: string };
  readonly service: { readonly name: string };
  readonly rule: { readonly id: string; readonly version: string };
  readonly betrace: {
    readonly evidence: {
      /** The violation's. */
      readonly id: string;
      readonly revision: number;
      readonly space_id: string;
      readonly mode: EvidenceMode;
      readonly spans: readonly EvidenceSpan[];
      readonly absences: readonly EvidenceAbsence[];
      /** How many values something was taken out of. */
      readonly redacted: number;
      /** Something was left out to keep the document small. */
      readonly truncated: boolean;
    };
  };
}
