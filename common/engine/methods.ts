import type { Builtin } from '../dsl/plan';
import { sameValue } from './operators';

type Args = readonly unknown[];

/** What a list or string gives for a method; undefined where it has none such, or an argument is of the wrong kind. */
export function callMethod(owner: unknown, name: string, args: Args): unknown {
  if (typeof owner === 'string') return STRING_METHODS[name]?.(owner, args);
  if (!Array.isArray(owner)) return undefined;
  if (name === 'includes') return owner.some((item) => sameValue(item, args[0]));
  return name === 'at' ? at(owner, args[0]) : undefined;
}

const isPosition = (value: unknown): value is number | undefined => value === undefined || typeof value === 'number';

/** A method of a string that takes a string and perhaps a position. */
const searching =
  (method: (owner: string, search: string, position: number | undefined) => unknown) =>
  (owner: string, [search, position]: Args): unknown =>
    typeof search === 'string' && isPosition(position) ? method(owner, search, position) : undefined;

const STRING_METHODS: Readonly<Record<string, (owner: string, args: Args) => unknown>> = {
  startsWith: searching((owner, search, position) => owner.startsWith(search, position)),
  endsWith: searching((owner, search, position) => owner.endsWith(search, position)),
  includes: searching((owner, search) => owner.includes(search)),
  indexOf: searching((owner, search, position) => owner.indexOf(search, position)),
  split: searching((owner, search) => owner.split(search)),
  slice: (owner, [from, to]) => (isPosition(from) && isPosition(to) ? owner.slice(from, to) : undefined),
  at: (owner, [index]) => at(owner, index),
  toLowerCase: (owner) => owner.toLowerCase(),
  toUpperCase: (owner) => owner.toUpperCase(),
  trim: (owner) => owner.trim(),
};

function at(owner: string | readonly unknown[], index: unknown): unknown {
  return typeof index === 'number' ? owner.at(index) : undefined;
}

/** `length` of strings and lists; of objects the entry of that name, never anything inherited. */
export function readProperty(owner: unknown, name: string): unknown {
  if (owner instanceof Map) return owner.get(name);
  return name === 'length' && (typeof owner === 'string' || Array.isArray(owner)) ? owner.length : undefined;
}

/** `list[i]` and `string[i]`. */
export function readIndex(owner: unknown, index: unknown): unknown {
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0) return undefined;
  return typeof owner === 'string' || Array.isArray(owner) ? owner[index] : undefined;
}

/** `Number(x)`: lists and objects are no numbers. */
const toNumber = (value: unknown): number => (typeof value === 'object' && value !== null ? NaN : Number(value));

function toText(value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => (item == null ? '' : toText(item))).join(',');
  return value instanceof Map ? '[object Object]' : String(value);
}

export const BUILTIN_FUNCTIONS: Readonly<Record<Builtin, (args: Args) => unknown>> = {
  Number: ([value]) => toNumber(value),
  String: ([value]) => toText(value),
  'Math.abs': ([value]) => Math.abs(toNumber(value)),
  'Math.min': (args) => Math.min(...args.map(toNumber)),
  'Math.max': (args) => Math.max(...args.map(toNumber)),
  'Math.floor': ([value]) => Math.floor(toNumber(value)),
  'Math.round': ([value]) => Math.round(toNumber(value)),
  'Array.isArray': ([value]) => Array.isArray(value),
};
