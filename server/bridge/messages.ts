import type { Judgement } from '../../common/engine/judgement';
import type { ActiveRule } from '../../common/rules/rule';

/** What became of one judgement in the store. */
export type Ack = 'created' | 'exists' | { readonly rejected: string };

export type Level = 'debug' | 'info' | 'warn' | 'error';

export interface BridgeSettings {
  /** Where the worker's receiver listens: a socket path, or a host and port. */
  readonly listen: { readonly path: string } | { readonly host: string; readonly port: number };
  readonly settleMs: number;
  readonly maxTraceMs: number;
  /** Bytes of one request, before and after inflating. */
  readonly maxBodyBytes: number;
  /** Bytes of request bodies in flight, whole. */
  readonly maxInFlightBytes: number;
  /** Bytes of open traces, whole. */
  readonly maxOpenBytes: number;
  readonly maxSpansPerTrace: number;
  /** Judgements posted to the host and not yet acknowledged; above it traces wait, and senders get 503. */
  readonly maxUnacknowledged: number;
}

/** Counters only grow while a worker lives; gauges are as they are now. */
export interface BridgeStatus {
  readonly counters: {
    readonly requests: number;
    readonly spansReceived: number;
    readonly spansRejected: number;
    readonly spansDuplicate: number;
    /** By reason, an error code. */
    readonly refused: Readonly<Record<string, number>>;
    readonly tracesJudged: number;
    readonly tracesTruncated: number;
    readonly lateSpans: number;
    /** By verdict: violated, inconclusive, satisfied (rule and trace pairs). */
    readonly verdicts: Readonly<Record<'violated' | 'inconclusive' | 'satisfied', number>>;
  };
  readonly gauges: {
    readonly openTraces: number;
    readonly openBytes: number;
    readonly inFlightBytes: number;
    readonly unacknowledged: number;
    readonly rules: number;
    readonly rulesRevision: number;
  };
}

export type ToWorker = { readonly v: 1 } & (
  | { readonly t: 'rules'; readonly revision: number; readonly rules: readonly ActiveRule[] }
  | { readonly t: 'ack'; readonly batch: number; readonly results: readonly Ack[] }
  | { readonly t: 'drain'; readonly ms: number }
);

export type FromWorker = { readonly v: 1 } & (
  | { readonly t: 'ready'; readonly address: string }
  | { readonly t: 'verdicts'; readonly batch: number; readonly items: readonly Judgement[] }
  | { readonly t: 'status'; readonly s: BridgeStatus }
  | {
      readonly t: 'log';
      readonly level: Level;
      readonly message: string;
      readonly fields: Readonly<Record<string, unknown>>;
    }
  | { readonly t: 'drained' }
  | { readonly t: 'failed'; readonly code: string; readonly message: string }
);
