import type { Scope, SpanEvent, SpanLink } from '../../common/trace/span';
import { AttributeStack } from './attribute_list';
import type { Decoded, DecodeLimits, Origin, SentId } from './otlp_span';
import { Harvest, kindOf, NO_SCOPE, OtlpSpan, SIZES, statusOf } from './otlp_span';
import { ProtobufValues } from './protobuf_values';
import { names, values } from './string_cache';
import { WireReader } from './wire_reader';

/**
 * Decodes an `ExportTraceServiceRequest` (opentelemetry-proto, trace/v1, common/v1, resource/v1). Fields may come in any
 * order, unknown ones are skipped. Throws BT_MALFORMED_OTLP for what is no such message, and nothing else but
 * BT_BODY_TOO_LARGE for what can't be held.
 */
export function decodeProtobuf(body: Buffer, limits: DecodeLimits): Decoded {
  const harvest = new Harvest(limits);
  new ProtobufDecoder(body, harvest, limits).request();
  return harvest.done();
}

class ProtobufDecoder {
  private readonly reader: WireReader;
  private readonly stack: AttributeStack;
  private readonly anyValues: ProtobufValues;
  private lastTraceId = '';
  private lastTraceAt = -1;
  private readonly wanted: ReadonlySet<string> | undefined;
  /** As a span that begins with its trace id begins, which most do. */
  private readonly onlyTrace: Buffer | undefined;

  constructor(
    private readonly bytes: Buffer,
    private readonly harvest: Harvest,
    { onlyTrace, wanted }: DecodeLimits,
  ) {
    this.wanted = wanted;
    if (onlyTrace !== undefined) this.onlyTrace = Buffer.from(`0a10${onlyTrace}`, 'hex');
    this.reader = new WireReader(bytes);
    this.stack = new AttributeStack(harvest);
    this.anyValues = new ProtobufValues(this.reader, harvest);
  }

