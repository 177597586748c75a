import type { SpanView } from '../trace/span';
import { serviceOf } from '../trace/span';
import type { TraceView } from '../trace/trace';
import type { Attributes, Value } from '../trace/value';
import type { Places } from './columns';
import { addPlace, Columns, wordsFor } from './columns';
import type { Condition, Trait } from './traits';
import { byTelling } from './traits';

/** So many resources are told apart; those of the spans of one trace are seldom more. */
const FEW = 16;

const NO_PLACES: Places = new Int32Array(0);

/** One trait that some entry asks for, and how many spans of the trace that is looked at have it. */
class Slot<T> {
  /** Which trace the count is of. */
  round = 0;
  count = 0;
  /** What is looked at where a trace has the trait. */
  entries: Entry<T>[] | undefined;
}

/** What an entry needs: so many spans in one of these slots together. */
interface Need<T> {
  readonly slots: readonly Slot<T>[];
  readonly atLeast: number;
}

interface Entry<T> {
  readonly item: T;
  readonly needs: readonly Need<T>[];
  readonly longerUs: number;
  readonly spans: number;
  /** The last trace that it was looked at for. */
  round: number;
}

/** What is asked of one attribute key. */
class Key<T> {
  readonly present = new Slot<T>();
  values: Map<Value, Slot<T>> | undefined;
  /** The spans that have it, or whose resource has, of the trace that `present` was last counted for. */
  places = NO_PLACES;
}

/**
 * Finds what a trace may satisfy by necessary conditions of each entry. A trace is walked over once, whatever the number of
 * entries; looked at are those whose most telling condition it meets, and found those of which it meets all. Entries
 * without conditions are always found. Nothing that could hold is left out.
 */
export class CandidateIndex<T> {
  private readonly all: T[] = [];
  private readonly always: Entry<T>[] = [];
  private readonly names = new Map<string, Slot<T>>();
  private readonly prefixes = new Map<string, Slot<T>>();
  private readonly prefixLengths = new Set<number>();
  private readonly services = new Map<string, Slot<T>>();
  private readonly keys = new Map<string, Key<T>>();
  private readonly kinds = new Map<string, Slot<T>>();
  private readonly statuses = new Map<string, Slot<T>>();
  private readonly messages = new Slot<T>();
  private readonly events = new Slot<T>();
  private round = 0;
  private hit: Slot<T>[] = [];
  private nothing = NO_PLACES;
  private spans: readonly SpanView[] = [];
  /** Of how many spans the attributes are that are counted, and which: one place, or all spans of a resource. */
  private times = 1;
  private owner: number | Attributes = 0;
  private readonly countAttribute = (value: Value, name: string): void => {
    const key = this.keys.get(name);
    if (key) this.countValue(key, value);
  };

  add(item: T, conditions: readonly Condition[]): void {
    this.all.push(item);
    const needs: Need<T>[] = [];
    let [longerUs, spans] = [-Infinity, 0];
    for (const condition of [...conditions].sort(byTelling)) {
      if (condition.type === 'longer') longerUs = Math.max(longerUs, condition.us);
      else if (condition.type === 'spans') spans = Math.max(spans, condition.atLeast);
      else if (condition.type === 'any')
        needs.push({ slots: condition.of.map((trait) => this.slotOf(trait)), atLeast: 1 });
      else needs.push({ slots: [this.slotOf(condition)], atLeast: condition.atLeast ?? 1 });
    }
    const entry: Entry<T> = { item, needs, longerUs, spans, round: 0 };
    if (needs.length === 0) this.always.push(entry);
    else for (const slot of needs[0]!.slots) listAt(slot, entry);
  }

  /** Every entry that may hold of the trace, once. */
  candidates({ spans, flags }: TraceView): readonly T[] {
    // What the source has lost can't be looked up either.
    if (flags.lossy.length > 0) return this.all;
    this.round++;
    this.hit = [];
    const longestUs = this.walk(spans);
    const found: T[] = [];
    this.look(this.always, spans.length, longestUs, found);
    for (const { entries = [] } of this.hit) this.look(entries, spans.length, longestUs, found);
    return found;
  }

  /** What the last look for candidates found out about the spans of the same trace; good until the next. */
  columns({ spans }: TraceView): Columns {
    const { round } = this;
    return new Columns(spans, (name) => {
      const key = this.spans === spans ? this.keys.get(name) : undefined;
      return (
        key &&
        (key.present.round === round ? key.places : (this.nothing = cleared(this.nothing, wordsFor(spans.length))))
      );
    });
  }

  private look(entries: readonly Entry<T>[], spans: number, longestUs: number, found: T[]): void {
    for (const entry of entries) {
      if (entry.round === this.round) continue;
      entry.round = this.round;
      const { longerUs } = entry;
      const isLong = longestUs > longerUs || longerUs === -Infinity;
      if (isLong && spans >= entry.spans && this.meets(entry.needs)) found.push(entry.item);
    }
  }

