import type { SpanView } from '../trace/span';
import type { TraceView } from '../trace/trace';
import type { Test } from './formula';

/** The spans of a trace that satisfy each of a rule's tests, looked up once each. */
export interface SpanSets {
  /** Spans that satisfy the test, whatever is missing; in (startUs, spanId) order. */
  certain(test: Test): readonly SpanView[];
  /** Spans that satisfy it, or might if nothing were missing from them. */
  possible(test: Test): readonly SpanView[];
  /** The first certain one. */
  first(test: Test): SpanView | undefined;
  /** Whether spans may be missing, so that no absence is certain. */
  readonly incomplete: boolean;
}

/** Two-valued: the spans at hand are all there is. */
export function plainSets({ spans }: TraceView): SpanSets {
  const all = memoize((test) => spans.filter((span) => test.holds(span)));
  const first = memoize((test) => spans.find((span) => test.holds(span)));
  return { certain: all, possible: all, first, incomplete: false };
}

/** Three-valued: what the trace's flags touch is unknown. Undefined where they touch nothing. */
export function cautiousSets({ spans, flags }: TraceView): SpanSets | undefined {
  const incomplete = flags.orphans > 0 || flags.truncated || flags.split;
  if (!incomplete && flags.dropped === 0) return undefined;
  const lossySpans = flags.dropped === 0 ? [] : spans.filter(hasLost);
  // What was dropped is known of the trace and not of a span: any may be meant.
  const touched = new Set(flags.dropped > 0 && !spans.some(hasLostAnything) ? spans : lossySpans);
  const certain = memoize((test) => {
    const unsure = test.trend === 'shrinking' || test.trend === 'either';
    return spans.filter((span) => test.holds(span) && !(unsure && touched.has(span)));
  });
  const possible = memoize((test) => {
    const unsure = test.trend === 'growing' || test.trend === 'either';
    return spans.filter((span) => test.holds(span) || (unsure && touched.has(span)));
  });
  return { certain, possible, first: (test) => certain(test)[0], incomplete };
}

const hasLost = ({ dropped }: SpanView): boolean => dropped.attributes > 0 || dropped.events > 0;
const hasLostAnything = (span: SpanView): boolean => hasLost(span) || span.dropped.links > 0;

function memoize<T>(compute: (test: Test) => T): (test: Test) => T {
  const known: { value: T }[] = [];
  return (test) => (known[test.index] ??= { value: compute(test) }).value;
}

/** The same with certain and possible changed over: what does not certainly hold there can't hold here. */
export function swapped({ certain, possible, incomplete }: SpanSets): SpanSets {
  return { certain: possible, possible: certain, first: (test) => possible(test)[0], incomplete };
}
