import type { Value } from '../../common/trace/value';
import { doubleOf, int64Of } from './json_numbers';
import type { JsonReader } from './json_reader';
import type { Harvest } from './otlp_span';
import { MAX_DEPTH, SIZES } from './otlp_span';
import { names, STRING_BYTES, values } from './string_cache';

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/** Reads `KeyValue` and `AnyValue` (opentelemetry-proto, common/v1) from OTLP/JSON. */
export class JsonValues {
  constructor(
    private readonly reader: JsonReader,
    private readonly harvest: Harvest,
  ) {}

  /** A key with its value; `depth` is how deep in others the value lies, from 1. */
  pair(depth: number): [string, Value] {
    let key = '';
    let value: Value = null;
    this.fields((name) => {
      if (name === 'key') {
        key = this.reader.string(names);
        this.harvest.charge(names.heapBytes);
      } else if (name === 'value') value = this.value(depth);
      else return false;
      return true;
    });
    return [key, value];
  }

  /** As `pair`, but undefined where the key is none of the wanted: a value after its key is passed over, unread. */
  wantedPair(wanted: ReadonlySet<string>): [string, Value] | undefined {
    const { reader } = this;
    let key = '';
    let valueAt: number | undefined;
    this.fields((name) => {
      if (name === 'key') key = reader.string(names);
      else if (name === 'value') {
        valueAt = reader.pos;
        reader.skip();
      } else return false;
      return true;
    });
    if (!wanted.has(key)) return undefined;
    this.harvest.charge(names.heapBytes);
    if (valueAt === undefined) return [key, null];
    const end = reader.pos;
    reader.pos = valueAt;
    const value = this.value(1);
    reader.pos = end;
    return [key, value];
  }

  private value(depth: number): Value {
    const { reader, harvest } = this;
    if (depth > MAX_DEPTH) {
      harvest.tooDeep = true;
      reader.skip();
      return null;
    }
    let value: Value = null;
    this.fields((kind) => {
      switch (kind) {
        case 'stringValue':
          value = this.text();
          return true;
        case 'boolValue':
          value = reader.boolean();
          return true;
        case 'intValue':
          value = int64Of(reader.numeral(values)) ?? reader.fail('an intValue that is no int64');
          harvest.chargeNumber(value);
          return true;
        case 'doubleValue':
          value = doubleOf(reader.numeral(values)) ?? reader.fail('a doubleValue that is no double');
          harvest.chargeNumber(value);
          return true;
        case 'bytesValue':
          value = this.base64();
          return true;
        case 'arrayValue':
          value = this.list(depth);
          return true;
        case 'kvlistValue':
          value = this.map(depth);
          return true;
        default:
          return false;
      }
    });
    return value;
  }

  private list(depth: number): Value {
    const items: Value[] = [];
    this.harvest.charge(SIZES.list);
    this.valuesOf(() => {
      this.harvest.charge(SIZES.item);
      items.push(this.value(depth + 1));
    });
    return items;
  }

  private map(depth: number): Value {
    const map = new Map<string, Value>();
    this.harvest.charge(SIZES.map);
    this.valuesOf(() => {
      map.set(...this.pair(depth + 1));
      this.harvest.charge(SIZES.mapEntry);
    });
    return map;
  }

  private valuesOf(item: () => void): void {
    this.fields((key) => {
      if (key !== 'values') return false;
      this.reader.array(item);
      return true;
    });
  }

  private text(): string {
    const text = this.reader.string(values);
    this.harvest.charge(values.heapBytes);
    return text;
  }

  private base64(): string {
    const sent = this.reader.string(values);
    if (!BASE64.test(sent)) this.reader.fail('a bytesValue that is no base64');
    const text = Buffer.from(sent, 'base64').toString('base64');
    this.harvest.charge(STRING_BYTES + text.length);
    return text;
  }

  private fields(field: (key: string) => boolean): void {
    this.reader.object(field, names);
  }
}
