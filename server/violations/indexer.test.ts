import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BeTraceError } from '../../common/errors';
import type { Written } from './bulk';
import { DEAD_LETTER_FILE, DeadLetters } from './dead_letters';
import { type IndexerCount, type IndexerOptions, createIndexer } from './indexer';
import type { Draft } from './document';
import { createSigner } from './sign';
import { CONTEXT, hex, judgement, recordingLog, testRing, witness } from './test_support/fixtures';

let dataDir: string;
beforeEach(() => void (dataDir = mkdtempSync(join(tmpdir(), 'betrace-indexer-'))));
afterEach(() => rmSync(dataDir, { recursive: true }));

const sign = createSigner(testRing());

function setUp(
  write: (items: readonly Draft[]) => Written[] | Promise<Written[]>,
  other: Partial<IndexerOptions> = {},
) {
  const log = recordingLog();
  const counts = new Map<IndexerCount, number>();
  const batches: number[] = [];
  const indexer = createIndexer({
    store: {
      write: async (items) => {
        batches.push(items.length);
        return write(items);
      },
    },
    sign,
    log,
    metrics: { count: (what) => void counts.set(what, (counts.get(what) ?? 0) + 1), batch: () => {} },
    dataDir,
    document: CONTEXT,
    maxViolationsPerRule: Infinity,
    ...other,
  });
  return { indexer, log, counts, batches };
}

const created = (items: readonly Draft[]): Written[] => items.map(() => 'created');
const violated = (count: number) => Array.from({ length: count }, () => judgement({ traceId: hex(16) }));
const isStoreUnavailable = expect.objectContaining({ code: 'BT_STORE_UNAVAILABLE' }) as Error;

test('what is not to be written is counted; the rest is written, in order of the answers', async () => {
  const { indexer, counts } = setUp(created);
  const shadow = judgement({ rule: { mode: 'shadow' } });
  const acks = await indexer.accept([judgement({ verdict: 'inconclusive' }), judgement(), shadow]);
  expect(acks).toEqual(['counted', 'created', 'counted']);
  expect(Object.fromEntries(counts)).toEqual({ inconclusive: 1, created: 1, shadow: 1 });
  expect(indexer.status()).toMatchObject({ prepared: true, pending: 0, trouble: null });
});

test('batches are bounded in number and bytes', async () => {
  const { indexer, batches } = setUp(created);
  expect(await indexer.accept(violated(450))).toHaveLength(450);
  expect(batches).toEqual([200, 200, 50]);

  const large = violated(100).map((item) => ({
    ...item,
    witnesses: item.witnesses.map((span) => ({
      ...span,
      attributes: new Map(Array.from({ length: 20 }, (_, key) => [String(key), 'x'.repeat(8_000)])),
    })),
  }));
  batches.length = 0;
  await indexer.accept(large);
  expect(batches.length).toBeGreaterThan(1);
});

