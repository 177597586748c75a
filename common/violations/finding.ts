import type { Judgement } from '../engine/judgement';

/**
 * What a bridge tells its host of a rule and a trace. `retracted`: the rule was violated when the trace was judged before,
 * and is not by all the spans that are known now; its one witness is where the trace begins.
 */
export interface Finding extends Omit<Judgement, 'verdict'> {
  readonly verdict: Judgement['verdict'] | 'retracted';
  /**
   * How many spans came after the trace had been judged. Where it is there, the finding takes the place of what was found
   * before (a new revision, if it differs); where it is not, this is the first that is known of.
   */
  readonly lateSpans?: number;
  /**
   * Of a retraction: an earlier run of the bridge sent what is taken back on its way, and nobody knows whether it has come
   * to the store, or still will.
   */
  readonly isUnsure?: true;
}
