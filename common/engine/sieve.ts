import type { Lambda } from '../dsl/plan';
import type { SpanView } from '../trace/span';
import type { Column, Columns } from './columns';
import { ownTraits } from './conditions';
import type { Trait } from './traits';

/** Tells without looking at them which spans of a trace can't satisfy a predicate. */
class Sieve {
  /** @param needs one of each of these a span must have */
  constructor(private readonly needs: readonly (readonly Column[])[]) {}

  /** Those of a trace's spans that have what is needed, in order. */
  pass(spans: readonly SpanView[], columns: Columns): readonly SpanView[] {
    const found: SpanView[] = [];
    for (let word = 0; word << 5 < spans.length; word++) {
      let left = -1;
      for (const need of this.needs) {
        if (left === 0) break;
        let any = 0;
        for (const column of need) any |= columns.places(column)[word]!;
        left &= any;
      }
      for (; left !== 0; left &= left - 1) found.push(spans[(word << 5) + 31 - Math.clz32(left & -left)]!);
    }
    return found;
  }
}

/** What tells spans apart that can't satisfy a predicate; undefined where nothing does so. */
export function sieveOf(lambda: Lambda): Sieve | undefined {
  const needs = ownTraits(lambda).flatMap((traits) => {
    const columns = traits.flatMap(columnOf);
    return columns.length === traits.length ? [columns] : [];
  });
  return needs.length === 0 ? undefined : new Sieve(needs);
}

function columnOf(trait: Trait): readonly Column[] {
  switch (trait.type) {
    case 'attribute':
    case 'attribute_value':
      return [{ type: 'attribute', key: trait.key }];
    case 'kind':
      return [{ type: 'kind', value: trait.value }];
    case 'status_message':
    case 'event':
      return [{ type: trait.type }];
    default:
      return [];
  }
}
