import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { join } from 'node:path';
import type { RejectedRule } from '../../common/engine';
import type { Finding } from '../../common/violations/finding';
import type { ActiveRule } from '../../common/rules/rule';
import type { BridgeClient, BridgeClientOptions } from './bridge_client';
import { startBridge } from './bridge_client';
import type { Ack, BridgeSettings } from './messages';
import { SENDER_HEADER, senderAt, writeSender } from './sender';
import { buildWorker } from './test_support/build_worker';
import { send } from './test_support/http';
import { encodeRequest } from './test_support/otlp_proto';
import type { Sdk } from './test_support/sdk';
import { buildSdk } from './test_support/sdk';

jest.setTimeout(60_000);

const MIB = 1024 * 1024;
const SETTINGS: BridgeSettings = {
  evidence: 'mentioned',
  listen: { host: '127.0.0.1', port: 0 },
  settleMs: 100,
  rootSettleMs: 100,
  lateMs: 10_000,
  maxTraceMs: 5_000,
  maxBodyBytes: 4 * MIB,
  maxInFlightBytes: 16 * MIB,
  maxOpenBytes: 64 * MIB,
  maxSpansPerTrace: 1_000,
  maxUnacknowledged: 100,
};
const RULE: ActiveRule = {
  id: 'r1',
  space: 'default',
  name: 'A payment fails',
  description: '',
  dsl: "trace.has(span => span.name.startsWith('fail'))",
  version: '0123456789abcdef',
  revision: 1,
  severity: 'HIGH',
  tags: [],
  mode: 'on',
};
const SECRET = 'a-value-that-no-log-may-show';

let built: Awaited<ReturnType<typeof buildWorker>>;
let sdk: Sdk;
const running: BridgeClient[] = [];

beforeAll(async () => {
  built = await buildWorker();
  sdk = await buildSdk(built.folder);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((bridge) => bridge.stop({ ms: 0 })));
});
afterAll(() => built.remove());

interface Host {
  readonly bridge: BridgeClient;
  readonly stored: Finding[];
  readonly logs: { level: string; message: string; fields: Readonly<Record<string, unknown>> }[];
  readonly applied: { revision: number; rejected: readonly RejectedRule[] }[];
}

