import { alike } from './differences';
import type { Tri } from './three_valued';
import { and3, or3, Some, tri, U, vague } from './three_valued';

/** Methods of lists that take an arrow function. `each` gives a truth, for `map` a value. */
export function overList(name: string, list: unknown, each: (item: unknown) => unknown): unknown {
  if (list instanceof Some) return overPart(name, list, each);
  if (vague(list)) return U;
  if (!Array.isArray(list)) return undefined;
  const results = list.map(each);
  switch (name) {
    case 'some':
      return or3(results as Tri[]);
    case 'every':
      return and3(results as Tri[]);
    case 'map':
      return results.some(vague) ? U : results;
    case 'filter':
      return Some.of(
        list.filter((_, i) => results[i] === true),
        list.filter((_, i) => results[i] !== false),
        false,
      );
    default: {
      const at = results.findIndex((result) => result !== false);
      return at < 0 ? undefined : results[at] === U ? U : (list[at] as unknown);
    }
  }
}

function overPart(name: string, { sure, maybe, open }: Some, each: (item: unknown) => unknown): unknown {
  const truths = (list: unknown[]): Tri[] => list.map((item) => tri(each(item)));
  switch (name) {
    case 'some':
      return truths(sure).includes(true) ? true : open || or3(truths(maybe)) !== false ? U : false;
    case 'every':
      return truths(sure).includes(false) ? false : open || and3(truths(maybe)) !== true ? U : true;
    case 'filter':
      return Some.of(
        sure.filter((item) => each(item) === true),
        maybe.filter((item) => each(item) !== false),
        open,
      );
    case 'map':
      return maybe.some((item) => vague(each(item))) ? U : Some.of(sure.map(each), maybe.map(each), open);
    default:
      return U;
  }
}

export function includes(list: unknown, sought: unknown): unknown {
  if (vague(sought)) return U;
  if (!(list instanceof Some)) return U;
  if (list.sure.some((item) => alike(item, sought))) return true;
  return list.open || list.maybe.some((item) => alike(item, sought)) ? U : false;
}

/** Numbers made of what an arrow function gives for spans, in their order. */
export function aggregate(name: string, values: readonly unknown[], rank: number): number | undefined {
  if (name === 'distinct') {
    const keys = values.filter((value) => value !== undefined);
    return keys.filter((key, i) => keys.findIndex((other) => alike(other, key)) === i).length;
  }
  const numbers = values.map((value) => (typeof value === 'bigint' ? Number(value) : value)) as number[];
  const finite = numbers.filter((value) => typeof value === 'number' && Number.isFinite(value));
  let sum = 0;
  for (const number of finite) sum += number;
  if (name === 'sum') return sum;
  if (finite.length === 0) return undefined;
  if (name === 'avg') return sum / finite.length;
  if (name === 'min') return Math.min(...finite);
  if (name === 'max') return Math.max(...finite);
  const ordered = [...finite].sort((a, b) => a - b);
  return ordered.find((_, i) => (i + 1) * 100 >= rank * ordered.length);
}
