import { Client } from '@elastic/elasticsearch';
import type { Judgement } from '../common/engine/judgement';
import { evidenceId, revisionId } from '../common/violations/identity';
import { evidenceStream, violationsStream } from '../common/violations/namespace';
import { installAssets } from '../ingest/installer';
import { UNSIGNED_FIELDS } from '../server/violations/digest';
import type { Written } from '../server/violations/bulk';
import { type Draft, draftOf } from '../server/violations/document';
import { MAX_EVIDENCE_BYTES } from '../server/violations/evidence';
import { type Signed, createSigner } from '../server/violations/sign';
import { ElasticsearchViolationStore } from '../server/violations/store';
import {
  type Path,
  CONTEXT,
  SILENT,
  changeLeaf,
  hex,
  judgement,
  leavesOf,
  recordingLog,
  testRing,
  withAttributes,
  witness,
} from '../server/violations/test_support/fixtures';
import { verify } from '../server/violations/verify';
import { sharedElasticsearch, uniqueName } from './support/elasticsearch';

const ring = testRing();
const sign = createSigner(ring);
let client: Client;
let space: string;
let store: ElasticsearchViolationStore;

beforeAll(async () => {
  ({ client } = sharedElasticsearch());
  await installAssets(client, SILENT);
});

beforeEach(() => {
  space = uniqueName('space');
  store = new ElasticsearchViolationStore(client, SILENT);
});

interface Wanted extends Partial<Omit<Judgement, 'rule'>> {
  readonly rule?: Partial<Judgement['rule']>;
  readonly foundAt?: Date;
}

function item({ foundAt, ...fields }: Wanted = {}): Draft {
  const wanted = judgement({ traceId: hex(16), ...fields, rule: { space, ...fields.rule } });
  return draftOf(wanted, { ...CONTEXT, ...(foundAt ? { foundAt } : {}) });
}

const put = (drafts: readonly Draft[], into = store): Promise<Written[]> => into.write(drafts, sign);
const idOf = ({ violation }: Draft): string => violation.betrace.violation.id;
const refresh = (): Promise<unknown> =>
  client.indices.refresh({ index: [violationsStream(space), evidenceStream(space)] });
const count = async (index: string): Promise<number> => {
  await refresh();
  return (await client.count({ index })).count;
};
const rollover = (): Promise<unknown> => client.indices.rollover({ alias: violationsStream(space) });
const all = { limit: 1_000 };

async function verified(id: string): Promise<ReturnType<typeof verify>> {
  await refresh();
  const found = await store.getWithEvidence(id, space);
  return verify(found.source, found.documentId, found.evidence, ring);
}

/** Puts a changed source in the place of a stored document, as somebody with an administrator's rights could. */
async function tamper(stream: string, id: string, change: (source: unknown) => void): Promise<void> {
  await refresh();
  const { hits } = (await client.search({ index: stream, query: { ids: { values: [id] } }, seq_no_primary_term: true }))
    .hits;
  const hit = hits[0]!;
  const document = hit._source as object;
  change(document);
  await client.index({
    index: hit._index,
    id,
    document,
    if_seq_no: hit._seq_no!,
    if_primary_term: hit._primary_term!,
    refresh: true,
  });
}

describe('assets', () => {
  test('installing again changes nothing', async () =>
    expect(await installAssets(client, SILENT)).toEqual({ changed: [] }));

  test.each([
    ['traces-apm.betrace-default', 'betrace'],
    ['logs-betrace.evidence-default', 'betrace'],
  ])('a stream named %s gets our mappings whole, its sources kept as they are sent', async (name) => {
    const { template } = await client.indices.simulateIndexTemplate({ name });
    expect(template.settings).toMatchObject({ index: { mode: 'standard' } });
    expect(template.mappings).toMatchObject({ dynamic: 'false', date_detection: false });
    expect(JSON.stringify(template.mappings)).not.toMatch(/wildcard|constant_keyword|match_only_text|scaled_float/);
  });
});

