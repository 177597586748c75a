import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { ActiveRule } from '../../common/rules/rule';
import type { Finding } from '../../common/violations/finding';
import { type BridgeClient, startBridge } from './bridge_client';
import type { Ack } from './messages';
import { buildWorker } from './test_support/build_worker';
import { HANG_REVISION } from './test_support/hang_revision';
import { send } from './test_support/http';
import { encodeRequest } from './test_support/otlp_proto';
import { Watchdog } from './watchdog';

jest.setTimeout(60_000);

const MIB = 1024 * 1024;
const HANG_MS = 3_000;
const RULE: ActiveRule = {
  id: 'r1',
  space: 'default',
  name: 'A payment fails',
  description: '',
  dsl: "trace.has(span => span.name === 'fail')",
  version: '0123456789abcdef',
  revision: 1,
  severity: 'HIGH',
  tags: [],
  mode: 'on',
};

let built: Awaited<ReturnType<typeof buildWorker>>;
let bridge: BridgeClient | undefined;
beforeAll(async () => (built = await buildWorker('hanging_worker.ts')));
afterAll(async () => {
  await bridge?.stop({ ms: 0 });
  await built.remove();
});

async function until(condition: () => boolean, what: string): Promise<void> {
  const giveUp = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > giveUp) throw new Error(`Waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('a worker that hangs is noticed, told of and started again; what it had acknowledged is judged', async () => {
  const stored: Finding[] = [];
  const logs: string[] = [];
  bridge = await startBridge({
    workerFile: built.workerFile,
    settings: {
      evidence: 'mentioned',
      listen: { host: '127.0.0.1', port: 0 },
      settleMs: 2_000,
      rootSettleMs: 2_000,
      maxTraceMs: 5_000,
      lateMs: 10_000,
      journal: { folder: join(built.folder, 'journal'), maxBytes: 256 * MIB },
      maxBodyBytes: MIB,
      maxInFlightBytes: 4 * MIB,
      maxOpenBytes: 16 * MIB,
      maxSpansPerTrace: 100,
      maxUnacknowledged: 100,
    },
    onVerdicts: (items) => {
      stored.push(...items);
      return Promise.resolve(items.map((): Ack => 'created'));
    },
    onLog: (_level, message, fields) => logs.push(`${message} ${JSON.stringify(fields)}`),
    hangMs: HANG_MS,
  });
  const client = bridge;
  client.setRules([RULE], 1);
  await until(() => client.status()?.gauges.rulesRevision === 1, 'the rules apply');
  const traceId = randomBytes(16);
  const body = encodeRequest({
    resourceSpans: [{ scopeSpans: [{ spans: [{ traceId, spanId: randomBytes(8), name: 'fail' }] }] }],
  });
  const headers = { 'content-type': 'application/x-protobuf' };
  expect((await send(client.address(), { headers, body })).status).toBe(200);

  const hungAt = Date.now();
  client.setRules([RULE], HANG_REVISION);
  await until(() => client.state === 'restarting', 'it is noticed');
  const noticedMs = Date.now() - hungAt;
  expect(noticedMs).toBeGreaterThan(HANG_MS * 0.9);
  expect(noticedMs).toBeLessThan(HANG_MS * 2);
  expect(client.restarts).toEqual({ died: 0, hung: 1 });
  expect(logs.join('\n')).toMatch(/The bridge hung and is started again; what it has acknowledged is in its journal/);
  expect(stored).toEqual([]);

  await until(() => client.state === 'running', 'it is back');
  await until(() => stored.length > 0, 'the trace is judged');
  expect(stored.map((finding) => finding.traceId)).toEqual([traceId.toString('hex')]);
  expect(client.status()!.counters.requestsReplayed).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 2 * HANG_MS));
  expect(client.restarts).toEqual({ died: 0, hung: 1 });
});

test('a process that was held up as a whole takes nobody for silent', async () => {
  const silent = jest.fn();
  const watchdog = new Watchdog(300, silent);
  const until = Date.now() + 1_000;
  while (Date.now() < until);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(silent).not.toHaveBeenCalled();
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(silent).toHaveBeenCalledTimes(1);
  watchdog.stop();
});
