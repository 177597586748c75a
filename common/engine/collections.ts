import type { CollectionMethod } from '../dsl/plan';
import type { Frame } from './frame';

type Each = (frame: Frame) => unknown;

/** What a method that takes an arrow function gives; undefined for what is no list. */
export function applyCollection(
  name: CollectionMethod,
  list: unknown,
  each: Each,
  slot: number,
  frame: Frame,
): unknown {
  if (!Array.isArray(list)) return undefined;
  frame.budget.spend(list.length);
  const call = (item: unknown): unknown => {
    frame.variables[slot] = item;
    return each(frame);
  };
  switch (name) {
    case 'some':
      return list.some(call);
    case 'every':
      return list.every(call);
    case 'filter':
      return list.filter(call);
    case 'find':
      return list.find(call) as unknown;
    case 'map':
      return list.map(call);
  }
}
