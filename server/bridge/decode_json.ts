import type { Scope, SpanEvent, SpanLink } from '../../common/trace/span';
import type { Attributes } from '../../common/trace/value';
import { NO_ATTRIBUTES } from '../../common/trace/value';
import { AttributeStack } from './attribute_list';
import { int64Of, microsOf, uint32Of } from './json_numbers';
import { JsonReader } from './json_reader';
import { JsonValues } from './json_values';
import type { Decoded, DecodeLimits, Origin, SentId } from './otlp_span';
import { Harvest, kindOf, NO_SCOPE, OtlpSpan, SIZES, statusOf } from './otlp_span';
import { names, values } from './string_cache';

const HEX = /^[0-9a-f]*$/;
const ZEROES = /^0*$/;

/**
 * Decodes OTLP/JSON (opentelemetry-proto, specification.md, "JSON Protobuf Encoding"): ids in hex of either case, enums as
 * integers, lowerCamelCase names, integers also as strings; other fields are ignored. Gives what `decodeProtobuf` gives for
 * the same request. Throws BT_MALFORMED_OTLP for what is no such message, and BT_BODY_TOO_LARGE for what can't be held.
 */
export function decodeJson(body: Buffer, limits: DecodeLimits): Decoded {
  const harvest = new Harvest(limits);
  const reader = new JsonReader(body);
  new JsonDecoder(reader, harvest, limits.wanted).request();
  reader.finish();
  return harvest.done();
}

class JsonDecoder {
  private readonly stack: AttributeStack;
  private readonly anyValues: JsonValues;

  constructor(
    private readonly reader: JsonReader,
    private readonly harvest: Harvest,
    private readonly wanted: ReadonlySet<string> | undefined,
  ) {
    this.stack = new AttributeStack(harvest);
    this.anyValues = new JsonValues(reader, harvest);
  }

  request(): void {
    this.fields((key) => {
      if (key !== 'resourceSpans') return false;
      this.reader.array(() => this.resourceSpans());
      return true;
    });
  }

  private resourceSpans(): void {
    const before = this.harvest.bytes;
    let resource: Attributes = NO_ATTRIBUTES;
    let dropped = 0;
    let bytes = 0;
    let tooDeep = false;
    this.shared(
      'resource',
      () => {
        const begin = this.stack.begin();
        this.harvest.tooDeep = false;
        this.fields((key) => {
          if (key === 'attributes') this.attributes();
          else if (key === 'droppedAttributesCount') dropped = this.uint32();
          else return false;
          return true;
        });
        resource = this.stack.take(begin);
        bytes = this.harvest.bytes - before;
        tooDeep = this.harvest.tooDeep;
      },
      'scopeSpans',
      () => this.scopeSpans({ resource, dropped, tooDeep, bytes }),
    );
  }

  private scopeSpans(of: Omit<Origin, 'scope'>): void {
    let origin: Origin = { ...of, scope: NO_SCOPE };
    this.shared(
      'scope',
      () => {
        const scope = this.scope();
        origin = { ...of, scope, bytes: of.bytes + SIZES.scope + 2 * (scope.name.length + scope.version.length) };
      },
      'spans',
      () => this.span(origin),
    );
  }

  /**
   * An object with a field that its list of others needs, in whichever order they come: a list that comes first is passed
   * over and read at the end.
   */
  private shared(head: string, readHead: () => void, list: string, readItem: () => void): void {
    const { reader } = this;
    const waiting: number[] = [];
    let seen = false;
    this.fields((key) => {
      if (key === head) {
        if (seen) reader.fail(`"${head}" twice`);
        seen = true;
        readHead();
      } else if (key !== list) return false;
      else if (seen) reader.array(readItem);
      else {
        waiting.push(reader.pos);
        reader.skip();
      }
      return true;
    });
    const end = reader.pos;
    for (const position of waiting) {
      reader.pos = position;
      reader.array(readItem);
    }
    reader.pos = end;
  }

  private scope(): Scope {
    let name = '';
    let version = '';
    this.fields((key) => {
      if (key === 'name') name = this.reader.string(names);
      else if (key === 'version') version = this.reader.string(names);
      else return false;
      return true;
    });
    this.harvest.charge(SIZES.scope + 2 * (name.length + version.length));
    return { name, version };
  }

