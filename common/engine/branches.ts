import type { Formula, Within } from './formula';
import type { Environment, Window } from './windows';
import { filterWindows } from './windows';

type Or = Formula & { type: 'and' | 'or' };

/** Takes of every `or` in a `within` that holds, in text order, the first branch that leaves it a witness. */
export function fixBranches(within: Within, windows: readonly Window[], environment: Environment): Within {
  let fixed = within;
  for (let or = firstOr(fixed.body); or; or = firstOr(fixed.body)) {
    const branches = or.operands.map((branch): Within => ({ ...fixed, body: replace(fixed.body, or!, branch) }));
    environment.budget.spend(windows.length * or.operands.length);
    fixed = branches.find((branch) => filterWindows(branch, windows, environment).length > 0) ?? branches[0]!;
  }
  return fixed;
}

function firstOr(formula: Formula): Or | undefined {
  if (formula.type === 'or') return formula as Or;
  if (formula.type === 'within') return firstOr(formula.body);
  if (formula.type !== 'and') return undefined;
  for (const operand of formula.operands) {
    const found = firstOr(operand);
    if (found) return found;
  }
  return undefined;
}

function replace(formula: Formula, old: Formula, by: Formula): Formula {
  if (formula === old) return by;
  if (formula.type === 'within') return { ...formula, body: replace(formula.body, old, by) };
  if (formula.type !== 'and') return formula;
  return { ...formula, operands: formula.operands.map((operand) => replace(operand, old, by)) };
}
