import type { Feature } from '../dsl/plan';
import type { TraceView } from '../trace/trace';
import type { EvidenceMode } from '../violations/evidence_document';
import type { Columns } from './columns';
import type { Condition } from './traits';
import type { ExplainNode } from './explain';
import type { Verdict } from './judgement';

export interface CompiledRule {
  /** 16 hex digits of SHA-256 of the rule printed without comments. */
  readonly version: string;
  /** All of them hold of every trace that the rule is true of. */
  readonly needs: readonly Condition[];
  /** Keys of the attributes that judging by the rule reads. */
  readonly attributes: ReadonlySet<string>;
  /** What a source of spans may have lost, where the rule touches it. */
  readonly features: ReadonlySet<Feature>;
  /** The verdict on a trace. Nothing throws. */
  evaluate(trace: TraceView, options?: EvaluateOptions): Verdict;
  /** The tree of sub-results. Its verdict is that of `evaluate`, worked out by the same steps. */
  explain(trace: TraceView, options?: EvaluateOptions): { readonly verdict: Verdict; readonly tree: ExplainNode };
}

export interface EvaluateOptions {
  /** The attributes that witnesses keep: by default those that the rule mentions. */
  readonly evidence?: EvidenceMode;
  /** The order of spans of different hosts that start closer than this is unknown. By default clocks are trusted. */
  readonly clockSkewUs?: number;
  /** What is known of the trace's spans already. */
  readonly columns?: Columns;
}
