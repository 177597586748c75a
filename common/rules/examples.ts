import type { RuleExample } from '../api/rule_examples';
import type { CompiledRule, Verdict } from '../engine';
import { joinTrace } from '../trace/join';
import { createSpan, type SpanView } from '../trace/span';
import type { TraceView } from '../trace/trace';
import type { Attributes, Value } from '../trace/value';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const US_PER_MS = 1_000;

/** What a rule says of an example. */
export interface ExampleVerdict {
  /** Its place among the rule's, from 1. */
  readonly number: number;
  readonly matches: boolean;
  /** The rule says what the example does. */
  readonly holds: boolean;
  readonly verdict: Verdict;
}

/** Judges examples, each as a trace that is complete. */
export const judgeExamples = (rule: CompiledRule, examples: readonly RuleExample[]): ExampleVerdict[] =>
  examples.map((example, i) => {
    const verdict = rule.evaluate(traceOf(example));
    const { matches } = example;
    return { number: i + 1, matches, holds: verdict.kind === (matches ? 'violated' : 'satisfied'), verdict };
  });

/** The numbers, from 1, of the examples of which the rule says something else than they do. */
export const failingExamples = (rule: CompiledRule, examples: readonly RuleExample[]): number[] =>
  judgeExamples(rule, examples).flatMap(({ number, holds }) => (holds ? [] : [number]));

/** The trace that an example tells of, complete. Spans have ids made of their numbers, from 1, repeated ones counted. */
export function traceOf({ spans }: RuleExample): TraceView {
  const views = spans.flatMap((span) => Array.from({ length: span.times ?? 1 }, () => span)).map(spanOf);
  return joinTrace({
    traceId: TRACE_ID,
    spaces: ['default'],
    source: 'otlp',
    spans: views,
    truncated: false,
    split: false,
    lossy: [],
  });
}

function spanOf(span: RuleExample['spans'][number], index: number): SpanView {
  const startUs = Math.floor((span.startMs ?? 0) * US_PER_MS);
  return createSpan({
    traceId: TRACE_ID,
    spanId: idOf(index + 1),
    parentSpanId: span.parent === undefined ? null : idOf(span.parent),
    name: span.name,
    kind: span.kind ?? 'INTERNAL',
    status: span.status ?? 'UNSET',
    statusMessage: span.statusMessage ?? '',
    startUs,
    endUs: startUs + Math.floor((span.durationMs ?? 1) * US_PER_MS),
    flags: 0,
    attributes: attributesOf(span.attributes),
    resource: new Map<string, Value>([['service.name', span.service ?? 'shop'], ...attributesOf(span.resource)]),
    scope: { name: span.scope?.name ?? '', version: span.scope?.version ?? '' },
    events: (span.events ?? []).map((event) => ({
      name: event.name,
      timeUs: event.atMs === undefined ? startUs : Math.floor(event.atMs * US_PER_MS),
      attributes: attributesOf(event.attributes),
    })),
    links: (span.links ?? []).map((link) => ({ ...link, attributes: attributesOf(link.attributes) })),
    dropped: { attributes: 0, events: 0, links: 0 },
  });
}

/** The trace of every example: what links within it name. */
export const EXAMPLE_TRACE_ID = TRACE_ID;

/** The id of a span by its number. */
export const idOf = (number: number): string => number.toString(16).padStart(16, '0');

const attributesOf = (record: Readonly<Record<string, unknown>> = {}): Attributes =>
  new Map(Object.entries(record).map(([key, value]) => [key, valueOf(value)]));

/** Of JSON, as OTLP has it. */
function valueOf(value: unknown): Value {
  if (Array.isArray(value)) return value.map(valueOf);
  return typeof value === 'object' && value !== null
    ? attributesOf(value as Record<string, unknown>)
    : (value as Value);
}
