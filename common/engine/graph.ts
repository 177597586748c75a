import { isEntrySpan } from '../trace/join';
import type { SpanView } from '../trace/span';
import type { TraceView } from '../trace/trace';
import { Columns } from './columns';

const NO_SPANS: readonly SpanView[] = [];
const KNOWN = new WeakMap<TraceView, TraceGraph>();

/** How the spans of a trace hang together, worked out where it is asked for. */
export class TraceGraph {
  private ids: Map<string, SpanView> | undefined;
  private byParent: Map<string, SpanView[]> | undefined;
  private readonly ancestorLists = new Map<SpanView, readonly SpanView[]>();
  readonly columns: Columns;

  constructor(private readonly spans: readonly SpanView[]) {
    this.columns = new Columns(spans);
  }

  /** The one graph of a trace, whatever the number of rules that ask. */
  static of(trace: TraceView): TraceGraph {
    let graph = KNOWN.get(trace);
    if (!graph) KNOWN.set(trace, (graph = new TraceGraph(trace.spans)));
    return graph;
  }

  parent({ parentSpanId }: SpanView): SpanView | undefined {
    return parentSpanId === null ? undefined : this.byId().get(parentSpanId);
  }

  /** Nearest first, stopping at a repeated id. */
  ancestors(span: SpanView): readonly SpanView[] {
    const known = this.ancestorLists.get(span);
    if (known) return known;
    const seen = new Set([span]);
    for (let at = this.parent(span); at && !seen.has(at); at = this.parent(at)) seen.add(at);
    const [, ...found] = seen;
    this.ancestorLists.set(span, found);
    return found;
  }

  /** Whether more spans can't add an ancestor: the chain ends at a span without parent, or in a circle. */
  knowsAncestors(span: SpanView): boolean {
    const last = this.ancestors(span).at(-1) ?? span;
    return last.parentSpanId === null || this.parent(last) !== undefined;
  }

  children({ spanId }: SpanView): readonly SpanView[] {
    return this.parents().get(spanId) ?? NO_SPANS;
  }

  siblings(span: SpanView): readonly SpanView[] {
    if (span.parentSpanId === null) return NO_SPANS;
    return (this.parents().get(span.parentSpanId) ?? NO_SPANS).filter((other) => other !== span);
  }

  descendants(span: SpanView): readonly SpanView[] {
    const found = this.below(span);
    found.delete(span);
    return this.inOrder(found);
  }

  /** A span and all below it. */
  under(span: SpanView): readonly SpanView[] {
    return this.inOrder(this.below(span));
  }

  /** The earliest span without parent, else the earliest that a part of the trace begins with. */
  root(): SpanView | undefined {
    const isKnown = (id: string): boolean => this.byId().has(id);
    return (
      this.spans.find(({ parentSpanId }) => parentSpanId === null) ??
      this.spans.find((span) => isEntrySpan(span, isKnown))
    );
  }

  private below(span: SpanView): Set<SpanView> {
    const found = new Set([span]);
    for (const each of found) for (const child of this.children(each)) found.add(child);
    return found;
  }

  private inOrder(found: ReadonlySet<SpanView>): readonly SpanView[] {
    return found.size * 8 > this.spans.length
      ? this.spans.filter((span) => found.has(span))
      : [...found].sort((a, b) => a.startUs - b.startUs || (a.spanId < b.spanId ? -1 : 1));
  }

  private byId(): ReadonlyMap<string, SpanView> {
    return (this.ids ??= new Map(this.spans.map((span) => [span.spanId, span])));
  }

  private parents(): ReadonlyMap<string, SpanView[]> {
    if (this.byParent) return this.byParent;
    const byParent = new Map<string, SpanView[]>();
    for (const span of this.spans) {
      if (span.parentSpanId === null) continue;
      const list = byParent.get(span.parentSpanId);
      if (list) list.push(span);
      else byParent.set(span.parentSpanId, [span]);
    }
    return (this.byParent = byParent);
  }
}