describe('writing', () => {
  test('a violation and its evidence lie in their streams, and verify', async () => {
    const one = item();
    expect(await put([one])).toEqual(['created']);
    expect(await verified(idOf(one))).toMatchObject({ status: 'valid', evidence: 'intact' });
    const [hit] = (await client.search({ index: violationsStream(space) })).hits.hits;
    expect(hit?._id).toBe(`${idOf(one)}-1`);
    expect(hit?._source).toEqual(sign(one).violation);
    expect((await store.get(idOf(one), space)).message).toBe(one.violation.error?.message);
  });

  test('a violation that can be found verifies with its evidence, though that is not searchable yet', async () => {
    await put([item()]);
    const index = evidenceStream(space);
    await client.indices.putSettings({ index, settings: { 'index.refresh_interval': '-1' } });
    const one = item();
    await put([one]);
    await client.indices.refresh({ index: violationsStream(space) });
    const { source, documentId, evidence } = await store.getWithEvidence(idOf(one), space);
    expect(verify(source, documentId, evidence, ring)).toMatchObject({ status: 'valid', evidence: 'intact' });
  });

  test('written twice, in one batch and in two, by one store and by others: once there', async () => {
    const one = item();
    expect(await put([one, one])).toEqual(['created', 'exists']);
    expect(await put([one])).toEqual(['exists']);
    expect(await put([one], new ElasticsearchViolationStore(client, SILENT))).toEqual(['exists']);
    expect(await count(violationsStream(space))).toBe(1);
    expect(await count(evidenceStream(space))).toBe(1);
  });

  test('found again later it is the same violation, with the time of the first', async () => {
    const traceId = hex(16);
    const first = item({ traceId });
    await put([first]);
    const later = item({ traceId, foundAt: new Date('2027-01-01') });
    expect(await put([later], new ElasticsearchViolationStore(client, SILENT))).toEqual(['exists']);
    await refresh();
    expect((await store.get(idOf(first), space)).createdAt).toBe('2026-03-01T12:00:10.000Z');
  });

  test('judged again and differently, the first stands and it is said', async () => {
    const traceId = hex(16);
    await put([item({ traceId })]);
    const log = recordingLog();
    const other = item({ traceId, witnesses: [witness({ traceId, name: 'other' })], message: 'other' });
    expect(await put([other], new ElasticsearchViolationStore(client, log))).toEqual(['exists']);
    expect(log.lines.join()).toContain('judged again and differently');
    expect(await verified(idOf(other))).toMatchObject({ status: 'valid', evidence: 'intact' });
  });

  test('at once, from one store and from several: once there', async () => {
    const items = Array.from({ length: 40 }, () => item());
    const stores = [store, store, ...[1, 2, 3].map(() => new ElasticsearchViolationStore(client, SILENT))];
    const written = (await Promise.all(stores.map((each) => put(items, each)))).flat();
    expect(written.filter((outcome) => outcome === 'created')).toHaveLength(40);
    expect(written.filter((outcome) => outcome === 'exists')).toHaveLength(160);
    expect(await count(violationsStream(space))).toBe(40);
  });

  test('after a rollover, straight after, by the same store or a new one: once there', async () => {
    const items = Array.from({ length: 20 }, () => item());
    await put(items);
    await rollover();
    expect(new Set(await put(items))).toEqual(new Set(['exists']));
    await rollover();
    expect(new Set(await put(items, new ElasticsearchViolationStore(client, SILENT)))).toEqual(new Set(['exists']));
    expect(await count(violationsStream(space))).toBe(20);
  });

  test('one document that Elasticsearch refuses does not harm the others', async () => {
    const broken = item();
    const bad: Draft = { ...broken, violation: { ...broken.violation, '@timestamp': 'no time' } };
    const unsignable = item({ waitedMs: Number.NaN });
    const [first, second, third, fourth] = await put([item(), bad, unsignable, item()]);
    expect([first, fourth]).toEqual(['created', 'created']);
    expect(second).toEqual({ rejected: expect.stringMatching(/^400 [a-z_]+$/) as string });
    expect(third).toEqual({ rejected: expect.stringContaining('BT_INTERNAL') as string });
    expect(await count(violationsStream(space))).toBe(2);
  });

  test('attribute keys such as __proto__, values of 10 MB and names without end', async () => {
    const keys = [
      '__proto__',
      'constructor',
      '',
      '.',
      '..',
      'a..b',
      ' ',
      '\0',
      'a.b',
      'a',
      '\ud800',
      'x'.repeat(100_000),
    ];
    const attributes = new Map<string, string>(keys.map((key) => [key, 'v']));
    attributes.set('big', '\u{1F600}'.repeat(5_000_000));
    const one = item({
      witnesses: [{ ...withAttributes(attributes), name: 'ü'.repeat(100_000) }],
      message: 'm'.repeat(1e6),
    });
    expect(await put([one])).toEqual(['created']);
    expect(await verified(idOf(one))).toMatchObject({ status: 'valid', evidence: 'intact' });
    const [hit] = (await client.search<Signed['evidence']>({ index: evidenceStream(space) })).hits.hits;
    expect(Buffer.byteLength(JSON.stringify(hit?._source))).toBeLessThanOrEqual(MAX_EVIDENCE_BYTES);
    const stored = hit?._source?.betrace.evidence.spans[0]?.attributes.map(({ key }) => key) ?? [];
    expect(stored).toEqual(expect.arrayContaining(['__proto__', 'constructor', '', 'a..b', 'big']));
    expect(({} as Record<string, unknown>)['v']).toBeUndefined();
    const byAttribute = await client.count({
      index: evidenceStream(space),
      query: {
        nested: {
          path: 'betrace.evidence.spans.attributes',
          query: { term: { 'betrace.evidence.spans.attributes.key': '__proto__' } },
        },
      },
    });
    expect(byAttribute.count).toBe(1);
  });

  test.each([
    ['with', ['auto_configure', 'create_doc', 'read', 'maintenance'], 0],
    ['without', ['auto_configure', 'create_doc', 'read'], 1],
  ])('a key that may only add and read is enough, %s the right to refresh', async (_, privileges, warnings) => {
    const { encoded } = await client.security.createApiKey({
      name: uniqueName('writer'),
      role_descriptors: {
        writer: { indices: [{ names: ['traces-apm.betrace-*', 'logs-betrace.evidence-*'], privileges }] },
      },
    });
    const writer = new Client({ node: sharedElasticsearch().url, auth: { apiKey: encoded } });
    const log = recordingLog();
    const limited = new ElasticsearchViolationStore(writer, log);
    const one = item();
    expect(await put([one], limited)).toEqual(['created']);
    expect(await put([item()], limited)).toEqual(['created']);
    expect(log.lines).toHaveLength(warnings);
    await writer.close();
  });
});