/** A host that stores judgements in a list. */
async function host(options: Partial<BridgeClientOptions> & { settings?: BridgeSettings } = {}): Promise<Host> {
  const stored: Finding[] = [];
  const logs: Host['logs'] = [];
  const applied: Host['applied'] = [];
  const bridge = await startBridge({
    workerFile: built.workerFile,
    settings: SETTINGS,
    onVerdicts: (items) => {
      stored.push(...items);
      return Promise.resolve(items.map((): Ack => 'created'));
    },
    onLog: (level, message, fields) => logs.push({ level, message, fields }),
    onRulesApplied: (revision, rejected) => applied.push({ revision, rejected }),
    ...options,
  });
  running.push(bridge);
  return { bridge, stored, logs, applied };
}

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const giveUp = Date.now() + 15_000;
  while (!(await condition())) {
    if (Date.now() > giveUp) throw new Error(`Waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const traceOf = (...names: string[]): Buffer => {
  const traceId = randomBytes(16);
  const attributes = [{ key: 'password', value: { stringValue: SECRET } }];
  const spans = names.map((name) => ({ traceId, spanId: randomBytes(8), name, attributes }));
  return encodeRequest({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
};
const post = async (bridge: BridgeClient, body: Buffer): Promise<number> =>
  (await send(bridge.address(), { headers: { 'content-type': 'application/x-protobuf' }, body })).status;

test('spans of a real SDK that break a rule give one judgement, those that keep it none', async () => {
  const { bridge, stored } = await host();
  bridge.setRules([RULE], 7);
  const [broken] = await Promise.all([
    sdk.exportTrace(bridge.address(), 'protobuf', 'gzip', ['ok', 'fails']),
    sdk.exportTrace(bridge.address(), 'json', 'none', ['ok']),
  ]);
  await until(() => (bridge.status()?.counters.tracesJudged ?? 0) >= 2, 'both are judged');
  expect(stored).toHaveLength(1);
  expect(stored[0]).toMatchObject({
    rule: { id: 'r1', version: RULE.version, mode: 'on' },
    traceId: broken,
    verdict: 'violated',
    source: 'otlp',
  });
  expect(stored[0]!.witnesses.map(({ name, service }) => [name, service])).toEqual([['fails', 'payment-api']]);
  expect([...stored[0]!.witnesses[0]!.attributes]).toEqual([]);
  expect(stored[0]!.waitedMs).toBeGreaterThanOrEqual(100);
  await until(() => bridge.status()!.gauges.unacknowledged === 0, 'the acknowledgement arrived');
  expect(bridge.status()).toMatchObject({
    counters: { spansReceived: 5, tracesJudged: 2, verdicts: { violated: 1, inconclusive: 0, satisfied: 1 } },
    gauges: { openTraces: 0, openBytes: 0, rules: 1, rulesRevision: 7 },
  });
});

test('spans that come before the rules wait for them', async () => {
  const { bridge, stored } = await host();
  expect(await post(bridge, traceOf('fail'))).toBe(200);
  await new Promise((resolve) => setTimeout(resolve, 300));
  bridge.setRules([RULE], 1);
  await until(() => stored.length === 1, 'it is judged');
});

test('a rule with problems is reported, the others are judged', async () => {
  const { bridge, stored, logs, applied } = await host();
  bridge.setRules([{ ...RULE, id: 'bad', dsl: 'trace.has(' }, RULE], 3);
  await until(() => applied.length === 1, 'the rules are applied');
  expect(applied[0]).toMatchObject({ revision: 3, rejected: [{ id: 'bad', space: 'default' }] });
  expect(applied[0]!.rejected[0]!.problems[0]!.code).toMatch(/^BT_/);
  expect(logs).toContainEqual(
    expect.objectContaining({ level: 'error', fields: expect.objectContaining({ rule: 'bad' }) }),
  );
  await post(bridge, traceOf('fail'));
  await until(() => stored.length === 1, 'the other one is judged');
});

test('while the store is behind, traces wait and senders get 503; then every verdict arrives once', async () => {
  let store!: () => void;
  const opened = new Promise<void>((resolve) => (store = resolve));
  const stored: string[] = [];
  const { bridge } = await host({
    settings: { ...SETTINGS, maxUnacknowledged: 10 },
    onVerdicts: async (items) => {
      await opened;
      stored.push(...items.map(({ traceId }) => traceId));
      return items.map(() => 'created');
    },
  });
  bridge.setRules([RULE], 1);
  let accepted = 0;
  await until(async () => {
    const status = await post(bridge, traceOf('fail'));
    if (status === 200) accepted += 1;
    return status === 503;
  }, 'senders are asked to wait');
  expect(accepted).toBeGreaterThanOrEqual(10);
  expect(stored).toHaveLength(0);
  store();
  await until(() => stored.length === accepted, 'all are stored');
  await until(async () => (await post(bridge, traceOf('ok'))) === 200, 'requests are taken again');
  expect(new Set(stored).size).toBe(accepted);
});

test('a store that fails is tried again', async () => {
  let attempts = 0;
  const { bridge, logs } = await host({
    onVerdicts: (items) => {
      attempts += 1;
      return attempts < 3 ? Promise.reject(new Error('away')) : Promise.resolve(items.map(() => 'exists'));
    },
  });
  bridge.setRules([RULE], 1);
  await post(bridge, traceOf('fail'));
  await until(() => attempts === 3 && bridge.status()?.gauges.unacknowledged === 0, 'it is stored at last');
  expect(logs.filter(({ level }) => level === 'warn')).toHaveLength(2);
});

test('stopping judges what is open, flagged, and waits until it is stored', async () => {
  const { bridge, stored } = await host({
    settings: { ...SETTINGS, settleMs: 60_000, rootSettleMs: 60_000, maxTraceMs: 120_000 },
  });
  bridge.setRules([RULE], 1);
  for (let at = 0; at < 50; at += 1) await post(bridge, traceOf('fail', 'ok'));
  const { port } = new URL(bridge.address());
  await bridge.stop({ ms: 10_000 });
  expect(stored).toHaveLength(50);
  expect(stored.every(({ completeness }) => completeness.truncated)).toBe(true);
  expect(bridge.state).toBe('stopped');
  await expect(send(`http://127.0.0.1:${port}`, {})).rejects.toThrow();
});