  private meets(needs: readonly Need<T>[]): boolean {
    for (const { slots, atLeast } of needs) {
      let isMet = false;
      for (const { round, count } of slots) isMet ||= round === this.round && count >= atLeast;
      if (!isMet) return false;
    }
    return true;
  }

  /** Counts what the spans have; gives how long the longest takes. */
  private walk(spans: readonly SpanView[]): number {
    let longestUs = -Infinity;
    const resources: Attributes[] = [];
    const times: number[] = [];
    const names = this.prefixLengths.size > 0 ? new Map<string, number>() : undefined;
    this.spans = spans;
    for (let place = 0; place < spans.length; place++) {
      const span = spans[place]!;
      const { startUs, endUs, resource } = span;
      if (endUs - startUs > longestUs) longestUs = endUs - startUs;
      if (this.names.size > 0) this.count(this.names.get(span.name));
      if (this.kinds.size > 0) this.count(this.kinds.get(span.kind));
      if (this.statuses.size > 0) this.count(this.statuses.get(span.status));
      if (span.statusMessage !== '') this.count(this.messages);
      if (span.events.length > 0) this.count(this.events);
      if (this.keys.size > 0) this.countAttributes(span.attributes, 1, place);
      names?.set(span.name, (names.get(span.name) ?? 0) + 1);
      const at = resources.indexOf(resource);
      if (at >= 0) times[at]!++;
      else if (resources.length >= FEW) this.countResource(resource, 1);
      else times[resources.push(resource) - 1] = 1;
    }
    resources.forEach((resource, at) => this.countResource(resource, times[at]!));
    if (names) this.countPrefixes(names);
    return longestUs;
  }

  private countResource(resource: Attributes, times: number): void {
    if (this.services.size > 0) this.count(this.services.get(serviceOf({ resource }) ?? ''), times);
    if (this.keys.size > 0) this.countAttributes(resource, times, resource);
  }

  private count(slot: Slot<T> | undefined, times = 1): void {
    if (!slot) return;
    if (slot.round !== this.round) this.begin(slot);
    slot.count += times;
  }

  private begin(slot: Slot<T>): void {
    slot.round = this.round;
    slot.count = 0;
    if (slot.entries) this.hit.push(slot);
  }

  /** What a span has and its resource too is counted twice: too many leave nothing out. */
  private countAttributes(attributes: Attributes, times: number, owner: number | Attributes): void {
    const { keys } = this;
    this.times = times;
    this.owner = owner;
    if (keys.size * 2 > attributes.size) {
      attributes.forEach(this.countAttribute);
      return;
    }
    for (const [name, key] of keys) {
      const value = attributes.get(name);
      if (value !== undefined) this.countValue(key, value);
    }
  }

  private countValue(key: Key<T>, value: Value): void {
    const { owner, spans, times, round } = this;
    const { present, values } = key;
    if (present.round !== round) {
      this.begin(present);
      key.places = cleared(key.places, wordsFor(spans.length));
    }
    present.count += times;
    if (values) this.count(values.get(value), times);
    if (typeof owner === 'number') addPlace(key.places, owner);
    else spans.forEach(({ resource }, at) => resource === owner && addPlace(key.places, at));
  }

  private countPrefixes(names: ReadonlyMap<string, number>): void {
    for (const length of this.prefixLengths) {
      for (const [name, times] of names) {
        if (name.length >= length) this.count(this.prefixes.get(name.slice(0, length)), times);
      }
    }
  }

  private slotOf(trait: Trait): Slot<T> {
    switch (trait.type) {
      case 'name':
        return slotIn(this.names, trait.value);
      case 'name_prefix':
        this.prefixLengths.add(trait.value.length);
        return slotIn(this.prefixes, trait.value);
      case 'service':
        return slotIn(this.services, trait.value);
      case 'status':
        return slotIn(this.statuses, trait.value);
      case 'kind':
        return slotIn(this.kinds, trait.value);
      case 'status_message':
        return this.messages;
      case 'event':
        return this.events;
      case 'attribute':
        return this.key(trait.key).present;
      case 'attribute_value':
        return slotIn((this.key(trait.key).values ??= new Map<Value, Slot<T>>()), trait.value);
    }
  }

  private key(name: string): Key<T> {
    let key = this.keys.get(name);
    if (!key) this.keys.set(name, (key = new Key()));
    return key;
  }
}

function cleared(places: Places, words: number): Places {
  return places.length < words ? new Int32Array(words) : places.fill(0, 0, words);
}

/** Most slots list one entry: an array that grows by being pushed to would have room for many. */
function listAt<T>(slot: Slot<T>, entry: Entry<T>): void {
  if (slot.entries) slot.entries.push(entry);
  else slot.entries = [entry];
}

function slotIn<K, T>(slots: Map<K, Slot<T>>, key: K): Slot<T> {
  let slot = slots.get(key);
  if (!slot) slots.set(key, (slot = new Slot()));
  return slot;
}
