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

test('the dead-letter file stops growing at its bound', async () => {
  const log = recordingLog();
  const letters = new DeadLetters(dataDir, log, 1_000);
  await Promise.all(Array.from({ length: 50 }, (_, n) => letters.keep({ at: '', reason: 'x'.repeat(50), n })));
  const size = statSync(join(dataDir, DEAD_LETTER_FILE)).size;
  expect(size).toBeGreaterThan(500);
  expect(size).toBeLessThanOrEqual(1_000);
  expect(log.lines.length).toBeGreaterThan(0);
});
