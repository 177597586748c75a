import type { TraceView } from '../trace/trace';
import type { Condition } from './conditions';

/**
 * Finds what a trace may satisfy by one necessary condition of each entry: a span's name, the beginning of one, or an
 * attribute. Entries without conditions are always candidates. Nothing that could hold is ever left out.
 */
export class CandidateIndex<T> {
  private readonly always: T[] = [];
  private readonly names = new Map<string, T[]>();
  private readonly prefixes = new Map<string, T[]>();
  private readonly prefixLengths = new Set<number>();
  private readonly attributes = new Map<string, T[]>();

  add(entry: T, needs: readonly Condition[]): void {
    const condition =
      needs.find(({ type }) => type === 'name') ?? needs.find(({ type }) => type === 'name_prefix') ?? needs[0];
    if (!condition) this.always.push(entry);
    else if (condition.type === 'name') append(this.names, condition.value, entry);
    else if (condition.type === 'attribute') append(this.attributes, condition.key, entry);
    else {
      append(this.prefixes, condition.value, entry);
      this.prefixLengths.add(condition.value.length);
    }
  }

  /** Every entry that may hold of the trace, once. */
  *candidates({ spans }: TraceView): Generator<T> {
    yield* this.always;
    const names = new Set(spans.map(({ name }) => name));
    for (const name of names) yield* this.names.get(name) ?? [];
    const prefixes = new Set<string>();
    for (const length of this.prefixLengths) {
      for (const name of names) if (name.length >= length) prefixes.add(name.slice(0, length));
    }
    for (const prefix of prefixes) yield* this.prefixes.get(prefix) ?? [];
    if (this.attributes.size === 0) return;
    const keys = new Set<string>();
    for (const map of new Set(spans.flatMap(({ attributes, resource }) => [attributes, resource]))) {
      for (const key of map.keys()) keys.add(key);
    }
    for (const key of keys) yield* this.attributes.get(key) ?? [];
  }
}

function append<T>(map: Map<string, T[]>, key: string, entry: T): void {
  const list = map.get(key);
  if (list) list.push(entry);
  else map.set(key, [entry]);
}