  private span(origin: Origin): void {
    const { harvest, stack } = this;
    harvest.begin(origin);
    const span = new OtlpSpan(origin);
    const begin = stack.begin();
    const events: SpanEvent[] = [];
    const links: SpanLink[] = [];
    const dropped = { attributes: origin.dropped, events: 0, links: 0 };
    let traceId: SentId = '';
    let spanId: SentId = '';
    let parentSpanId: SentId = '';
    let endUs = 0;
    this.fields((key) => {
      switch (key) {
        case 'traceId':
          traceId = this.id(32);
          return true;
        case 'spanId':
          spanId = this.id(16);
          return true;
        case 'parentSpanId':
          parentSpanId = this.id(16);
          return true;
        case 'name':
          span.name = this.text(true);
          return true;
        case 'kind':
          span.kind = kindOf(this.enumeration());
          return true;
        case 'startTimeUnixNano':
          span.startUs = this.micros();
          return true;
        case 'endTimeUnixNano':
          endUs = this.micros();
          return true;
        case 'attributes':
          this.attributes(this.wanted);
          return true;
        case 'droppedAttributesCount':
          dropped.attributes += this.uint32();
          return true;
        case 'events':
          this.reader.array(() => {
            dropped.attributes += this.event(events);
          });
          return true;
        case 'droppedEventsCount':
          dropped.events = this.uint32();
          return true;
        case 'links':
          this.reader.array(() => {
            const before = links.length;
            dropped.attributes += this.link(links);
            if (links.length === before) dropped.links += 1;
          });
          return true;
        case 'droppedLinksCount':
          dropped.links += this.uint32();
          return true;
        case 'status':
          this.status(span);
          return true;
        case 'flags':
          span.flags = this.uint32();
          return true;
        default:
          return false;
      }
    });
    span.endUs = endUs === 0 ? span.startUs : endUs;
    span.attributes = stack.take(begin);
    if (events.length > 0) span.events = events;
    if (links.length > 0) span.links = links;
    if (dropped.attributes + dropped.events + dropped.links > 0) span.dropped = dropped;
    harvest.add(span, traceId, spanId, parentSpanId);
  }

  private status(span: OtlpSpan): void {
    this.fields((key) => {
      if (key === 'message') span.statusMessage = this.text(false);
      else if (key === 'code') span.status = statusOf(this.enumeration());
      else return false;
      return true;
    });
  }

  private event(into: SpanEvent[]): number {
    this.harvest.charge(SIZES.event);
    const begin = this.stack.begin();
    let name = '';
    let timeUs = 0;
    let dropped = 0;
    this.fields((key) => {
      if (key === 'name') name = this.text(true);
      else if (key === 'timeUnixNano') timeUs = this.micros();
      else if (key === 'attributes') this.attributes(this.wanted);
      else if (key === 'droppedAttributesCount') dropped = this.uint32();
      else return false;
      return true;
    });
    into.push({ name, timeUs, attributes: this.stack.take(begin) });
    return dropped;
  }

  private link(into: SpanLink[]): number {
    this.harvest.charge(SIZES.link);
    const begin = this.stack.begin();
    let traceId: SentId = '';
    let spanId: SentId = '';
    let dropped = 0;
    this.fields((key) => {
      if (key === 'traceId') traceId = this.id(32);
      else if (key === 'spanId') spanId = this.id(16);
      else if (key === 'attributes') this.attributes(this.wanted);
      else if (key === 'droppedAttributesCount') dropped = this.uint32();
      else return false;
      return true;
    });
    const attributes = this.stack.take(begin);
    if (traceId && spanId) into.push({ traceId, spanId, attributes });
    return dropped;
  }

  private attributes(wanted?: ReadonlySet<string>): void {
    this.reader.array(() => {
      const pair = wanted === undefined ? this.anyValues.pair(1) : this.anyValues.wantedPair(wanted);
      if (pair) this.stack.add(pair[0], pair[1]);
    });
  }

  private fields(field: (key: string) => boolean): void {
    this.reader.object(field, names);
  }

  private text(isName: boolean): string {
    const cache = isName ? names : values;
    const text = this.reader.string(cache);
    this.harvest.charge(cache.heapBytes);
    return text;
  }

  private id(length: number): SentId {
    const id = this.reader.string(values).toLowerCase();
    if (id === '') return '';
    if (id.length !== length || !HEX.test(id)) return undefined;
    return ZEROES.test(id) ? '' : id;
  }

  private enumeration(): number {
    if (this.reader.peek() === 0x22) this.reader.fail('an enum that is no integer');
    const value = int64Of(this.reader.numeral(values));
    return typeof value === 'number' ? value : this.reader.fail('an enum that is no integer');
  }

  private uint32(): number {
    return uint32Of(this.reader.numeral(values)) ?? this.reader.fail('a number that is no uint32');
  }

  private micros(): number {
    return microsOf(this.reader.numeral(values)) ?? this.reader.fail('a time that is no uint64');
  }
}