test('a sender that does not finish its request does not hold up stopping', async () => {
  const { bridge } = await host();
  bridge.setRules([RULE], 1);
  const headers = { 'content-type': 'application/x-protobuf', 'content-length': 1_000 };
  const held = request(`${bridge.address()}/v1/traces`, { method: 'POST', agent: false, headers });
  held.on('error', () => undefined);
  held.write('x');
  await until(() => (bridge.status()?.gauges.inFlightBytes ?? 0) > 0, 'the request has begun');
  const start = Date.now();
  await bridge.stop({ ms: 10_000 });
  expect(Date.now() - start).toBeLessThan(3_000);
});

test('a store that never answers does not hold up stopping for longer than was said', async () => {
  const { bridge, logs } = await host({ onVerdicts: () => new Promise(() => undefined) });
  bridge.setRules([RULE], 1);
  await post(bridge, traceOf('fail'));
  await until(() => (bridge.status()?.gauges.unacknowledged ?? 0) === 1, 'it is posted');
  const start = Date.now();
  await bridge.stop({ ms: 300 });
  expect(Date.now() - start).toBeLessThan(2_000);
  expect(logs).toContainEqual(expect.objectContaining({ level: 'error', fields: { unacknowledged: 1, unjudged: 0 } }));
});

test('a worker that runs out of memory is started again, with its rules, on the same socket', async () => {
  const settings = {
    ...SETTINGS,
    listen: { path: join(built.folder, 'bridge.sock') },
    settleMs: 60_000,
    rootSettleMs: 60_000,
    maxTraceMs: 90_000,
  };
  const { bridge, logs, applied } = await host({
    settings: { ...settings, maxOpenBytes: 1024 * MIB, maxBodyBytes: 16 * MIB, maxInFlightBytes: 32 * MIB },
    resourceLimits: { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 },
  });
  bridge.setRules([RULE], 5);
  await until(() => applied.length === 1, 'the rules are applied');
  // read as objects a request takes a multiple of what it has as bytes
  const names = Array.from({ length: 110_000 }, (_, at) => `${at}${'x'.repeat(60)}`);
  const body = traceOf(...names);
  await until(async () => {
    await sendTo(bridge.address(), body).catch(() => 0);
    return bridge.state === 'restarting';
  }, 'it dies');
  await until(() => bridge.state === 'running' && applied.length === 2, 'it is back with its rules');
  expect(applied[1]!.revision).toBe(5);
  expect(await sendTo(bridge.address(), traceOf('ok'))).toBe(200);
  expect(logs).toContainEqual(
    expect.objectContaining({ level: 'error', message: expect.stringContaining('died and is started again') }),
  );
});

const sendTo = async (socketPath: string, body: Buffer): Promise<number> => {
  const headers = { 'content-type': 'application/x-protobuf', [SENDER_HEADER]: writeSender(senderAt('::1')) };
  return (await send('http://bridge', { headers, body, socketPath })).status;
};

test('a first start that fails says why', async () => {
  const settings = { ...SETTINGS, listen: { path: join(built.folder, 'no', 'such', 'folder') } };
  await expect(host({ settings })).rejects.toMatchObject({
    code: 'BT_BRIDGE_UNAVAILABLE',
    message: expect.stringMatching(/EACCES|ENOENT|EINVAL/),
  });
});

test('no log shows a value, a header or a body', async () => {
  const { bridge, logs } = await host({ onVerdicts: () => Promise.reject(new Error(SECRET)) });
  bridge.setRules([RULE, { ...RULE, id: 'bad', dsl: `trace.has(${SECRET}` }], 1);
  await post(bridge, traceOf('fail'));
  await send(bridge.address(), {
    headers: { 'content-type': 'application/json', authorization: `Bearer ${SECRET}` },
    body: `{"resourceSpans":"${SECRET}"}`,
  });
  await until(() => logs.length >= 2, 'there are logs');
  expect(JSON.stringify(logs)).not.toContain(SECRET);
});