test('each item is retried on its own until it is in', async () => {
  let round = 0;
  const attempts = new Map<string, number>();
  const { indexer, counts, log } = setUp((items) => {
    round++;
    return items.map(({ violation }, index) => {
      const id = violation.trace!.id;
      attempts.set(id, (attempts.get(id) ?? 0) + 1);
      return round === 1 && index % 2 === 0 ? { retry: '429 es_rejected_execution_exception' } : 'created';
    });
  });
  expect(await indexer.accept(violated(10))).toEqual(Array.from({ length: 10 }, () => 'created'));
  expect([...attempts.values()].sort()).toEqual([1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
  expect(counts.get('retried')).toBe(5);
  expect(log.lines).toEqual([]);
});

test('while the store is away nothing is answered; one line says so and one that it is back', async () => {
  let isAway = true;
  const { indexer, log } = setUp((items) => items.map(() => (isAway ? { retry: 'ConnectionError' } : 'created')));
  const acks = indexer.accept(violated(3));
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(indexer.status()).toMatchObject({
    pending: 3,
    trouble: { code: 'BT_STORE_UNAVAILABLE', message: 'ConnectionError' },
  });
  isAway = false;
  expect(await acks).toEqual(['created', 'created', 'created']);
  expect(indexer.status().trouble).toBeNull();
  expect(log.lines).toHaveLength(2);
});

test('an item that never gets through does not hold up the others', async () => {
  const stuck = judgement({ traceId: hex(16) });
  const { indexer } = setUp((items) =>
    items.map(({ violation }) =>
      violation.trace!.id === stuck.traceId ? { retry: '403 security_exception' } : 'created',
    ),
  );
  const never = indexer.accept([stuck]);
  expect(await indexer.accept(violated(300))).toHaveLength(300);
  expect(await indexer.stop(50)).toEqual({ abandoned: 1 });
  await expect(never).rejects.toEqual(isStoreUnavailable);
});

test('what is refused for good is a dead letter: kept whole in the file, without content in the log', async () => {
  const { indexer, log } = setUp((items) => items.map(() => ({ rejected: '400 document_parsing_exception' })));
  const secret = 'payload-of-the-customer';
  const item = judgement({ message: secret });
  expect(await indexer.accept([item])).toEqual([{ rejected: '400 document_parsing_exception' }]);
  const path = join(dataDir, DEAD_LETTER_FILE);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const letter = JSON.parse(readFileSync(path, 'utf8')) as { document: Draft };
  expect(letter).toMatchObject({ reason: '400 document_parsing_exception', ruleId: 'rule-1', traceId: item.traceId });
  expect(letter.document.violation.betrace.violation.message).toBe(secret);
  expect(log.lines.join()).not.toContain(secret);
});

test('a judgement that no document can be made of is refused, the others are written', async () => {
  const broken = judgement({ witnesses: [witness({ startUs: Number.NaN })] });
  const { indexer } = setUp(created);
  const [first, second] = await indexer.accept([broken, judgement()]);
  expect(first).toEqual({ rejected: expect.stringContaining('BT_INTERNAL') as string });
  expect(second).toBe('created');
});

test('nothing is written before it is prepared; why not is in the status', async () => {
  let mayPrepare = false;
  const prepare = async (): Promise<void> => {
    if (!mayPrepare) throw new BeTraceError('BT_SIGNING_KEY_UNKNOWN', 'not ours');
  };
  const { indexer, batches } = setUp(created, { prepare });
  const acks = indexer.accept([judgement()]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(batches).toEqual([]);
  expect(indexer.status()).toMatchObject({ prepared: false, trouble: { code: 'BT_SIGNING_KEY_UNKNOWN' } });
  mayPrepare = true;
  expect(await acks).toEqual(['created']);
  expect(indexer.status()).toMatchObject({ prepared: true, trouble: null });
});

describe('stop', () => {
  test('lets what can be written be written, then takes no more', async () => {
    let calls = 0;
    const { indexer } = setUp((items) => items.map(() => (++calls < 3 ? { retry: 'x' } : 'created')));
    const acks = indexer.accept([judgement()]);
    expect(await indexer.stop(5_000)).toEqual({ abandoned: 0 });
    expect(await acks).toEqual(['created']);
    await expect(indexer.accept([judgement()])).rejects.toEqual(isStoreUnavailable);
  });

  test('gives up at its deadline, on a store that hangs too, and says how many are left', async () => {
    const { indexer } = setUp(() => new Promise<Written[]>(() => {}));
    const acks = indexer.accept(violated(4));
    const from = performance.now();
    const stopped = indexer.stop(100);
    await expect(acks).rejects.toEqual(isStoreUnavailable);
    expect(await stopped).toEqual({ abandoned: 4 });
    expect(performance.now() - from).toBeLessThan(2_000);
  });

  test('ends at once where there is nothing to do, prepared or not', async () => {
    const { indexer } = setUp(created, { prepare: () => Promise.reject(new Error('never')) });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const from = performance.now();
    expect(await indexer.stop(10_000)).toEqual({ abandoned: 0 });
    expect(performance.now() - from).toBeLessThan(1_000);
  });
});

describe('findings of one rule and trace', () => {
  test('stay in their order, whatever has to be tried again, and never meet in one batch', async () => {
    const traces = [hex(16), hex(16), hex(16)];
    const seen = new Map<string, number[]>();
    let round = 0;
    const { indexer } = setUp((drafts) => {
      round++;
      const ids = drafts.map(({ violation }) => violation.trace!.id);
      expect(new Set(ids).size).toBe(ids.length);
      return drafts.map(({ violation }, index) => {
        if ((round + index) % 3 === 0) return { retry: '403 security_exception' };
        const { trace, betrace } = violation;
        seen.set(trace!.id, [...(seen.get(trace!.id) ?? []), betrace.violation.completeness.late_spans]);
        return 'created';
      });
    });
    const items = [1, 2, 3, 4].flatMap((lateSpans) =>
      traces.map((traceId) => ({ ...judgement({ traceId }), lateSpans })),
    );
    const acks = await Promise.all([indexer.accept(items.slice(0, 5)), indexer.accept(items.slice(5))]);
    expect(acks.flat()).toEqual(items.map(() => 'created'));
    expect([...seen.values()]).toEqual(traces.map(() => [1, 2, 3, 4]));
  });

  test('go on after one of them is refused for good', async () => {
    const traceId = hex(16);
    let first = true;
    const { indexer } = setUp((drafts) =>
      drafts.map(() => {
        if (!first) return 'created';
        first = false;
        return { rejected: '400 x' };
      }),
    );
    const items = [judgement({ traceId }), { ...judgement({ traceId }), lateSpans: 1 }];
    expect(await indexer.accept(items)).toEqual([{ rejected: '400 x' }, 'created']);
  });
});

describe('a rule that matches too much', () => {
  const minute = (n: number): Date => new Date(Date.UTC(2026, 2, 1, 12, n, 30));

  test('has its share written and the rest counted; one document says how many, when the minute is over', async () => {
    let now = minute(0);
    const written: Draft[] = [];
    const { indexer, counts } = setUp(
      (drafts) => {
        written.push(...drafts);
        return created(drafts);
      },
      { maxViolationsPerRule: 3, now: () => now },
    );
    const retracted = { ...judgement({ traceId: hex(16) }), verdict: 'retracted' as const, lateSpans: 1 };
    const shadow = judgement({ rule: { id: 'other', mode: 'shadow' } });
    const acks = await indexer.accept([...violated(5), retracted, shadow]);
    expect(acks).toEqual(['created', 'created', 'created', 'suppressed', 'suppressed', 'created', 'counted']);
    expect(indexer.status().rules).toEqual([
      { ruleId: 'rule-1', space: 'default', shadow: 0, suppressed: 2, suppressedLastMinute: 2 },
      { ruleId: 'other', space: 'default', shadow: 1, suppressed: 0, suppressedLastMinute: 0 },
    ]);
    now = minute(1);
    expect(await indexer.accept(violated(1))).toEqual(['created']);
    await indexer.stop(1_000);
    const told = written.filter(({ violation }) => violation.betrace.violation.verdict === 'suppressed');
    expect(told).toHaveLength(1);
    expect(told[0]!.violation).toMatchObject({
      '@timestamp': '2026-03-01T12:00:00.000Z',
      event: { kind: 'metric', action: 'betrace.suppression', outcome: 'unknown' },
      betrace: {
        violation: {
          suppressed: { count: 2, from: '2026-03-01T12:00:00.000Z', to: '2026-03-01T12:01:00.000Z' },
          message: expect.stringContaining('2 violations of "Charges are audited"') as string,
        },
      },
    });
    for (const field of ['processor', 'trace', 'span', 'transaction', 'parent', 'error', 'labels'])
      expect(told[0]!.violation).not.toHaveProperty(field);
    expect(Object.fromEntries(counts)).toEqual({ created: 5, suppressed: 2, shadow: 1 });
  });

  test('that it was held back is told at the end, too', async () => {
    const written: Draft[] = [];
    const { indexer } = setUp(
      (drafts) => {
        written.push(...drafts);
        return created(drafts);
      },
      { maxViolationsPerRule: 1 },
    );
    await indexer.accept(violated(3));
    expect(await indexer.stop(1_000)).toEqual({ abandoned: 0 });
    expect(written.at(-1)!.violation.betrace.violation.suppressed?.count).toBe(2);
  });
});

test('the dead-letter file stops growing at its bound, and it is said', async () => {
  const log = recordingLog();
  const letters = new DeadLetters(dataDir, log, 1_000);
  await Promise.all(Array.from({ length: 50 }, (_, n) => letters.keep({ at: `${n}`, reason: 'x'.repeat(50), n })));
  const file = join(dataDir, DEAD_LETTER_FILE);
  const size = statSync(file).size;
  expect(size).toBeGreaterThan(500);
  expect(size).toBeLessThanOrEqual(1_000);
  expect(log.lines.length).toBeGreaterThan(0);
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  const status = { file: DEAD_LETTER_FILE, kept: lines.length, lost: 50 - lines.length, full: true };
  expect(letters.status()).toEqual({ ...status, last: { at: '49', reason: 'x'.repeat(50) } });

  // the next run knows of them, and goes on where somebody took the file away
  const next = new DeadLetters(dataDir, log, 1_000);
  await next.keep({ at: 'then', reason: 'y'.repeat(500) });
  expect(next.status()).toMatchObject({ kept: lines.length, lost: 1, full: true });
  rmSync(file);
  await next.keep({ at: 'now', reason: 'z' });
  expect(next.status()).toEqual({
    file: DEAD_LETTER_FILE,
    kept: 1,
    lost: 1,
    full: false,
    last: { at: 'now', reason: 'z' },
  });
});
