import type { Rule } from '../../common/rules/rule';
import type { Violation } from '../../common/violations/violation';
import { call, eventually } from './api';
import { uniqueName } from './elasticsearch';
import type { Host } from './host';
import { startTelemetry } from './telemetry';

/** A rule of a test's own, and what breaks it. */
export interface BrokenRule {
  readonly rule: Rule;
  /** Newest found first. */
  readonly violations: readonly Violation[];
}

/** The name of a span that nobody else's rule speaks of, and a text that it breaks. */
export function uniqueSpan(): { span: string; dsl: string } {
  const span = uniqueName('span');
  return { span, dsl: `trace.has(span => span.name === '${span}')` };
}

/** Sends traces with one span of that name each. */
export async function sendSpans(host: Pick<Host, 'url'>, span: string, times = 1): Promise<string[]> {
  const telemetry = startTelemetry(`${host.url}/v1/traces`, 'payment-api');
  try {
    const ids: string[] = [];
    for (let n = 0; n < times; n += 1) {
      ids.push(await telemetry.send({ name: 'checkout', children: [{ name: span, attributes: { card: n } }] }));
    }
    await telemetry.flush();
    return ids;
  } finally {
    telemetry.stop();
  }
}

/** Saves a rule and breaks it, and waits until its violations are found. */
export async function breakRule(
  host: Pick<Host, 'url'>,
  { times = 1, ...wanted }: Partial<Rule> & { times?: number } = {},
): Promise<BrokenRule> {
  const { span, dsl } = uniqueSpan();
  const draft = { name: `Never ${span}`, dsl, severity: 'HIGH', ...wanted };
  const { body: rule } = await call<Rule>('POST', `${host.url}/api/v1/rules`, draft);
  await sendSpans(host, span, times);
  const { violations } = await eventually(
    async () =>
      (
        await call<{ violations: Violation[]; total: number }>(
          'GET',
          `${host.url}/api/v1/violations?ruleId=${rule.id}&limit=1000`,
        )
      ).body,
    ({ total }) => total === times,
    { withinMs: 20_000 },
  );
  return { rule, violations };
}
