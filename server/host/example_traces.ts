import type { ExampleTraces } from '../../common/api/rule_examples';
import { ruleExampleSchema } from '../../common/api/rule_examples';
import { BeTraceError } from '../../common/errors';
import { exampleOf } from '../../common/rules/example_of';
import { joinTrace } from '../../common/trace/join';
import type { SpanView } from '../../common/trace/span';
import { decodeJson } from '../bridge/decode_json';

const LIMITS = { maxDecodedBytes: 32 * 1024 * 1024, maxSpans: 10_000 };
const MAX_TRACES = 32;

/**
 * The traces of a pasted OTLP/JSON request, as examples of a rule; the first of them, by their order in it.
 * @throws BT_MALFORMED_OTLP, BT_BODY_TOO_LARGE, BT_TOO_MANY_SPANS, and BT_INVALID_REQUEST for a trace that is too large
 */
export function exampleTraces(request: object): ExampleTraces {
  const { spans, rejected } = decodeJson(Buffer.from(JSON.stringify(request)), LIMITS);
  if (spans.length === 0) {
    const reason = rejected.count > 0 ? `: ${rejected.reason}` : '';
    throw new BeTraceError('BT_MALFORMED_OTLP', `There is no span in it${reason}.`);
  }
  const byTrace = new Map<string, SpanView[]>();
  for (const span of spans) {
    const found = byTrace.get(span.traceId);
    if (found) found.push(span);
    else byTrace.set(span.traceId, [span]);
  }
  return { traces: [...byTrace].slice(0, MAX_TRACES).map(([traceId, found]) => traceOf(traceId, found)) };
}

function traceOf(traceId: string, spans: readonly SpanView[]): ExampleTraces['traces'][number] {
  const joined = joinTrace({
    traceId,
    spaces: ['default'],
    source: 'otlp',
    spans,
    truncated: false,
    split: false,
    lossy: [],
  });
  const parsed = ruleExampleSchema.safeParse(exampleOf(joined.spans, true));
  if (!parsed.success) {
    throw new BeTraceError(
      'BT_INVALID_REQUEST',
      `The trace ${traceId} is no example: ${parsed.error.issues[0]?.message}`,
    );
  }
  return { traceId, example: parsed.data };
}
