import type { Formula } from './formula';

type Or = Formula & { type: 'or' };

/** Takes of every `or`, in text order, the first branch with which the formula can still be true. */
export function fixBranches(formula: Formula, isFeasible: (formula: Formula) => boolean): Formula {
  let fixed = formula;
  for (let or = firstOr(fixed); or; or = firstOr(fixed)) {
    const last = or.operands.length - 1;
    const branch = or.operands.find((operand, i) => i === last || isFeasible(replace(fixed, or!, operand)));
    fixed = replace(fixed, or, branch!);
  }
  return fixed;
}

/** The parts that spans are chosen for, in text order. */
function partsOf(formula: Formula): readonly Formula[] {
  switch (formula.type) {
    case 'and':
      return formula.operands;
    case 'within':
    case 'some':
      return [formula.body];
    case 'follows':
      return formula.flipped ? [formula.then, formula.first] : [formula.first, formula.then];
    case 'linked':
      return [formula.left, formula.right];
    default:
      return [];
  }
}

function firstOr(formula: Formula): Or | undefined {
  if (formula.type === 'or') return formula as Or;
  for (const part of partsOf(formula)) {
    const found = firstOr(part);
    if (found) return found;
  }
  return undefined;
}

function replace(formula: Formula, old: Formula, by: Formula): Formula {
  if (formula === old) return by;
  const inner = (part: Formula): Formula => replace(part, old, by);
  switch (formula.type) {
    case 'and':
      return { ...formula, operands: formula.operands.map(inner) };
    case 'within':
    case 'some':
      return { ...formula, body: inner(formula.body) };
    case 'follows':
      return { ...formula, first: inner(formula.first), then: inner(formula.then) };
    case 'linked':
      return { ...formula, left: inner(formula.left), right: inner(formula.right) };
    default:
      return formula;
  }
}

/** Whether some part goes with the last span found. */
export function hasBound(formula: Formula): boolean {
  if (formula.type === 'bound' || formula.type === 'unbound') return true;
  return (formula.type === 'or' ? formula.operands : partsOf(formula)).some(hasBound);
}
