import type { BinaryOperator } from '../dsl/ast';
import { Doubt } from '../trace/doubt';
import { callMethod } from './methods';
import { compareRanges, isComparison } from './ranges';
import type { Tri } from './unknown';
import { isUnknown, PartialList, Range, UNKNOWN } from './unknown';

/** What an operator gives where one side is in doubt; undefined where none is. */
export function compareDoubt(operator: BinaryOperator, left: unknown, right: unknown): Tri | undefined {
  if (left instanceof Doubt) return compare(operator, left, right);
  if (right instanceof Doubt) return compare(MIRRORED[operator] ?? operator, right, left);
  return undefined;
}

const MIRRORED: Readonly<Partial<Record<BinaryOperator, BinaryOperator>>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

function compare(operator: BinaryOperator, doubt: Doubt, known: unknown): Tri {
  if (isUnknown(known)) return UNKNOWN;
  const { numbers, anything = false } = doubt.more;
  switch (operator) {
    case '===':
    case '!==':
    case '==':
    case '!=': {
      const isNullish = operator.length === 2 && known == null;
      const may = isNullish ? doubt.may(null) || doubt.may(undefined) : doubt.may(known);
      const isSure = doubt.isListed && doubt.values.length === 1;
      if (may) return isSure ? !operator.startsWith('!') : UNKNOWN;
      return operator.startsWith('!');
    }
    default: {
      if (!isComparison(operator) || anything) return UNKNOWN;
      if (typeof known === 'string') return doubt.values.some((value) => typeof value === 'string') ? UNKNOWN : false;
      if (typeof known !== 'number' && typeof known !== 'bigint') return false;
      if (numbers === undefined) return false;
      const between = compareRanges(operator, new Range(...numbers), known);
      const isNumber = doubt.values.length === 0 && !doubt.more.others;
      return between === false || (between === true && isNumber) ? between : UNKNOWN;
    }
  }
}

/** Whether a regular expression matches. */
export function matchDoubt({ values, more }: Doubt, test: (subject: unknown) => boolean): Tri {
  if (more.anything || more.numbers) return UNKNOWN;
  const truths = [...values.map(test), ...(more.others ? [false] : [])];
  return truths.every((truth) => truth === truths[0]) ? (truths[0] ?? UNKNOWN) : UNKNOWN;
}

/** What a method gives that lists don't have: nothing, of what is no string. */
export function callDoubt({ values, more }: Doubt, name: string, args: readonly unknown[]): unknown {
  if (more.anything || name === 'at') return UNKNOWN;
  const results = values.map((value) => callMethod(value, name, args));
  const all = more.others || more.numbers ? [...results, undefined] : results;
  const isListable = all.every(
    (value) => value === undefined || typeof value === 'string' || typeof value === 'boolean',
  );
  return isListable ? new Doubt(all as (string | boolean | undefined)[]) : UNKNOWN;
}

/** Whether a list has what is in doubt. */
export function includesDoubt(list: unknown, doubt: Doubt): Tri {
  if (!Array.isArray(list) || list instanceof PartialList) return UNKNOWN;
  if (!list.some((item) => doubt.may(item))) return false;
  return doubt.isListed && doubt.values.every((value) => list.includes(value)) ? true : UNKNOWN;
}