describe('searching', () => {
  const minute = (n: number): Date => new Date(Date.UTC(2026, 2, 1, 12, n));

  test('filters, one by one and together', async () => {
    const wanted = [
      item({ foundAt: minute(1), rule: { id: 'r1', severity: 'HIGH' }, message: '"charge" had no "audit.log"' }),
      item({ foundAt: minute(2), rule: { id: 'r1', severity: 'LOW', version: 'f'.repeat(16) } }),
      item({ foundAt: minute(3), rule: { id: 'r2', severity: 'HIGH', name: 'Slow queries' } }),
    ] as const;
    await put(wanted);
    await refresh();
    const ids = async (query: object): Promise<number[]> => {
      const { violations, total } = await store.search({ ...all, ...query }, space);
      expect(total).toBe(violations.length);
      return violations.map(({ id }) => wanted.findIndex((one) => idOf(one) === id));
    };
    expect(await ids({})).toEqual([2, 1, 0]);
    expect(await ids({ ruleId: 'r1' })).toEqual([1, 0]);
    expect(await ids({ ruleId: 'r*' })).toEqual([]);
    expect(await ids({ severity: 'HIGH' })).toEqual([2, 0]);
    expect(await ids({ severity: 'HIGH', ruleId: 'r2' })).toEqual([2]);
    expect(await ids({ traceId: wanted[1].violation.trace?.id.toUpperCase() })).toEqual([1]);
    expect(await ids({ from: minute(2) })).toEqual([2, 1]);
    expect(await ids({ to: minute(2) })).toEqual([0]);
    expect(await ids({ from: minute(2), to: minute(3) })).toEqual([1]);
    expect(await ids({ q: 'AUDIT' })).toEqual([2, 1, 0]);
    expect(await ids({ q: 'slow quer' })).toEqual([2]);
    expect(await ids({ q: 'had no' })).toEqual([0]);
    expect(await ids({ q: 'slow missing' })).toEqual([]);
    for (const q of ['*', 'message:*', '" OR 1', '{"match_all":{}}', '/.*/', 'a AND (', '\\', '_exists_:rule', '~'])
      await ids({ q });
    expect(await ids({ q: '_exists_:rule.id' })).toEqual([]);
    await expect(ids({ q: 'many '.repeat(400) })).resolves.toEqual([]);
  });

  test('pages join without a gap or an overlap, equal times included, while newer ones come in', async () => {
    const items = Array.from({ length: 25 }, (_, n) => item({ foundAt: minute(Math.floor(n / 10)) }));
    await put(items);
    await refresh();
    const seen: string[] = [];
    const created: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.search({ limit: 7, cursor }, space);
      seen.push(...page.violations.map(({ id }) => id));
      created.push(...page.violations.map(({ createdAt }) => createdAt));
      cursor = page.cursor ?? undefined;
      await put([item({ foundAt: minute(50) })]);
      await refresh();
    } while (cursor !== undefined);
    expect(new Set(seen)).toEqual(new Set(items.map(idOf)));
    expect(seen).toHaveLength(25);
    expect(created).toEqual([...created].sort().reverse());
  });

  test.each([
    '',
    'x',
    '!!',
    Buffer.from('[1]').toString('base64url'),
    Buffer.from('["a","b"]').toString('base64url'),
    'WzEsMl0',
  ])('the cursor %j is refused', async (cursor) => {
    await expect(store.search({ limit: 5, cursor }, space)).rejects.toMatchObject({ code: 'BT_INVALID_CURSOR' });
  });

  test('a space without violations is empty, and sees nothing of others', async () => {
    const one = item();
    await put([one]);
    await refresh();
    for (const other of [uniqueName('other'), `${space}-x`, '*', `${space.slice(0, -1)}*`]) {
      expect(await store.search(all, other)).toEqual({ violations: [], total: 0, cursor: null });
      await expect(store.get(idOf(one), other)).rejects.toMatchObject({ code: 'BT_NOT_FOUND' });
      await expect(store.getWithEvidence(idOf(one), other)).rejects.toMatchObject({ code: 'BT_NOT_FOUND' });
    }
  });

  test('what was superseded or retracted is not listed', async () => {
    const [one, two, three] = [item(), item(), item()] as const;
    await put([one, two, three]);
    const set = (path: string, value: unknown) => (source: unknown) => {
      ((source as Signed['violation']).betrace.violation as unknown as Record<string, unknown>)[path] = value;
    };
    await tamper(violationsStream(space), `${idOf(one)}-1`, set('superseded', true));
    await tamper(violationsStream(space), `${idOf(two)}-1`, set('verdict', 'retracted'));
    expect((await store.search(all, space)).violations.map(({ id }) => id)).toEqual([idOf(three)]);
    expect(await verified(idOf(one))).toMatchObject({ status: 'valid' });
  });

  test('a document that was changed beyond reading does not take the others away', async () => {
    const [one, two] = [item(), item()] as const;
    await put([one, two]);
    await tamper(violationsStream(space), `${idOf(one)}-1`, (source) => {
      delete (source as Record<string, unknown>)['service'];
    });
    expect((await store.search(all, space)).violations.map(({ id }) => id)).toEqual([idOf(two)]);
    expect(await verified(idOf(one))).toMatchObject({ status: 'altered' });
  });
});

