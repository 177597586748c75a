import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Bridge } from '../bridge/bridge';
import type { BridgeStatus } from '../bridge/messages';
import { createMetrics } from './metrics';

type Pipeline = NonNullable<ReturnType<Parameters<typeof createMetrics>[0]>>;

/** A real bridge's status, with a number of its own in each place. */
function numbered(): { status: BridgeStatus; expected: Map<string, number> } {
  const bridge = new Bridge({
    settings: {
      evidence: 'none',
      listen: { path: '/unused' },
      settleMs: 1,
      rootSettleMs: 1,
      maxTraceMs: 1,
      lateMs: 1,
      maxBodyBytes: 1,
      maxInFlightBytes: 1,
      maxOpenBytes: 1,
      maxSpansPerTrace: 1,
      maxUnacknowledged: 1,
    },
    createJudge: () => ({ size: 0 }) as never,
    post: () => undefined,
    now: () => 0,
  });
  const real = bridge.status();
  let next = 1_000;
  const expected = new Map<string, number>();
  const number = (path: string): number => {
    next += 1;
    expected.set(path, next);
    return next;
  };
  const fill = (of: object, path: string): object =>
    Object.fromEntries(
      Object.entries(of).map(([key, value]) => [
        key,
        typeof value === 'number' ? number(`${path}.${key}`) : fill({ ...value, SOME: 0 }, `${path}.${key}`),
      ]),
    );
  return {
    status: { counters: fill(real.counters, 'counters'), gauges: fill(real.gauges, 'gauges') } as BridgeStatus,
    expected,
  };
}

function measured(status: BridgeStatus | undefined): Pipeline {
  return {
    bridge: {
      state: 'running',
      address: () => '',
      status: () => status,
      restarts: { died: 3, hung: 4 },
    },
    emitted: () => ({ pending: 11, sent: 12, rejected: 13, dropped: 14, retried: 15, trouble: null }),
    indexer: () => ({
      prepared: true,
      pending: 5,
      trouble: null,
      deadLetters: { file: '', kept: 6, lost: 7, full: true, last: null },
      rules: [],
    }),
    tally: () => ({
      outcomes: {},
      batches: 0,
      lastBatchMs: null,
      meanBatchMs: null,
      rules: [{ ruleId: 'r1', space: 'shop', verdict: 'violated', count: 8, tooCostly: 0 }],
    }),
  };
}

test('every counter and gauge that a bridge tells is a metric', async () => {
  const { status, expected } = numbered();
  const text = await createMetrics(() => measured(status)).registry.metrics();
  const values = new Set(
    text.split('\n').flatMap((line) => (line.startsWith('betrace_bridge_') ? Number(line.split(' ').at(-1)) : [])),
  );
  expect(expected.size).toBeGreaterThan(25);
  expect([...expected].filter(([, value]) => !values.has(value))).toEqual([]);
});

test('what the host itself counts is there, by rule as well', async () => {
  const text = await createMetrics(() => measured(undefined)).registry.metrics();
  for (const line of [
    'betrace_bridge_up 1',
    'betrace_bridge_restarts_total{why="hung"} 4',
    'betrace_rule_verdicts_total{rule="r1",space="shop",verdict="violated"} 8',
    'betrace_index_pending 5',
    'betrace_dead_letters 6',
    'betrace_dead_letters_lost 7',
    'betrace_dead_letters_full 1',
  ]) {
    expect(text).toContain(`\n${line}\n`);
  }
});

test('docs/reference/metrics.md has every metric, its kind, labels and meaning, and no other', async () => {
  const { registry } = createMetrics(() => undefined);
  const text = readFileSync(join(__dirname, '../../docs/reference/metrics.md'), 'utf8');
  const documented = [...text.matchAll(/^\| `(\w+)` *\| (\w+) *\| ([^|]*?) *\| (.*?) *\|$/gm)].map((row) =>
    row.slice(1),
  );
  const metrics = (await registry.getMetricsAsJSON())
    .filter(({ name }) => !/^betrace_(process|nodejs)_/.test(name))
    .map(({ name, help, type }) => {
      const { labelNames } = registry.getSingleMetric(name) as unknown as { labelNames: string[] };
      return [name, type, labelNames.map((label) => `\`${label}\``).join(', '), help];
    });
  expect(documented.sort()).toEqual(metrics.sort());
});
