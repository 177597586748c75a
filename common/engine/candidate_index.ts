import { serviceOf } from '../trace/span';
import type { TraceView } from '../trace/trace';
import type { Attributes } from '../trace/value';
import type { Condition } from './conditions';

/** The most selective first: what few traces have. */
const PREFERENCE: readonly Condition['type'][] = [
  'name',
  'attribute_value',
  'name_prefix',
  'attribute',
  'service',
  'status',
];

/**
 * Finds what a trace may satisfy by one necessary condition of each entry: a span's name, the beginning of one, an
 * attribute, a service or a status. Entries without conditions are always candidates. Nothing that could hold is left out.
 */
export class CandidateIndex<T> {
  private readonly all: T[] = [];
  private readonly always: T[] = [];
  private readonly names = new Map<string, T[]>();
  private readonly prefixes = new Map<string, T[]>();
  private readonly prefixLengths = new Set<number>();
  private readonly attributes = new Map<string, T[]>();
  private readonly values = new Map<string, Map<unknown, T[]>>();
  private readonly services = new Map<string, T[]>();
  private readonly statuses = new Map<string, T[]>();

  add(entry: T, needs: readonly Condition[]): void {
    this.all.push(entry);
    const type = PREFERENCE.find((preferred) => needs.some((need) => need.type === preferred));
    const condition = needs.find((need) => need.type === type);
    switch (condition?.type) {
      case undefined:
        this.always.push(entry);
        break;
      case 'name':
        append(this.names, condition.value, entry);
        break;
      case 'name_prefix':
        append(this.prefixes, condition.value, entry);
        this.prefixLengths.add(condition.value.length);
        break;
      case 'attribute':
        append(this.attributes, condition.key, entry);
        break;
      case 'attribute_value': {
        const values = this.values.get(condition.key) ?? new Map<unknown, T[]>();
        this.values.set(condition.key, values);
        append(values, condition.value, entry);
        break;
      }
      case 'service':
        append(this.services, condition.value, entry);
        break;
      case 'status':
        append(this.statuses, condition.value, entry);
    }
  }

  /** Every entry that may hold of the trace, once. */
  *candidates({ spans, flags }: TraceView): Generator<T> {
    if (flags.lossy.length > 0) {
      // What the source has lost can't be looked up either.
      yield* this.all;
      return;
    }
    yield* this.always;
    const names = new Set(spans.map(({ name }) => name));
    for (const name of names) yield* this.names.get(name) ?? [];
    yield* this.byPrefix(names);
    const services = this.services.size > 0 ? new Set(spans.map(serviceOf)) : [];
    for (const service of services) yield* this.services.get(service ?? '') ?? [];
    const statuses = this.statuses.size > 0 ? new Set(spans.map(({ status }) => status)) : [];
    for (const status of statuses) yield* this.statuses.get(status) ?? [];
    if (this.attributes.size === 0 && this.values.size === 0) return;
    const maps = new Set(spans.flatMap(({ attributes, resource }) => [attributes, resource]));
    yield* this.byKey(maps);
    yield* this.byValue(maps);
  }

  private *byPrefix(names: ReadonlySet<string>): Generator<T> {
    const prefixes = new Set<string>();
    for (const length of this.prefixLengths) {
      for (const name of names) if (name.length >= length) prefixes.add(name.slice(0, length));
    }
    for (const prefix of prefixes) yield* this.prefixes.get(prefix) ?? [];
  }

  private *byKey(maps: ReadonlySet<Attributes>): Generator<T> {
    if (this.attributes.size === 0) return;
    const keys = new Set<string>();
    for (const map of maps) for (const key of map.keys()) keys.add(key);
    for (const key of keys) yield* this.attributes.get(key) ?? [];
  }

  private *byValue(maps: ReadonlySet<Attributes>): Generator<T> {
    const found = new Set<T[]>();
    for (const map of maps) {
      for (const [key, value] of map) {
        const entries = this.values.get(key)?.get(value);
        if (entries) found.add(entries);
      }
    }
    for (const entries of found) yield* entries;
  }
}

function append<K, T>(map: Map<K, T[]>, key: K, entry: T): void {
  const list = map.get(key);
  if (list) list.push(entry);
  else map.set(key, [entry]);
}
