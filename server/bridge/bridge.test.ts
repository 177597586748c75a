import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { createRuleSet } from '../../common/engine';
import type { ActiveRule } from '../../common/rules/rule';
import { joinTrace } from '../../common/trace/join';
import type { SpanView } from '../../common/trace/span';
import type { Finding } from '../../common/violations/finding';
import { Bridge } from './bridge';
import { decodeProtobuf } from './decode_protobuf';
import type { Ack, BridgeSettings, FromWorker } from './messages';
import { INSTANCE_KEY, VIOLATION_SPANS } from './own_spans';
import { SENDER_HEADER, writeSender } from './sender';
import { send } from './test_support/http';
import { MemoryFiles } from './test_support/memory_files';
import { encodeRequest } from './test_support/otlp_proto';

jest.setTimeout(600_000);

const MIB = 1024 * 1024;
const RULES: readonly ActiveRule[] = [
  "trace.has(span => span.name === 'charge').and(trace.missing(span => span.name === 'fraud.check'))",
  "trace.has(span => span.name === 'charge' && !span.ancestors.some(a => a.name === 'login'))",
  "trace.has(span => span.name === 'charge').followedBy(trace.missing(span => span.name === 'audit'))",
  "trace.count(span => span.name === 'charge') === 1",
  "trace.has(span => span.name === 'charge').count() > 1",
  "trace.has(span => span.name === 'login').followedBy(span => span.name === 'charge').within('5 ms')",
].map((dsl, at) => ({
  ...{ id: `rule-${at}`, space: 'default', name: `Rule ${at}`, description: '', dsl, version: `v${at}` },
  ...{ revision: 1, severity: 'HIGH', tags: [], mode: 'on' },
}));

interface SpanSpec {
  readonly trace: number;
  readonly span: number;
  readonly parent: number;
  readonly name: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly tier?: string;
  /** One that a violation was sent as. */
  readonly own?: true;
}

const SPAN: SpanSpec = { trace: 0, span: 0, parent: -1, name: '', startMs: 0, durationMs: 1 };

const hex = (number: number, bytes: number): Buffer => Buffer.from(number.toString(16).padStart(bytes * 2, '0'), 'hex');

const bodyOf = (spans: readonly SpanSpec[]): Buffer =>
  encodeRequest({
    resourceSpans: [true, undefined].map((own) => ({
      resource: { attributes: own ? [{ key: INSTANCE_KEY, value: { stringValue: VIOLATION_SPANS } }] : [] },
      scopeSpans: [
        {
          spans: spans
            .filter((span) => span.own === own)
            .map(({ trace, span, parent, name, startMs, durationMs, tier }) => ({
              traceId: hex(trace + 1, 16),
              spanId: hex(span + 1, 8),
              ...(parent < 0 ? {} : { parentSpanId: hex(parent + 1, 8) }),
              name,
              kind: 1,
              attributes: tier === undefined ? [] : [{ key: 'tier', value: { stringValue: tier } }],
              startTimeUnixNano: String(1_700_000_000_000_000_000n + BigInt(startMs) * 1_000_000n),
              endTimeUnixNano: String(1_700_000_000_000_000_000n + BigInt(startMs + durationMs) * 1_000_000n),
            })),
        },
      ],
    })),
  });

const idOf = (rule: Finding['rule'], traceId: string): string => `${rule.id} ${rule.version} ${traceId}`;

/** Which violations are open, by the whole of the spans. */
function oracle(spans: readonly SpanSpec[]): string[] {
  const rules = createRuleSet();
  rules.replace(RULES, 1);
  const byTrace = new Map<string, SpanView[]>();
  for (const span of decodeProtobuf(bodyOf(spans), { maxDecodedBytes: Infinity }).spans) {
    byTrace.set(span.traceId, [...(byTrace.get(span.traceId) ?? []), span]);
  }
  return [...byTrace]
    .flatMap(([traceId, spans]) => {
      const trace = { traceId, spaces: ['default'], source: 'otlp' as const, truncated: false, split: false };
      return rules.judge(joinTrace({ ...trace, spans, lossy: [] })).judgements;
    })
    .filter(({ verdict }) => verdict === 'violated')
    .map(({ rule, traceId }) => idOf(rule, traceId))
    .sort();
}

