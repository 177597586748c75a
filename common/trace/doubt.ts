/**
 * A value that a source of spans has not kept whole: it was one of these. Numbers lie between two bounds; `others` are what
 * can't be compared: nothing at all, null, lists, maps; `anything` says that nothing is known of it.
 */
export class Doubt {
  constructor(
    readonly values: readonly (string | boolean | undefined)[],
    readonly more: {
      readonly numbers?: readonly [low: number, high: number];
      readonly others?: boolean;
      readonly anything?: boolean;
    } = {},
  ) {}

  /** Whether it may be this one. */
  may(value: unknown): boolean {
    const { numbers, others = false, anything = false } = this.more;
    if (anything || this.values.includes(value as string)) return true;
    if (typeof value === 'number' || typeof value === 'bigint') {
      return numbers !== undefined && value >= numbers[0] && value <= numbers[1];
    }
    return others && typeof value !== 'string' && typeof value !== 'boolean';
  }

  /** Nothing of it was kept, if there was anything. */
  get isMissing(): boolean {
    return this.values.length === 0 && !this.more.anything && this.more.numbers === undefined;
  }

  /** Whether it is one of `values` for certain. */
  get isListed(): boolean {
    return !this.more.anything && !this.more.others && this.more.numbers === undefined;
  }
}

/** Nothing is known of it. */
export const ANYTHING = new Doubt([], { anything: true });

/** What is not certain of a span; what is read of it elsewhere is as good a guess as there is. */
export interface SpanDoubts {
  /** The value of an attribute, of the span's own or its resource's, or a doubt about it. */
  attribute(key: string): unknown;
  resource(key: string): unknown;
  /** Doubts about its properties, by name. */
  readonly fields: ReadonlyMap<string, Doubt>;
  /** There may be events, links or a scope that are not known of. */
  readonly loses: ReadonlySet<'events' | 'links' | 'scope'>;
}
