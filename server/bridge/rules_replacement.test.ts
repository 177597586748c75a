import type { Finding } from '../../common/violations/finding';
import { createRuleSet } from '../../common/engine';
import type { ActiveRule } from '../../common/rules/rule';
import { Bridge } from './bridge';
import type { FromWorker } from './messages';
import { send } from './test_support/http';

const RULES = 50_000;
const SENDERS = 8;
const ruleOf = (id: string, dsl: string): ActiveRule => ({
  ...{ id, space: 'default', name: id, description: '', dsl, version: '', revision: 1 },
  ...{ severity: 'LOW', tags: [], mode: 'on' },
});

let sent = 0;
function body(): string {
  const id = (++sent).toString(16);
  const span = { traceId: id.padStart(32, '0'), spanId: id.padStart(16, '0'), name: 'db', startTimeUnixNano: '1' };
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
}

test('traces are judged while many rules replace those before', async () => {
  const messages: FromWorker[] = [];
  let end = 0;
  const judged: { at: number; item: Finding }[] = [];
  const bridge: Bridge = new Bridge({
    settings: {
      ...{ evidence: 'mentioned', listen: { host: '127.0.0.1', port: 0 }, settleMs: 10, rootSettleMs: 10 },
      ...{ lateMs: 1000, maxTraceMs: 1000 },
      ...{ maxBodyBytes: 1e6, maxInFlightBytes: 1e7, maxOpenBytes: 1e8, maxSpansPerTrace: 100, maxUnacknowledged: 1e6 },
    },
    createJudge: () => createRuleSet(),
    now: () => performance.now(),
    post(message) {
      messages.push(message);
      if (message.t === 'rules_applied') end = performance.now();
      if (message.t === 'verdicts') message.items.forEach((item) => judged.push({ at: performance.now(), item }));
    },
  });
  const applied = (revision: number): boolean =>
    messages.some((message) => message.t === 'rules_applied' && message.revision === revision);
  await bridge.start();
  try {
    const ready = messages.find((message) => message.t === 'ready');
    const address = ready?.t === 'ready' ? ready.address : '';
    bridge.handle({ v: 1, t: 'rules', revision: 1, rules: [ruleOf('old', "trace.has(s => s.name === 'db')")] });
    while (!applied(1)) await new Promise(setImmediate);

    const many = Array.from({ length: RULES }, (_, i) => ruleOf(`r${i}`, `trace.has(s => s.name === 'n${i}')`));
    const start = performance.now();
    bridge.handle({
      v: 1,
      t: 'rules',
      revision: 2,
      rules: [...many, ruleOf('new', "trace.has(s => s.name === 'db')")],
    });
    const sender = async (): Promise<void> => {
      while (!applied(2)) {
        const reply = await send(address, { headers: { 'content-type': 'application/json' }, body: body() });
        expect(reply.status).toBe(200);
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, sender));
    const meanwhile = judged.filter(({ at }) => at < end);
    const times = [start, ...meanwhile.map(({ at }) => at)];
    const gaps = times.slice(1).map((at, i) => at - times[i]!);
    expect(new Set(meanwhile.map(({ item }) => item.rule.id))).toEqual(new Set(['old']));
    // In one go it would be a single gap, as long as all of it.
    expect(gaps.length).toBeGreaterThan(50);
    expect(Math.max(...gaps)).toBeLessThan((end - start) / 4);

    await send(address, { headers: { 'content-type': 'application/json' }, body: body() });
    while (judged.at(-1)!.item.rule.id !== 'new') {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  } finally {
    await bridge.close();
  }
}, 60_000);
