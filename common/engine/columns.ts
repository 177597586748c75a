import type { SpanView } from '../trace/span';
import type { Attributes } from '../trace/value';

/** A set of places in a list of spans, 32 to a word. */
export type Places = Int32Array;

export const wordsFor = (spans: number): number => (spans + 31) >>> 5;

export function addPlace(places: Places, at: number): void {
  places[at >>> 5]! |= 1 << (at & 31);
}

/** What single spans have, as far as it is kept which ones do. */
export type Column =
  | { readonly type: 'attribute'; readonly key: string }
  | { readonly type: 'kind'; readonly value: string }
  | { readonly type: 'status_message' | 'event' };

/** Which spans of a trace have what: found when a rule first asks, and the same for all rules that do. */
export class Columns {
  private readonly found = new Map<string, Places>();

  /** @param known places of the spans that have an attribute, of their own or of their resource, where these are known */
  constructor(
    private readonly spans: readonly SpanView[],
    private readonly known?: (key: string) => Places | undefined,
  ) {}

  places(column: Column): Places {
    if (column.type === 'attribute') {
      return this.known?.(column.key) ?? this.keep(`attribute ${column.key}`, () => hasAttribute(column.key));
    }
    if (column.type === 'kind') {
      return this.keep(column.value, () => (span) => span.kind === column.value);
    }
    return this.keep(column.type, () => HAS[column.type]);
  }

  private keep(name: string, test: () => (span: SpanView) => boolean): Places {
    const { spans } = this;
    const known = this.found.get(name);
    if (known) return known;
    const places = new Int32Array(wordsFor(spans.length));
    const has = test();
    for (let at = 0; at < spans.length; at++) if (has(spans[at]!)) addPlace(places, at);
    this.found.set(name, places);
    return places;
  }
}

const HAS = {
  status_message: (span: SpanView) => span.statusMessage !== '',
  event: (span: SpanView) => span.events.length > 0,
};

/** An attribute of their own, or of their resource: of which the spans of a trace have few. */
function hasAttribute(key: string): (span: SpanView) => boolean {
  let last: Attributes | undefined;
  let isShared = false;
  return ({ attributes, resource }) => {
    if (resource !== last) {
      last = resource;
      isShared = resource.has(key);
    }
    return isShared || attributes.has(key);
  };
}
