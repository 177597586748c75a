import type { SpanView } from './span';

/** What is known to be missing of a trace (`docs/reference/language.md`, "Verdicts"). */
export interface TraceFlags {
  /** Spans whose parent is unknown and that are no entry spans. */
  readonly orphans: number;
  /** Judged before it settled, over the cap of spans, or settled before and forgotten. */
  readonly truncated: boolean;
  /** Another bridge may hold spans of it. */
  readonly split: boolean;
  /** Attributes, events and links that SDKs dropped. */
  readonly dropped: number;
  /** Names of what the source can't represent (none for OTLP). */
  readonly lossy: readonly string[];
}

export interface TraceView {
  readonly traceId: string;
  readonly spaces: readonly string[];
  readonly source: 'otlp' | 'es_otel' | 'es_apm';
  /** In (startUs, spanId) order, one per span id. */
  readonly spans: readonly SpanView[];
  readonly flags: TraceFlags;
}
