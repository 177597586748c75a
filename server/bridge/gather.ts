import { canonicalSpan } from '../../common/trace/canonical';
import { standing } from '../../common/trace/join';
import type { Position } from './journal/position';
import type { OpenTrace } from './open_trace';
import type { OtlpSpan } from './otlp_span';
import type { SettledTrace } from './settled_traces';
import type { Memory } from './trace_buffer';
import type { WantedAttributes } from './wanted_attributes';

export interface Gathered {
  /** One for each id. */
  readonly spans: readonly OtlpSpan[];
  /** How many of them were not there when the trace was judged before; 0 where it was not. */
  readonly lateSpans: number;
  /** Something that was received can't be read any more. */
  readonly isLost: boolean;
}

/** Two spans with one id of which only all their content tells which stands. */
export const isDispute = (a: OtlpSpan, b: OtlpSpan): boolean =>
  a !== b && a.endUs === b.endUs && canonicalSpan(a) !== canonicalSpan(b);

/**
 * All spans of a trace that is to be judged: those that are at hand, and from the journal those that were judged before,
 * and what was decoded without an attribute that is wanted by now. Violations may be by rules of before, and disputes are
 * settled by all attributes: then all are read.
 */
export function gather(open: OpenTrace, earlier: SettledTrace | undefined, memory: Memory | undefined): Gathered {
  if (memory === undefined) return { spans: open.spans.all(), lateSpans: 0, isLost: open.late };
  const { keys, generation } = memory.wanted();
  const needsAll = open.isDisputed || (earlier !== undefined && earlier.violated.length > 0);
  if (!needsAll) {
    const found = read(open, earlier, memory, keys, open.generation < generation);
    if (found !== undefined) return found;
  }
  return read(open, earlier, memory, undefined, true)!;
}

/** Undefined where some attributes are not enough. */
function read(
  open: OpenTrace,
  earlier: SettledTrace | undefined,
  memory: Memory,
  keys: WantedAttributes['keys'],
  again: boolean,
): Gathered | undefined {
  const recall = (positions: readonly Position[]): Joined | undefined => {
    const spans = memory.recall(open, positions, keys);
    return spans && join(spans);
  };
  const before = earlier && recall(earlier.positions);
  if (!again && earlier === undefined) return { spans: open.spans.all(), lateSpans: 0, isLost: open.late };
  const own = again ? recall(open.positions) : undefined;
  const isLost = (open.late && before === undefined) || (again && own === undefined);
  const spans = own?.spans ?? new Map(open.spans.all().map((span) => [span.spanId, span]));
  let isDisputed = (before?.isDisputed ?? false) || (own?.isDisputed ?? false);
  let lateSpans = 0;
  for (const [id, span] of spans) {
    const former = before?.spans.get(id);
    if (former !== undefined && isDispute(former, span)) isDisputed = true;
    if (former !== undefined && standing(former, span) === former) spans.set(id, former);
    else lateSpans += 1;
  }
  if (isDisputed && keys !== undefined) return undefined;
  for (const [id, span] of before?.spans ?? []) if (!spans.has(id)) spans.set(id, span);
  return { spans: [...spans.values()], lateSpans: earlier ? lateSpans : 0, isLost };
}

interface Joined {
  readonly spans: Map<string, OtlpSpan>;
  readonly isDisputed: boolean;
}

function join(all: readonly OtlpSpan[]): Joined {
  const spans = new Map<string, OtlpSpan>();
  let isDisputed = false;
  for (const span of all) {
    const other = spans.get(span.spanId);
    if (other !== undefined && isDispute(other, span)) isDisputed = true;
    spans.set(span.spanId, other === undefined ? span : standing(other, span));
  }
  return { spans, isDisputed };
}
