import { TooCostly } from './budget';
import type { Formula } from './formula';
import type { Frame } from './frame';
import { holds } from './truth';
import type { Tri } from './unknown';
import { UNKNOWN } from './unknown';

/** One part of a rule and what became of it. */
export interface ExplainNode {
  /** `present`, `absent`, `and`, `within` …; a negated part says what has to hold. */
  readonly type: Formula['type'];
  /** What is asked, in the rule's own words where it has some. */
  readonly text: string;
  readonly result: 'true' | 'false' | 'unknown' | 'too_costly';
  /** How many spans satisfy a predicate. */
  readonly matches?: number;
  readonly parts: readonly ExplainNode[];
}

interface Side {
  readonly formula: Formula;
  readonly frame: Frame;
}

/** Holds of spans near or after one another, and with it all that it is made of: of those spans, if not of all the trace. */
const TIMED: ReadonlySet<Formula['type']> = new Set(['within', 'follows']);

/**
 * The tree of what a formula is made of. What stands inside groups is not told apart by group.
 *
 * @param isGiven whether what is around it can only be true if it is
 */
export function explainFormula(plain: Side, cautious: Side | undefined, isGiven = false): ExplainNode {
  const { formula, frame } = plain;
  const own = resultOf(plain, cautious);
  // an absence before something: what it asks for may well be there after that
  const isElsewhere = isGiven && (own === 'false' || own === 'unknown');
  const result = isElsewhere ? 'true' : own;
  const givesParts = result === 'true' && (TIMED.has(formula.type) || (isGiven && formula.type === 'and'));
  const inner = partsOf(formula);
  const careful = cautious && partsOf(cautious.formula);
  return {
    type: formula.type,
    text: textOf(formula),
    result,
    ...(isElsewhere ? {} : countOf(formula, frame)),
    parts: inner.map((part, i) =>
      explainFormula(
        { formula: part, frame },
        careful && cautious ? { formula: careful[i]!, frame: cautious.frame } : undefined,
        givesParts,
      ),
    ),
  };
}

/** True of the spans at hand, and still true with what is missing unknown. */
function resultOf(plain: Side, cautious: Side | undefined): ExplainNode['result'] {
  try {
    const now: Tri = holds(plain.formula, plain.frame);
    const sure: Tri = !now || !cautious || holds(cautious.formula, cautious.frame) ? now : UNKNOWN;
    return sure === UNKNOWN ? 'unknown' : `${sure}`;
  } catch (error) {
    if (error instanceof TooCostly) return 'too_costly';
    throw error;
  }
}

function partsOf(formula: Formula): readonly Formula[] {
  switch (formula.type) {
    case 'and':
    case 'or':
      return formula.operands;
    case 'within':
      return [formula.body].filter(standsAlone);
    case 'follows':
      return (formula.flipped ? [formula.then, formula.first] : [formula.first, formula.then]).filter(standsAlone);
    case 'linked':
      return [formula.left, formula.right].filter(standsAlone);
    default:
      return [];
  }
}

/** What is bound to a span found elsewhere has no truth of its own. */
function standsAlone(formula: Formula): boolean {
  return formula.type !== 'bound' && formula.type !== 'unbound' && partsOf(formula).every(standsAlone);
}

function textOf(formula: Formula): string {
  switch (formula.type) {
    case 'present':
    case 'absent':
    case 'pair':
    case 'noPair':
    case 'bound':
    case 'unbound':
    case 'guard':
      return formula.test.text;
    case 'condition':
    case 'within':
    case 'follows':
    case 'outside':
      return formula.text;
    case 'some':
    case 'every':
      return formula.by;
    default:
      return '';
  }
}

function countOf(formula: Formula, frame: Frame): { matches?: number } {
  if (formula.type === 'present' || formula.type === 'absent' || formula.type === 'guard') {
    return { matches: formula.test.certain(frame).length };
  }
  return {};
}