/** A store that takes findings as the host's does: the first stands, unless what comes later takes its place. */
class Store {
  readonly open = new Map<string, boolean>();
  revisions = 0;

  take({ rule, traceId, verdict, lateSpans }: Finding): Ack {
    if (verdict === 'inconclusive') return 'counted';
    const id = idOf(rule, traceId);
    const standing = this.open.get(id);
    const isOpen = verdict === 'violated';
    if (standing === isOpen || (standing === undefined && !isOpen)) return 'exists';
    if (standing === true && lateSpans === undefined) throw new Error('A first verdict that retracts.');
    this.open.set(id, isOpen);
    this.revisions += 1;
    return 'created';
  }

  violations(): string[] {
    return [...this.open].flatMap(([id, isOpen]) => (isOpen ? [id] : [])).sort();
  }
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'betrace-bridge-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const SETTINGS: BridgeSettings = {
  evidence: 'mentioned',
  listen: { path: '' },
  settleMs: 15,
  rootSettleMs: 15,
  lateMs: 60_000,
  maxTraceMs: 5_000,
  maxBodyBytes: 4 * MIB,
  maxInFlightBytes: 16 * MIB,
  maxOpenBytes: 64 * MIB,
  maxSpansPerTrace: 1_000,
  maxUnacknowledged: 100,
};

let runs = 0;

/** One run of a bridge over files; its host takes verdicts a little later than they come. */
class Run {
  private readonly bridge: Bridge;
  private status: Extract<FromWorker, { t: 'status' }>['s'] | undefined;
  readonly socket = path.join(folder, `${(runs += 1)}.sock`);
  private gone = false;

  constructor(
    readonly files: MemoryFiles,
    private readonly store: Store,
    settings: Partial<BridgeSettings> = {},
    now = (): number => performance.now(),
  ) {
    this.bridge = new Bridge({
      settings: {
        ...SETTINGS,
        listen: { path: this.socket },
        journal: { folder, maxBytes: 1e9 },
        ...settings,
      },
      createJudge: () => createRuleSet(),
      files,
      now,
      post: (message) => void this.receive(message),
    });
  }

  async start(): Promise<void> {
    await this.bridge.start();
    this.setRules(RULES);
  }

  setRules(rules: readonly ActiveRule[]): void {
    this.bridge.handle({ v: 1, t: 'rules', revision: (this.revision += 1), rules });
  }

  private revision = 0;

  async send(spans: readonly SpanSpec[]): Promise<number> {
    const sender = writeSender({ id: 'test', spaces: ['default'] });
    const headers = { 'content-type': 'application/x-protobuf', [SENDER_HEADER]: sender };
    for (;;) {
      const { status } = await send('http://bridge', { headers, body: bodyOf(spans), socketPath: this.socket });
      if (status === 200) return status;
      expect(status).toBe(503);
      this.refusals += 1;
      await sleep(5);
    }
  }

  refusals = 0;

  /** Once everything is judged and stored. */
  async idle(): Promise<void> {
    for (;;) {
      this.status = this.bridge.status();
      const { openTraces, unacknowledged } = this.status.gauges;
      if (openTraces + unacknowledged === 0) return;
      await sleep(5);
    }
  }

  get gauges(): NonNullable<Run['status']>['gauges'] {
    return this.bridge.status().gauges;
  }

  get counters(): NonNullable<Run['status']>['counters'] {
    return this.bridge.status().counters;
  }

  /** As by `kill -9`: whatever the bridge still does, nobody sees. */
  async kill(): Promise<MemoryFiles> {
    this.gone = true;
    const files = this.files.kill();
    await this.bridge.close();
    return files;
  }

  async stop(): Promise<MemoryFiles> {
    const drained = new Promise<void>((resolve) => (this.onDrained = resolve));
    this.bridge.handle({ v: 1, t: 'drain', ms: 5_000 });
    await drained;
    return this.files.kill();
  }

  private onDrained: () => void = () => undefined;

  private async receive(message: FromWorker): Promise<void> {
    if (message.t === 'drained') return this.onDrained();
    if (message.t === 'log' && message.level === 'error' && !OF_THE_DISK.has(String(message.fields['code']))) {
      throw new Error(JSON.stringify(message));
    }
    if (message.t !== 'verdicts' || this.gone) return;
    const results = message.items.map((item) => this.store.take(item));
    await sleep(message.batch % 3);
    if (!this.gone) this.bridge.handle({ v: 1, t: 'ack', batch: message.batch, results });
  }
}

