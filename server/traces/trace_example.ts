import type { Client } from '@elastic/elasticsearch';
import { type RuleExample, ruleExampleSchema } from '../../common/api/rule_examples';
import { BeTraceError } from '../../common/errors';
import { exampleOf } from '../../common/rules/example_of';
import { TraceReader, type TraceReaderOptions } from './trace_reader';

const NEAR_MS = 60_000;

/**
 * A stored trace that begins about `at`, as an example of a rule has it; read as the client's user.
 * @throws BT_NOT_FOUND, BT_INVALID_REQUEST where it is too large for an example, and what `TraceReader` throws
 */
export async function traceExample(
  client: Client,
  { traceId, at }: { readonly traceId: string; readonly at: string },
  where: Omit<TraceReaderOptions, 'client'>,
  signal: AbortSignal,
): Promise<RuleExample> {
  const ms = Date.parse(at);
  const query = { from: new Date(ms - NEAR_MS), to: new Date(ms + NEAR_MS), needs: [], events: true };
  const reading = await new TraceReader({ client, ...where }).open(query, signal);
  try {
    for await (const { spans } of reading?.load([traceId], []) ?? []) return checked(exampleOf(spans, true));
  } finally {
    await reading?.close();
  }
  throw new BeTraceError('BT_NOT_FOUND', `There is no stored trace ${traceId} at that time.`);
}

function checked(example: RuleExample): RuleExample {
  const parsed = ruleExampleSchema.safeParse(example);
  if (parsed.success) return parsed.data;
  throw new BeTraceError('BT_INVALID_REQUEST', `The trace can be no example: ${parsed.error.issues[0]?.message}`);
}
