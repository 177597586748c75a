import type { RejectedRule } from '../../common/engine';
import type { Finding } from '../../common/violations/finding';
import type { EvidenceMode } from '../../common/violations/evidence_document';
import type { ActiveRule } from '../../common/rules/rule';
import type { Ack } from '../../common/violations/ack';
import type { IngestSettings } from './ingest_settings';

export type { Ack } from '../../common/violations/ack';

export type Level = 'debug' | 'info' | 'warn' | 'error';

export interface BridgeSettings {
  /** The attributes of witness spans that the host is told. */
  readonly evidence: EvidenceMode;
  /** Where the worker's receiver listens: a socket path, or a host and port, with names besides `localhost` for Host. */
  readonly listen:
    | { readonly path: string }
    | { readonly host: string; readonly port: number; readonly allowedHosts?: readonly string[] };
  /** The `betrace.instance.id` of the host's own spans, which it must not judge. */
  readonly ownInstance?: string;
  /** Spans are taken only for as long as the host last said (`permit`). */
  readonly byPermit?: boolean;
  /** On a socket path credentials, TLS and browsers are the business of the host in front. */
  readonly ingest?: IngestSettings;
  readonly settleMs: number;
  /** As `settleMs`, for traces whose root was received; at most that. */
  readonly rootSettleMs: number;
  readonly maxTraceMs: number;
  /** For so long after a trace was judged at least, spans that come late bring a new verdict. */
  readonly lateMs: number;
  /** Where requests are kept until what they bring is settled; undefined: nowhere, and a bridge that dies loses them. */
  readonly journal?: { readonly folder: string; readonly maxBytes: number };
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
    /** Of the host's own telemetry, and not kept. */
    readonly spansOwn: number;
    /** By reason, an error code. */
    readonly refused: Readonly<Record<string, number>>;
    readonly tracesJudged: number;
    /** Judged although something of them was known to be missing. */
    readonly tracesTruncated: number;
    /** Of these, judged before they had settled because memory was needed. */
    readonly tracesEvicted: number;
    /** Whose judging failed (BT_INTERNAL); the log has each. */
    readonly tracesFailed: number;
    /** Of traces that had been judged before. */
    readonly lateSpans: number;
    /** Traces that were judged again as spans came late. */
    readonly tracesRejudged: number;
    /** Violations that no longer hold, by spans that came late. */
    readonly retractions: number;
    /** Requests of an earlier run that were read again. */
    readonly requestsReplayed: number;
    /** Records of the journal that could not be read, and segments that could not be deleted. */
    readonly journalFaults: number;
    /** Over the cap of spans per trace, and not kept. */
    readonly spansCapped: number;
    /** Judgements that the store refused for good. */
    readonly verdictsRejected: number;
    /** By verdict: violated, inconclusive, satisfied (rule and trace pairs). */
    readonly verdicts: Readonly<Record<'violated' | 'inconclusive' | 'satisfied', number>>;
  };
  readonly gauges: {
    readonly openTraces: number;
    readonly openBytes: number;
    readonly inFlightBytes: number;
    readonly unacknowledged: number;
    readonly journalBytes: number;
    /** 1 while the disk takes nothing. */
    readonly journalFailing: number;
    /** Traces that late spans may still join, and what they take in memory. */
    readonly settledTraces: number;
    readonly settledBytes: number;
    /** Of the worker's heap, in use; buffers are not on it. */
    readonly heapBytes: number;
    readonly rules: number;
    /** -1 until the host has sent rules; nothing is judged before. */
    readonly rulesRevision: number;
  };
}

export type ToWorker = { readonly v: 1 } & (
  | { readonly t: 'rules'; readonly revision: number; readonly rules: readonly ActiveRule[] }
  | { readonly t: 'ack'; readonly batch: number; readonly results: readonly Ack[] }
  /** Spans may be taken for so long from now on. */
  | { readonly t: 'permit'; readonly ms: number }
  | { readonly t: 'drain'; readonly ms: number }
);

export type FromWorker = { readonly v: 1 } &
  /** `address`: the socket path, or a URL. */
  (
    | { readonly t: 'ready'; readonly address: string }
    | { readonly t: 'rules_applied'; readonly revision: number; readonly rejected: readonly RejectedRule[] }
    | { readonly t: 'verdicts'; readonly batch: number; readonly items: readonly Finding[] }
    | { readonly t: 'status'; readonly s: BridgeStatus }
    | {
        readonly t: 'log';
        readonly level: Level;
        readonly message: string;
        readonly fields: Readonly<Record<string, unknown>>;
      }
    /** What was left when the time to drain was over; both 0 where all went well. */
    | { readonly t: 'drained'; readonly unacknowledged: number; readonly unjudged: number }
    | { readonly t: 'failed'; readonly code: string; readonly message: string }
  );
