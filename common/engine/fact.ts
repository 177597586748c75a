import type { Comparison } from '../dsl/plan';
import type { SpanView } from '../trace/span';

/** One thing that a verdict rests on, in the order of the rule's text. */
export type Fact =
  | { readonly type: 'match'; readonly span: SpanView; readonly text: string }
  | { readonly type: 'pair'; readonly spans: readonly [SpanView, SpanView]; readonly text: string }
  | {
      readonly type: 'absence';
      readonly text: string;
      /** Null: nowhere in the trace. */
      readonly window: { readonly fromUs: number; readonly toUs: number } | null;
      /** The limit of the `within` that the window comes from. */
      readonly limit: string;
      /** Of an absence that belongs to one side of `followedBy` or `precededBy`, or lies between two of them. */
      readonly side?: 'before' | 'after' | 'between';
    }
  /** Its span, where there is one, is named and no witness. */
  | { readonly type: 'guard'; readonly text: string; readonly negated: boolean; readonly span: SpanView | undefined }
  | { readonly type: 'condition'; readonly text: string }
  | {
      readonly type: 'count';
      readonly text: string;
      readonly total: number;
      readonly operator: Comparison;
      readonly bound: number;
      /** The first that are enough to tell. */
      readonly spans: readonly SpanView[];
    }
  | { readonly type: 'distance' | 'gap'; readonly us: number; readonly limit: string }
  | { readonly type: 'outside'; readonly limit: string }
  | { readonly type: 'groups'; readonly by: string };

/** The spans that a fact names, in text order. */
export function spansOfFact(fact: Fact): readonly SpanView[] {
  switch (fact.type) {
    case 'match':
      return [fact.span];
    case 'pair':
    case 'count':
      return fact.spans;
    default:
      return [];
  }
}
