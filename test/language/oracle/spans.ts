import type { SpanView } from '../../../common/trace/span';
import type { TraceView } from '../../../common/trace/trace';
import { Between, Some, U } from './three_valued';
import { timedOut } from './differences';

/** The spans that steps look in. */
export interface Part {
  readonly sure: readonly SpanView[];
  readonly maybe: readonly SpanView[];
  readonly open: boolean;
}

/** What a rule is judged on, and how carefully. */
export class World {
  readonly missing: boolean;
  readonly whole: Part;

  constructor(
    readonly trace: TraceView,
    readonly careful: boolean,
    readonly skewUs: number,
  ) {
    const { orphans, truncated, split } = trace.flags;
    this.missing = careful && (orphans > 0 || truncated || split);
    this.whole = { sure: trace.spans, maybe: trace.spans, open: this.missing };
  }

  lost(span: SpanView, what: 'attributes' | 'events' | 'links'): boolean {
    if (!this.careful || this.trace.flags.dropped === 0) return false;
    const known = this.trace.spans.some(({ dropped }) => dropped.attributes + dropped.events + dropped.links > 0);
    return known ? span.dropped[what] > 0 : true;
  }

  /** Whether clocks can't tell which of two spans came first. */
  blurred(a: SpanView, b: SpanView): boolean {
    if (!this.careful || this.skewUs === 0 || Math.abs(a.startUs - b.startUs) >= this.skewUs) return false;
    return ['host.name', 'service.instance.id'].some((key) => a.resource.get(key) !== b.resource.get(key));
  }

  parent(span: SpanView): SpanView | undefined {
    return this.trace.spans.find(({ spanId }) => spanId === span.parentSpanId);
  }

  ancestors(span: SpanView): SpanView[] {
    const found: SpanView[] = [];
    for (let at = this.parent(span); at && at !== span && !found.includes(at); at = this.parent(at)) found.push(at);
    return found;
  }

  below(span: SpanView): SpanView[] {
    return this.trace.spans.filter((other) => other !== span && this.chain(other).includes(span));
  }

  private chain(span: SpanView): SpanView[] {
    return this.ancestors(span);
  }

  /** Whether nothing can stand above the last known ancestor. */
  private topKnown(span: SpanView): boolean {
    const top = this.ancestors(span).at(-1) ?? span;
    return top.parentSpanId === null || this.parent(top) !== undefined;
  }

  /** A property of a span. */
  read(span: SpanView, name: string): unknown {
    const { spans } = this.trace;
    switch (name) {
      case 'startTime':
        return span.startUs / 1000;
      case 'endTime':
        return span.endUs / 1000;
      case 'duration':
        return (span.endUs - span.startUs) / 1000;
      case 'timedOut':
        return timedOut(span);
      case 'isRoot':
        return span.parentSpanId === null;
      case 'service':
        return span.resource.get('service.name');
      case 'parent': {
        const parent = this.parent(span);
        return !parent && span.parentSpanId !== null && this.missing ? U : parent;
      }
      case 'depth':
        return this.missing && !this.topKnown(span) ? U : this.ancestors(span).length;
      case 'ancestors': {
        const list = this.ancestors(span);
        return Some.of(list, list, this.missing && !this.topKnown(span));
      }
      case 'children':
        return this.more(spans.filter(({ parentSpanId }) => parentSpanId === span.spanId));
      case 'descendants':
        return this.more(this.below(span));
      case 'siblings': {
        const { parentSpanId } = span;
        if (parentSpanId === null) return [];
        return this.more(spans.filter((other) => other !== span && other.parentSpanId === parentSpanId));
      }
      case 'events':
      case 'links': {
        const list = [...span[name]];
        return Some.of(list, list, this.lost(span, name));
      }
      default:
        return span[name as keyof SpanView];
    }
  }

  private more(list: SpanView[]): unknown {
    return Some.of(list, list, this.missing);
  }

  attribute(span: SpanView, key: string): unknown {
    const value = span.attribute(key);
    return value === undefined && this.lost(span, 'attributes') ? U : value;
  }

  /** A property of the trace or of a part of it. */
  readPart({ sure, maybe, open }: Part, name: string): unknown {
    const exact = !open && sure.length === maybe.length;
    switch (name) {
      case 'spans':
        return Some.of([...sure], [...maybe], open);
      case 'services': {
        const services = (list: readonly SpanView[]): unknown[] => [
          ...new Set(
            list.map((span) => span.resource.get('service.name')).filter((value) => typeof value === 'string'),
          ),
        ];
        return Some.of(services(sure), services(maybe), open);
      }
      case 'duration': {
        const length = (list: readonly SpanView[]): number =>
          list.length === 0
            ? 0
            : (Math.max(...list.map(({ endUs }) => endUs)) - Math.min(...list.map(({ startUs }) => startUs))) / 1000;
        return exact ? length(sure) : new Between(length(sure), open ? Infinity : length(maybe));
      }
      case 'root':
        if (!exact) return U;
        return sure === this.trace.spans
          ? rootOf(this.trace)
          : sure.find((span) => !sure.some(({ spanId }) => spanId === span.parentSpanId));
      default:
        return this.trace.traceId;
    }
  }
}

/** The earliest without a parent, else the earliest that a part of the trace begins with. */
export function rootOf({ spans }: TraceView): SpanView | undefined {
  const remote = (span: SpanView): boolean => (span.flags & 0x300) === 0x300;
  const serves = (span: SpanView): boolean => span.kind === 'SERVER' || span.kind === 'CONSUMER';
  const unknown = (span: SpanView): boolean => !spans.some(({ spanId }) => spanId === span.parentSpanId);
  return (
    spans.find(({ parentSpanId }) => parentSpanId === null) ??
    spans.find((span) => remote(span) || (serves(span) && unknown(span)))
  );
}
