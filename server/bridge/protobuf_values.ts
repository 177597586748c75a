import type { Value } from '../../common/trace/value';
import type { Harvest } from './otlp_span';
import { MAX_DEPTH, SIZES } from './otlp_span';
import { names, STRING_BYTES, values } from './string_cache';
import type { WireReader } from './wire_reader';

/** Reads `KeyValue` and `AnyValue` (opentelemetry-proto, common/v1) from protobuf. */
export class ProtobufValues {
  constructor(
    private readonly reader: WireReader,
    private readonly harvest: Harvest,
  ) {}

  /** As `pair`, but undefined where the key is none of the wanted: its value is passed over, unread. */
  wantedPair(end: number, wanted: ReadonlySet<string>): [string, Value] | undefined {
    const { reader } = this;
    const start = reader.pos;
    // as encoders write it: the key, then the value, and nothing else
    if (start < end && reader.tag(end) === 0x0a && !wanted.has(reader.string(end, names))) {
      if (reader.pos === end || (reader.tag(end) === 0x12 && reader.delimited(end) === end)) {
        reader.pos = end;
        return undefined;
      }
    }
    reader.pos = start;
    const pair = this.pair(end, 1);
    return wanted.has(pair[0]) ? pair : undefined;
  }

  /** A key with its value; `depth` is how deep in others the value lies, from 1. */
  pair(end: number, depth: number): [string, Value] {
    const { reader } = this;
    let key = '';
    let value: Value = null;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) {
        key = reader.string(end, names);
        this.harvest.charge(names.heapBytes);
      } else if (tag === 0x12) value = this.value(reader.delimited(end), depth);
      else reader.skip(tag, end, 2);
    }
    return [key, value];
  }

  private value(end: number, depth: number): Value {
    const { reader, harvest } = this;
    if (depth > MAX_DEPTH) {
      harvest.tooDeep = true;
      reader.pos = end;
      return null;
    }
    let value: Value = null;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      switch (tag) {
        case 0x0a:
          value = reader.string(end, values);
          harvest.charge(values.heapBytes);
          break;
        case 0x10:
          value = reader.bool(end);
          break;
        case 0x18:
          value = reader.int64(end);
          harvest.chargeNumber(value);
          break;
        case 0x21:
          value = reader.double(end);
          harvest.chargeNumber(value);
          break;
        case 0x2a:
          value = this.array(reader.delimited(end), depth);
          break;
        case 0x32:
          value = this.map(reader.delimited(end), depth);
          break;
        case 0x3a:
          value = reader.base64(end);
          harvest.charge(STRING_BYTES + value.length);
          break;
        default:
          reader.skip(tag, end, 7);
      }
    }
    return value;
  }

  private array(end: number, depth: number): Value {
    const { reader } = this;
    const items: Value[] = [];
    this.harvest.charge(SIZES.list);
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag !== 0x0a) {
        reader.skip(tag, end, 1);
        continue;
      }
      this.harvest.charge(SIZES.item);
      items.push(this.value(reader.delimited(end), depth + 1));
    }
    return items;
  }

  private map(end: number, depth: number): Value {
    const { reader } = this;
    const map = new Map<string, Value>();
    this.harvest.charge(SIZES.map);
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag !== 0x0a) {
        reader.skip(tag, end, 1);
        continue;
      }
      const [key, value] = this.pair(reader.delimited(end), depth + 1);
      map.set(key, value);
      this.harvest.charge(SIZES.mapEntry);
    }
    return map;
  }
}
