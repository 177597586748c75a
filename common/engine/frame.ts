import type { SpanView } from '../trace/span';
import type { TraceView } from '../trace/trace';
import { Budget } from './budget';
import type { Columns } from './columns';
import { TraceGraph } from './graph';

/** The spans that steps look in: of the whole trace, or of a group. */
export class Members {
  /** What was found in it, by the place of the test that found it. */
  readonly found: unknown[] = [];

  /**
   * @param spans those that are certainly in it, in order
   * @param possible those and the ones that may be
   * @param open whether there may be others still
   * @param name the same for the same group, different for different ones
   */
  constructor(
    readonly spans: readonly SpanView[],
    readonly possible: readonly SpanView[] = spans,
    readonly open = false,
    readonly name = '',
  ) {}
}

const NONE: ReadonlySet<SpanView> = new Set();

/** What a rule is evaluated in: the trace, what its variables stand for at the moment, and the steps left. */
export class Frame {
  /** By slot: what the parameters of arrow functions stand for. */
  readonly variables: unknown[] = [];
  /** By slot: the trace first, then groups. */
  readonly scopes: Members[];
  private known: TraceGraph | undefined;
  /** Whether spans may be missing. Only ever true where caution is asked for. */
  readonly incomplete: boolean;
  private readonly lossy: ReadonlySet<SpanView> | 'all';

  constructor(
    readonly trace: TraceView,
    readonly budget = new Budget(),
    readonly cautious = false,
    /** Microseconds within which the order of spans of different hosts is unknown. */
    readonly skewUs = 0,
    private readonly given?: Columns,
  ) {
    const { orphans, truncated, split } = trace.flags;
    this.incomplete = cautious && (orphans > 0 || truncated || split);
    this.scopes = [new Members(trace.spans, trace.spans, this.incomplete)];
    this.lossy = cautious ? lossySpans(trace) : NONE;
  }

  get graph(): TraceGraph {
    return (this.known ??= TraceGraph.of(this.trace));
  }

  get columns(): Columns {
    return this.given ?? this.graph.columns;
  }

  /** Whether the span's SDK dropped some of these, or may have. */
  lost(span: SpanView, what: 'attributes' | 'events' | 'links'): boolean {
    return this.lossy === 'all' || (this.lossy.has(span) && span.dropped[what] > 0);
  }

  /** Whether clocks may say the wrong order of two spans. */
  unsureOrder(a: SpanView, b: SpanView): boolean {
    return this.skewUs > 0 && Math.abs(a.startUs - b.startUs) < this.skewUs && clockOf(a) !== clockOf(b);
  }
}

function lossySpans({ spans, flags }: TraceView): ReadonlySet<SpanView> | 'all' {
  if (flags.dropped === 0) return NONE;
  const lossy = spans.filter(({ dropped }) => dropped.attributes + dropped.events + dropped.links > 0);
  // What was dropped is known of the trace and not of a span: any may be meant.
  return lossy.length === 0 ? 'all' : new Set(lossy);
}

function clockOf({ resource }: SpanView): string {
  const host = resource.get('host.name');
  const instance = resource.get('service.instance.id');
  return JSON.stringify([typeof host === 'string' ? host : null, typeof instance === 'string' ? instance : null]);
}