/** A full disk is told of, and so is the record that it took only a part of, which nobody was told to have been kept. */
const OF_THE_DISK = new Set(['BT_JOURNAL_UNAVAILABLE', 'BT_JOURNAL_DAMAGED']);

const spanOf = fc.record({
  trace: fc.integer({ min: 0, max: 3 }),
  parent: fc.integer({ min: -1, max: 5 }),
  name: fc.constantFrom('charge', 'fraud.check', 'login', 'audit', 'other'),
  startMs: fc.integer({ min: 0, max: 20 }),
  durationMs: fc.integer({ min: 0, max: 5 }),
});
const spansOf = fc
  .array(spanOf, { minLength: 1, maxLength: 16 })
  .map((spans) => spans.map((span, at): SpanSpec => ({ ...span, span: at, parent: Math.min(span.parent, at - 1) })));

const stepOf = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('send' as const), spans: fc.array(fc.nat(), { maxLength: 6 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 60 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('kill' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stop' as const) }) },
);

test('an attribute that no rule read when its span came is there for a rule that does when it is judged', async () => {
  const store = new Store();
  const run = new Run(new MemoryFiles(), store, { settleMs: 300, rootSettleMs: 300 });
  await run.start();
  await run.send([{ ...SPAN, trace: 0, name: 'plain' }]);
  await run.send([{ ...SPAN, trace: 1, name: 'plain', tier: 'gold' }]);
  const dsl = "trace.has(span => span.attributes.tier === 'gold')";
  run.setRules([{ ...RULES[0]!, id: 'gold', dsl }]);
  await run.idle();
  expect(store.violations()).toEqual([`gold v0 ${'2'.padStart(32, '0')}`]);
  await run.stop();
});

test('a violation by a rule that was changed since is retracted when late spans make it untrue', async () => {
  const store = new Store();
  const run = new Run(new MemoryFiles(), store);
  await run.start();
  await run.send([{ ...SPAN, name: 'charge' }]);
  await run.idle();
  expect(store.violations()).toContain(`rule-0 v0 ${'1'.padStart(32, '0')}`);
  run.setRules([{ ...RULES[0]!, version: 'v9', dsl: "trace.has(span => span.name === 'nothing')" }]);
  await run.send([{ ...SPAN, span: 1, parent: 0, name: 'fraud.check' }]);
  await run.idle();
  expect(store.violations()).not.toContain(`rule-0 v0 ${'1'.padStart(32, '0')}`);
  expect(store.violations()).toContain(`rule-1 v1 ${'1'.padStart(32, '0')}`);
  await run.stop();
});

test('spans that violations were sent as are judged neither when they come nor when they are read again', async () => {
  const store = new Store();
  const run = new Run(new MemoryFiles(), store);
  await run.start();
  const violation = `rule-0 v0 ${'1'.padStart(32, '0')}`;
  const mixed = [
    { ...SPAN, name: 'charge' },
    { ...SPAN, span: 1, parent: 0, name: 'fraud.check', own: true as const },
  ];
  await run.send(mixed);
  await run.idle();
  expect(store.violations()).toContain(violation);
  await run.send([{ ...SPAN, span: 2, parent: 0, name: 'other' }]);
  await run.idle();
  expect(run.counters).toMatchObject({ tracesRejudged: 1, spansOwn: 1 });
  expect(store.violations()).toContain(violation);

  await run.send(mixed.map((span) => ({ ...span, trace: 1 })));
  const again = new Run(await run.kill(), store);
  await again.start();
  while (again.counters.requestsReplayed === 0) await sleep(5);
  await again.idle();
  expect(store.violations()).toContain(`rule-0 v0 ${'2'.padStart(32, '0')}`);
  await again.stop();
});

test('however late spans come and however often the bridge dies, what is open at the end is what the whole traces violate', async () => {
  const seen = { revisions: 0, retractions: 0, rejudged: 0, replayed: 0 };
  await fc.assert(
    fc.asyncProperty(spansOf, fc.array(stepOf, { maxLength: 12 }), async (spans, steps) => {
      const store = new Store();
      let run = new Run(new MemoryFiles(), store);
      await run.start();
      const count = (): void => {
        const { retractions, tracesRejudged, requestsReplayed } = run.counters;
        seen.retractions += retractions;
        seen.rejudged += tracesRejudged;
        seen.replayed += requestsReplayed;
      };
      const restart = async (files: MemoryFiles): Promise<void> => {
        count();
        run = new Run(files, store);
        await run.start();
      };
      for (const step of steps) {
        if (step.do === 'send') {
          const chosen = step.spans.map((at) => spans[at % spans.length]!);
          if (chosen.length > 0) expect(await run.send(chosen)).toBe(200);
        } else if (step.do === 'wait') await sleep(step.ms);
        else await restart(await run[step.do]());
      }
      await run.send(spans);
      await run.idle();
      expect(store.violations()).toEqual(oracle(spans));
      await restart(await run.kill());
      await run.idle();
      expect(store.violations()).toEqual(oracle(spans));
      await run.stop();
      count();
      seen.revisions += store.revisions;
    }),
    { numRuns: process.env['BETRACE_TEST_FULL'] === '1' ? 2_000 : 60 },
  );
  expect(Object.values(seen).every((count) => count > 5) || seen).toBe(true);
});

const realNow = Date.now.bind(Date);
afterEach(() => jest.restoreAllMocks());

test('a disk that is full now and then, and a clock that is set back, lose nothing', async () => {
  const numRuns = process.env['BETRACE_TEST_FULL'] === '1' ? 20 : 3;
  const seen = { full: 0, setBack: 0 };
  await fc.assert(
    fc.asyncProperty(spansOf, fc.infiniteStream(fc.nat({ max: 99 })), async (spans, choices) => {
      const choose = (): number => choices.next().value as number;
      let offset = 0;
      jest.spyOn(Date, 'now').mockImplementation(() => realNow() + offset);
      const store = new Store();
      let run = new Run(new MemoryFiles(), store);
      await run.start();
      for (let round = 0; round < 3; round += 1) {
        const before = offset;
        offset = -choose() * 3_600_000;
        if (offset < before) seen.setBack += 1;
        const { refusals } = run;
        run.files.faults.write = { code: 'ENOSPC', after: choose() };
        const sending = spans.map((span) => run.send([span]));
        await sleep(choose());
        run.files.faults.write = undefined;
        await Promise.all(sending);
        if (run.refusals > refusals) seen.full += 1;
        if (choose() < 50) continue;
        const files = await run.kill();
        run = new Run(files, store);
        await run.start();
      }
      await run.idle();
      expect(store.violations()).toEqual(oracle(spans));
      await run.stop();
    }),
    { numRuns },
  );
  expect(Object.values(seen).every((count) => count >= numRuns) || seen).toBe(true);
});

test('a trace with a span every second for an hour is judged again and again, and at last as a whole', async () => {
  const seconds = process.env['BETRACE_TEST_FULL'] === '1' ? 3_630 : 330;
  let clock = 0;
  const store = new Store();
  const settings = { settleMs: 5_000, rootSettleMs: 5_000, maxTraceMs: 60_000, lateMs: 120_000 };
  const run = new Run(new MemoryFiles(), store, { ...settings, maxSpansPerTrace: 10_000 }, () => clock);
  await run.start();
  const spans = Array.from({ length: seconds }, (_, at): SpanSpec => {
    const name = at === 0 ? 'charge' : at === seconds - 1 ? 'fraud.check' : 'other';
    return { ...SPAN, span: at, parent: at - 1, name, startMs: at * 1_000 };
  });
  let mostOpen = 0;
  for (const span of spans) {
    expect(await run.send([span])).toBe(200);
    clock += 1_000;
    // the bridge looks at its clock four times a second
    if (span.span % 20 === 19) await sleep(300);
    mostOpen = Math.max(mostOpen, run.gauges.openBytes);
  }
  expect(run.counters.tracesRejudged).toBeGreaterThan(seconds / 80 - 2);
  expect(mostOpen).toBeLessThan(100_000);
  clock += 10_000;
  await run.idle();
  expect(store.violations()).toEqual(oracle(spans));
  await run.stop();
});
