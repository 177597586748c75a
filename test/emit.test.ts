import type { Rule } from '../common/rules/rule';
import { type Status, statusSchema } from '../common/api/status';
import type { Violation } from '../common/violations/violation';
import { freePort } from '../scripts/lib/ports.mjs';
import { call, eventually } from './support/api';
import { sendSpans, uniqueSpan } from './support/broken_rule';
import { type Host, startHost } from './support/host';

/** The worst that can be set up: what the host sends comes straight back to it. */
describe('a host that sends its violations to itself', () => {
  let host: Host;
  beforeAll(async () => {
    const port = await freePort();
    host = await startHost({
      BETRACE_HTTP_PORT: String(port),
      BETRACE_SETTLE_MS: '200',
      BETRACE_EMIT_OTLP_URL: `http://127.0.0.1:${port}/v1/traces`,
    });
  });
  afterAll(() => host?.stop());

  const status = async (): Promise<Status> => {
    const { body } = await call<Status>('GET', `${host.url}/api/v1/status`);
    return statusSchema.strict().parse(body);
  };
  const violationsOf = async (rule: Rule): Promise<readonly Violation[]> =>
    (await call<{ violations: Violation[] }>('GET', `${host.url}/api/v1/violations?ruleId=${rule.id}`)).body.violations;
  const saved = async (name: string, dsl: string): Promise<Rule> =>
    (await call<Rule>('POST', `${host.url}/api/v1/rules`, { name, dsl, severity: 'HIGH' })).body;

  test('finds each violation once, and nothing in what it sent', async () => {
    const { span, dsl } = uniqueSpan();
    const rule = await saved(`Never ${span}`, dsl);
    const name = `betrace.violation: ${rule.name}`;
    const ofItself = await saved(`Itself ${span}`, `trace.has(span => span.name === '${name}')`);
    await sendSpans(host, span, 3);
    const after = await eventually(
      status,
      ({ emit, bridge }) => emit?.sent === 3 && bridge.counters?.['spansOwn'] === 3,
    );
    expect(after.emit).toEqual({ pending: 0, sent: 3, rejected: 0, dropped: 0, retried: 0, trouble: null });
    // longer than it takes to settle and to judge again
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await violationsOf(rule)).toHaveLength(3);
    expect(await violationsOf(ofItself)).toEqual([]);
    expect((await status()).bridge.counters).toMatchObject({ lateSpans: 0 });
    const metrics = await (await fetch(`${host.url}/metrics`)).text();
    expect(metrics).toContain('betrace_emitted_spans_total{outcome="sent"} 3');
  });
});

test('a receiver that is away holds up nothing, and is told of', async () => {
  const host = await startHost({
    BETRACE_SETTLE_MS: '200',
    BETRACE_EMIT_OTLP_URL: `http://127.0.0.1:${await freePort()}/v1/traces`,
    BETRACE_EMIT_OTLP_HEADERS: 'authorization=Bearer%20much-too-secret',
  });
  try {
    const { span, dsl } = uniqueSpan();
    await call<Rule>('POST', `${host.url}/api/v1/rules`, { name: span, dsl, severity: 'LOW' });
    await sendSpans(host, span, 2);
    const { body } = await eventually(
      () => call<Status>('GET', `${host.url}/api/v1/status`),
      (answer) => answer.body.emit?.trouble !== null && answer.body.indexer?.outcomes['created'] === 2,
    );
    expect(body).toMatchObject({ ready: true, emit: { sent: 0, pending: 2, trouble: 'ECONNREFUSED' } });
    expect(JSON.stringify(body) + host.output()).not.toContain('secret');
  } finally {
    expect(await host.stop()).toBe(0);
  }
});
