import type { Comparison } from '../dsl/plan';
import type { SpanView } from '../trace/span';

/** One thing that a verdict rests on, in the order of the rule's text. */
export type Fact =
  | { readonly type: 'match'; readonly span: SpanView; readonly text: string }
  | {
      readonly type: 'absence';
      readonly text: string;
      /** Null: nowhere in the trace. */
      readonly window: { readonly fromUs: number; readonly toUs: number } | null;
      /** The limit of the `within` that the window comes from. */
      readonly limit: string;
    }
  | { readonly type: 'guard'; readonly text: string; readonly negated: boolean }
  | {
      readonly type: 'count';
      readonly text: string;
      readonly total: number;
      readonly operator: Comparison;
      readonly bound: number;
      /** The first that are enough to tell. */
      readonly spans: readonly SpanView[];
    }
  | { readonly type: 'distance'; readonly us: number; readonly limit: string }
  | { readonly type: 'outside'; readonly limit: string };