  request(): void {
    const { reader } = this;
    const end = this.bytes.length;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) this.resourceSpans(reader.delimited(end));
      else reader.skip(tag, end, 1);
    }
  }

  /** Twice over the fields: the resource may follow the spans that need it. */
  private resourceSpans(end: number): void {
    const { reader, harvest } = this;
    const start = reader.pos;
    const before = harvest.bytes;
    const begin = this.stack.begin();
    let dropped = 0;
    harvest.tooDeep = false;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) dropped += this.resource(reader.delimited(end));
      else if (tag === 0x12 || tag === 0x1a) reader.pos = reader.delimited(end);
      else reader.skip(tag, end, 3);
    }
    const resource = this.stack.take(begin);
    const of = { resource, dropped, tooDeep: harvest.tooDeep, bytes: harvest.bytes - before };
    reader.pos = start;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x12) this.scopeSpans(reader.delimited(end), of);
      else reader.skip(tag, end, 0);
    }
  }

  private resource(end: number): number {
    const { reader } = this;
    let dropped = 0;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) this.keyValue(reader.delimited(end));
      else if (tag === 0x10) dropped = reader.uint32(end);
      else reader.skip(tag, end, 2);
    }
    return dropped;
  }

  private scopeSpans(end: number, of: Omit<Origin, 'scope'>): void {
    const { reader, harvest } = this;
    const start = reader.pos;
    const before = harvest.bytes;
    let scope = NO_SCOPE;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) scope = this.scope(reader.delimited(end), scope);
      else if (tag === 0x12 || tag === 0x1a) reader.pos = reader.delimited(end);
      else reader.skip(tag, end, 3);
    }
    const origin: Origin = { ...of, scope, bytes: of.bytes + harvest.bytes - before };
    reader.pos = start;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x12) this.span(reader.delimited(end), origin);
      else reader.skip(tag, end, 0);
    }
  }

  private scope(end: number, { name, version }: Scope): Scope {
    const { reader } = this;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) name = reader.string(end, names);
      else if (tag === 0x12) version = reader.string(end, names);
      else if (tag === 0x1a) reader.pos = reader.delimited(end);
      else if (tag === 0x20) reader.uint32(end);
      else reader.skip(tag, end, 4);
    }
    this.harvest.charge(SIZES.scope + 2 * (name.length + version.length));
    return { name, version };
  }

  private span(end: number, origin: Origin): void {
    const { reader, harvest, stack } = this;
    if (this.onlyTrace && this.isOfOther(this.onlyTrace, end)) {
      reader.pos = end;
      return;
    }
    harvest.begin(origin);
    const span = new OtlpSpan(origin);
    const begin = stack.begin();
    let traceId: SentId = '';
    let spanId: SentId = '';
    let parentSpanId: SentId = '';
    let events: SpanEvent[] | undefined;
    let links: SpanLink[] | undefined;
    let droppedAttributes = origin.dropped;
    let droppedEvents = 0;
    let droppedLinks = 0;
    let endUs = 0;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      switch (tag) {
        case 0x0a:
          traceId = this.traceId(reader.delimited(end));
          break;
        case 0x12:
          spanId = this.id(reader.delimited(end), 8);
          break;
        case 0x1a: // trace_state
          reader.pos = reader.delimited(end);
          break;
        case 0x22:
          parentSpanId = this.id(reader.delimited(end), 8);
          break;
        case 0x2a:
          span.name = reader.string(end, names);
          harvest.charge(names.heapBytes);
          break;
        case 0x30:
          span.kind = kindOf(reader.int32(end));
          break;
        case 0x39:
          span.startUs = reader.nanosAsMicros(end);
          break;
        case 0x41:
          endUs = reader.nanosAsMicros(end);
          break;
        case 0x4a:
          this.attribute(reader.delimited(end));
          break;
        case 0x50:
          droppedAttributes += reader.uint32(end);
          break;
        case 0x5a: {
          const stop = reader.delimited(end);
          const [event, dropped] = this.event(stop);
          (events ??= []).push(event);
          droppedAttributes += dropped;
          break;
        }
        case 0x60:
          droppedEvents = reader.uint32(end);
          break;
        case 0x6a: {
          const stop = reader.delimited(end);
          const [link, dropped] = this.link(stop);
          if (link === undefined) droppedLinks += 1;
          else (links ??= []).push(link);
          droppedAttributes += dropped;
          break;
        }
        case 0x70:
          droppedLinks += reader.uint32(end);
          break;
        case 0x7a:
          this.status(reader.delimited(end), span);
          break;
        case 0x85:
          span.flags = reader.fixed32(end);
          break;
        default:
          reader.skip(tag, end, 16);
      }
    }
    span.endUs = endUs === 0 ? span.startUs : endUs;
    span.attributes = stack.take(begin);
    if (events !== undefined) span.events = events;
    if (links !== undefined) span.links = links;
    if (droppedAttributes + droppedEvents + droppedLinks > 0) {
      span.dropped = { attributes: droppedAttributes, events: droppedEvents, links: droppedLinks };
    }
    harvest.add(span, traceId, spanId, parentSpanId);
  }

  private isOfOther(start: Buffer, end: number): boolean {
    const { bytes } = this;
    const at = this.reader.pos;
    if (end - at < start.length || bytes[at] !== start[0] || bytes[at + 1] !== start[1]) return false;
    return bytes.compare(start, 2, start.length, at + 2, at + start.length) !== 0;
  }

  private status(end: number, span: OtlpSpan): void {
    const { reader } = this;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x12) {
        span.statusMessage = reader.string(end, values);
        this.harvest.charge(values.heapBytes);
      } else if (tag === 0x18) span.status = statusOf(reader.int32(end));
      else reader.skip(tag, end, tag >>> 3 === 1 ? 0 : 3);
    }
  }

  private event(end: number): [SpanEvent, number] {
    const { reader, stack } = this;
    this.harvest.charge(SIZES.event);
    const begin = stack.begin();
    let name = '';
    let timeUs = 0;
    let dropped = 0;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x09) timeUs = reader.nanosAsMicros(end);
      else if (tag === 0x12) {
        name = reader.string(end, names);
        this.harvest.charge(names.heapBytes);
      } else if (tag === 0x1a) this.attribute(reader.delimited(end));
      else if (tag === 0x20) dropped = reader.uint32(end);
      else reader.skip(tag, end, 4);
    }
    return [{ name, timeUs, attributes: stack.take(begin) }, dropped];
  }

  /** A link whose ids can't be read points nowhere: it counts as dropped. */
  private link(end: number): [SpanLink | undefined, number] {
    const { reader, stack } = this;
    this.harvest.charge(SIZES.link);
    const begin = stack.begin();
    let traceId: SentId = '';
    let spanId: SentId = '';
    let dropped = 0;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) traceId = this.id(reader.delimited(end), 16);
      else if (tag === 0x12) spanId = this.id(reader.delimited(end), 8);
      else if (tag === 0x1a) reader.pos = reader.delimited(end);
      else if (tag === 0x22) this.attribute(reader.delimited(end));
      else if (tag === 0x28) dropped = reader.uint32(end);
      else if (tag === 0x35) reader.fixed32(end);
      else reader.skip(tag, end, 6);
    }
    const attributes = stack.take(begin);
    return [traceId && spanId ? { traceId, spanId, attributes } : undefined, dropped];
  }

  /** Adds one pair to the stack. */
  private keyValue(end: number): void {
    const [key, value] = this.anyValues.pair(end, 1);
    this.stack.add(key, value);
  }

  /** Adds one pair of a span, an event or a link to the stack, where it is wanted. */
  private attribute(end: number): void {
    if (this.wanted === undefined) return this.keyValue(end);
    const pair = this.anyValues.wantedPair(end, this.wanted);
    if (pair) this.stack.add(pair[0], pair[1]);
  }

  /** The spans of a trace often follow one another: the same bytes as last time are the same string. */
  private traceId(end: number): SentId {
    const { reader, bytes } = this;
    const at = reader.pos;
    if (end - at === 16 && this.lastTraceAt >= 0 && sameBytes(bytes, at, this.lastTraceAt, 16)) {
      reader.pos = end;
      return this.lastTraceId;
    }
    const id = this.id(end, 16);
    if (id) {
      this.lastTraceId = id;
      this.lastTraceAt = at;
    }
    return id;
  }

  private id(end: number, length: number): SentId {
    const { reader, bytes } = this;
    const at = reader.pos;
    reader.pos = end;
    if (end === at) return '';
    if (end - at !== length) return undefined;
    for (let index = at; index < end; index += 1) if (bytes[index] !== 0) return bytes.toString('hex', at, end);
    return '';
  }
}

function sameBytes(bytes: Buffer, a: number, b: number, length: number): boolean {
  for (let index = 0; index < length; index += 1) if (bytes[a + index] !== bytes[b + index]) return false;
  return true;
}