describe('verifying what is stored', () => {
  const isUnsigned = ([first, second, third]: Path): boolean =>
    first === 'betrace' && second === 'violation' && UNSIGNED_FIELDS.has(String(third));
  const signedLeaves = leavesOf(sign(draftOf(judgement(), CONTEXT)).violation).filter((path) => !isUnsigned(path));
  const vital = /\.(id|space_id|revision|message|trace_ids\.0|created_at)$/;
  const sample = signedLeaves
    .map((path) => [path.join('.'), path] as const)
    .filter(([name], n) => n % 5 === 0 || vital.test(name));
  const shared = uniqueName('space');

  beforeEach(() => void (space = shared));

  const write = async (): Promise<{ id: string; documentId: string; evidenceId: string }> => {
    const one = item();
    expect(await put([one])).toEqual(['created']);
    const documentId = revisionId(idOf(one), 1);
    return {
      id: idOf(one),
      documentId,
      evidenceId: evidenceId(documentId, one.violation.betrace.violation.evidence_digest),
    };
  };

  test.each(sample)('altered: %s', async (_, path) => {
    const { id, documentId } = await write();
    await tamper(violationsStream(space), documentId, (source) => changeLeaf(source, path));
    expect(await verified(id)).toMatchObject({ status: 'altered' });
  });

  test('evidence altered', async () => {
    const written = await write();
    await tamper(evidenceStream(space), written.evidenceId, (source) =>
      changeLeaf(source, ['betrace', 'evidence', 'spans', 0, 'name']),
    );
    expect(await verified(written.id)).toMatchObject({ status: 'altered', evidence: 'altered' });
  });

  test('evidence erased: valid, and it says so', async () => {
    const written = await write();
    await refresh();
    const { hits } = (
      await client.search({ index: evidenceStream(space), query: { ids: { values: [written.evidenceId] } } })
    ).hits;
    await client.delete({ index: hits[0]!._index, id: written.evidenceId, refresh: true });
    expect(await verified(written.id)).toMatchObject({ status: 'valid', evidence: 'erased' });
  });
});
