import type { CollectionMethod } from '../dsl/plan';
import { sameValue } from './operators';
import type { Tri } from './unknown';
import { combineTruth, isUnknown, listOf, PartialList, UNKNOWN } from './unknown';

/** What a method that takes an arrow function gives for a list of which not everything may be known. */
export function cautiousCollection(name: CollectionMethod, list: unknown, each: (item: unknown) => unknown): unknown {
  if (list instanceof PartialList) return ofPartial(name, list, each);
  if (isUnknown(list)) return UNKNOWN;
  if (!Array.isArray(list)) return undefined;
  const results: readonly unknown[] = list.map(each);
  switch (name) {
    case 'some':
      return combineTruth(results as Tri[], true);
    case 'every':
      return combineTruth(results as Tri[], false);
    case 'map':
      return results.some(isUnknown) ? UNKNOWN : results;
    case 'filter':
      return listOf(
        list.filter((_, i) => results[i] === true),
        list.filter((_, i) => results[i] !== false),
        false,
      );
    case 'find': {
      const at = results.findIndex((result) => result !== false);
      return at < 0 ? undefined : results[at] === true ? (list as unknown[])[at] : UNKNOWN;
    }
  }
}

function ofPartial(
  name: CollectionMethod,
  { certain, possible, open }: PartialList,
  each: (item: unknown) => unknown,
): unknown {
  switch (name) {
    case 'some':
      return quantify(certain.map(each) as Tri[], possible.map(each) as Tri[], open, true);
    case 'every':
      return quantify(certain.map(each) as Tri[], possible.map(each) as Tri[], open, false);
    case 'filter':
      return listOf(
        certain.filter((item) => each(item) === true),
        possible.filter((item) => each(item) !== false),
        open,
      );
    case 'map': {
      const [sure, perhaps] = [certain.map(each), possible.map(each)];
      return perhaps.some(isUnknown) ? UNKNOWN : listOf(sure, perhaps, open);
    }
    default:
      return UNKNOWN;
  }
}

/** `some` is decided by a certain true, `every` by a certain false; what is only possible can't decide. */
function quantify(certain: readonly Tri[], possible: readonly Tri[], open: boolean, dominant: boolean): Tri {
  if (certain.includes(dominant)) return dominant;
  return !open && possible.every((truth) => truth === !dominant) ? !dominant : UNKNOWN;
}

export function includesMaybe({ certain, possible, open }: PartialList, sought: unknown): Tri {
  const has = (items: readonly unknown[]): boolean => items.some((item) => sameValue(item, sought));
  if (has(certain)) return true;
  return !open && !has(possible) ? false : UNKNOWN;
}
