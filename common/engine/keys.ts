import type { SpanEvent, SpanView } from '../trace/span';

/** One text for values that are the same by typed structural equality; undefined, which is no key, for undefined. */
export function keyOf(value: unknown): string | undefined {
  return value === undefined ? undefined : textOf(value);
}

/** A map whose keys are values by typed structural equality. Most are strings, for which no text has to be made. */
export class ValueMap<T> {
  private readonly strings = new Map<string, T>();
  private readonly others = new Map<string, T>();

  get size(): number {
    return this.strings.size + this.others.size;
  }

  get(value: unknown): T | undefined {
    return typeof value === 'string' ? this.strings.get(value) : this.others.get(textOf(value));
  }

  set(value: unknown, item: T): void {
    if (typeof value === 'string') this.strings.set(value, item);
    else this.others.set(textOf(value), item);
  }
}

function textOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      // The length in front, so that nothing in it can pass for what follows it in a list.
      return `s${value.length}:${value}`;
    case 'number':
      return Number.isInteger(value)
        ? Number.isSafeInteger(value)
          ? `n${value + 0}`
          : `n${BigInt(value)}`
        : `n${value}`;
    case 'bigint':
      return `n${value}`;
    case 'object':
      break;
    default:
      return String(value);
  }
  if (value === null) return 'null';
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
  if (value instanceof Map) {
    const entries = [...value].map(([key, item]): string => `${textOf(key)}:${textOf(item)}`);
    return `{${entries.sort().join()}}`;
  }
  const { spanId, traceId, name, timeUs } = value as Partial<SpanView & SpanEvent>;
  return `thing ${JSON.stringify([traceId, spanId, spanId === undefined ? [name, timeUs] : 0])}`;
}
