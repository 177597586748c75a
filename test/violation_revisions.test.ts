import { Client } from '@elastic/elasticsearch';
import fc from 'fast-check';
import type { Finding } from '../common/violations/finding';
import { evidenceId } from '../common/violations/identity';
import { evidenceStream, violationsStream } from '../common/violations/namespace';
import type { ViolationDocument } from '../common/violations/violation_document';
import { installAssets } from '../ingest/installer';
import { PROJECTION, roleDescriptor, WRITER } from '../server/kibana/setup/privileges';
import type { Written } from '../server/violations/bulk';
import { draftOf, idOf } from '../server/violations/document';
import { createSigner } from '../server/violations/sign';
import { ElasticsearchViolationStore } from '../server/violations/store';
import {
  CONTEXT,
  SILENT,
  hex,
  judgement,
  recordingLog,
  testRing,
  witness,
} from '../server/violations/test_support/fixtures';
import { verify } from '../server/violations/verify';
import { sharedElasticsearch, uniqueName } from './support/elasticsearch';
import { type FaultProxy, startFaultProxy } from './support/fault_proxy';
import { tamper } from './support/stored_document';

jest.setTimeout(180_000);

const ring = testRing();
const sign = createSigner(ring);
const space = uniqueName('revisions');
let client: Client;
let proxy: FaultProxy;
let through: Client;

beforeAll(async () => {
  const elasticsearch = sharedElasticsearch();
  ({ client } = elasticsearch);
  await installAssets(client, SILENT);
  proxy = await startFaultProxy(elasticsearch.url);
  const { username, password } = elasticsearch;
  through = new Client({ node: proxy.url, auth: { username, password }, maxRetries: 0 });
});
afterAll(async () => {
  await through?.close();
  await proxy?.close();
});

type Kind = 'first' | 'late' | 'retracted';

function finding(traceId: string, kind: Kind, variant = 0, lateSpans = 1): Finding {
  const violated = judgement({ traceId, message: `variant ${variant}`, rule: { space } });
  if (kind === 'first') return violated;
  if (kind === 'late') return { ...violated, lateSpans };
  const root = witness({ traceId, spanId: 'ffffffffffffffff', name: 'root', role: 'trace' });
  return { ...violated, verdict: 'retracted', lateSpans, message: '', witnesses: [root], absences: [] };
}

const newStore = (log = SILENT): ElasticsearchViolationStore => new ElasticsearchViolationStore(client, log);

const write = (store: ElasticsearchViolationStore, findings: readonly Finding[]): Promise<Written[]> =>
  store.write(
    findings.map((each) => draftOf(each, CONTEXT)),
    sign,
  );

const refresh = (): Promise<unknown> =>
  client.indices.refresh({ index: [violationsStream(space), evidenceStream(space)], ignore_unavailable: true });

/** All revisions of a violation, oldest first. */
async function chainOf(id: string): Promise<{ documentId: string; source: ViolationDocument }[]> {
  await refresh();
  const { hits } = await client
    .search<ViolationDocument>({
      index: violationsStream(space),
      ignore_unavailable: true,
      query: { term: { 'betrace.violation.id': id } },
      sort: [{ 'betrace.violation.revision': 'asc' }],
      size: 1_000,
    })
    .then((answer) => answer.hits);
  return hits.map((hit) => ({ documentId: hit._id!, source: hit._source! }));
}

async function isValid({ documentId, source }: { documentId: string; source: ViolationDocument }): Promise<void> {
  const ids = { values: [evidenceId(documentId, source.betrace.violation.evidence_digest)] };
  const { hits } = (await client.search({ index: evidenceStream(space), query: { ids } })).hits;
  expect(verify(source, documentId, hits[0]?._source, ring)).toMatchObject({ status: 'valid', evidence: 'intact' });
}

describe('whatever is found, in whatever order, with whatever going wrong', () => {
  interface Revision {
    readonly verdict: 'violated' | 'retracted';
    readonly variant: number;
  }

  /** What stands, said without the store: of the revisions so far, and what is found next. */
  function expected(chain: readonly Revision[], kind: Kind, variant: number): readonly Revision[] {
    const last = chain.at(-1);
    const violated: Revision = { verdict: 'violated', variant };
    if (kind === 'retracted')
      return last?.verdict === 'violated' ? [...chain, { verdict: 'retracted', variant: -1 }] : chain;
    if (!last) return [violated];
    if (last.verdict === 'violated') return kind === 'late' && last.variant !== variant ? [...chain, violated] : chain;
    return kind === 'late' || chain.every((one) => one.variant !== variant) ? [...chain, violated] : chain;
  }

  const step = fc.record({
    trace: fc.nat({ max: 2 }),
    kind: fc.constantFrom<Kind>('first', 'late', 'late', 'retracted'),
    variant: fc.nat({ max: 2 }),
  });
  const act = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant('write' as const),
        steps: fc.array(step, { minLength: 1, maxLength: 4 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('crash' as const),
        after: fc.nat({ max: 3 }),
        steps: fc.array(step, { minLength: 1, maxLength: 3 }),
      }),
    },
    { weight: 2, arbitrary: fc.constant({ type: 'restart' as const }) },
    { weight: 1, arbitrary: fc.constant({ type: 'rollover' as const }) },
  );

  test('the revisions are those that they should be, the last one alone stands, and all verify', () =>
    fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 4, maxLength: 12 }), async (acts) => {
        const traces = [hex(16), hex(16), hex(16)];
        const chains: (readonly Revision[])[] = [[], [], []];
        let store = newStore();
        for (const one of acts) {
          if (one.type === 'restart') store = newStore();
          if (one.type === 'rollover')
            await client.indices.rollover({ alias: violationsStream(space) }).catch(() => undefined);
          if (one.type !== 'write' && one.type !== 'crash') continue;
          let left = one.steps.map(({ trace, kind, variant }) => finding(traces[trace]!, kind, variant));
          if (one.type === 'crash') {
            // one bulk request is done and its answer lost, none after it is done; then there is a new process
            const from = proxy.bulks.length;
            proxy.faults((n) => (n - from < one.after ? undefined : n - from === one.after ? 'reset_after' : 'reset'));
            const written = await write(new ElasticsearchViolationStore(through, SILENT), left);
            left = left.filter((_, index) => typeof written[index] === 'object');
            store = newStore();
          }
          const written = await write(store, left);
          expect(written.filter((outcome) => outcome !== 'created' && outcome !== 'exists')).toEqual([]);
          for (const { trace, kind, variant } of one.steps) chains[trace] = expected(chains[trace]!, kind, variant);
        }
        for (const [n, traceId] of traces.entries()) {
          const id = idOf(finding(traceId, 'first'));
          const chain = await chainOf(id);
          const seen = chain.map(({ source: { betrace } }) => {
            const { verdict, message, revision, superseded, status } = betrace.violation;
            return { verdict, message: message.slice(0, 9), revision, superseded, status };
          });
          const wanted = chains[n]!.map(({ verdict, variant }, index) => ({
            verdict,
            message: verdict === 'violated' ? `variant ${variant}` : 'The viola',
            revision: index + 1,
            superseded: index < chains[n]!.length - 1,
            status: verdict === 'violated' ? 'open' : 'retracted',
          }));
          expect(seen).toEqual(wanted);
          for (const one of chain) await isValid(one);
          const { total } = await store.search({ limit: 10, traceId }, space);
          expect(total).toBe(chains[n]!.at(-1)?.verdict === 'violated' ? 1 : 0);
          if (chain.length > 0) expect((await store.get(id, space)).revision).toBe(chain.length);
        }
      }),
      { numRuns: process.env['BETRACE_TEST_FULL'] === '1' ? 60 : 5 },
    ));
});

test('two hosts at once, each with a verdict of its own: revisions without a gap, and one that stands', async () => {
  const traces = Array.from({ length: 20 }, () => hex(16));
  await write(
    newStore(),
    traces.map((traceId) => finding(traceId, 'first')),
  );
  const hosts = [1, 2, 3].map((variant) => ({ variant, store: newStore() }));
  const written = await Promise.all(
    hosts.map(({ variant, store }) =>
      write(
        store,
        traces.map((traceId) => finding(traceId, 'late', variant)),
      ),
    ),
  );
  for (const { variant, store } of hosts) {
    // whoever was pushed aside too often comes back, as the indexer would
    const again = traces.filter((_, index) => typeof written[variant - 1]![index] === 'object');
    const outcomes = await write(
      store,
      again.map((traceId) => finding(traceId, 'late', variant)),
    );
    expect(outcomes.every((outcome) => typeof outcome === 'string')).toBe(true);
  }
  for (const traceId of traces) {
    const chain = await chainOf(idOf(finding(traceId, 'first')));
    expect(chain.length).toBeGreaterThanOrEqual(4);
    expect(chain.map(({ source }) => source.betrace.violation.revision)).toEqual(chain.map((_, index) => index + 1));
    for (const one of chain) await isValid(one);
  }
  const { violations, total } = await newStore().search({ limit: 1_000, ruleId: 'rule-1' }, space);
  const listed = violations.filter(({ traceIds }) => traces.includes(traceIds[0]!)).map(({ id }) => id);
  expect(total).toBeGreaterThanOrEqual(20);
  expect(new Set(listed).size).toBe(listed.length);
  expect(listed).toHaveLength(20);
});

test('what could not be written holds up what came after it', async () => {
  const [traceId, other] = [hex(16), hex(16)];
  const findings = [finding(traceId, 'first'), finding(traceId, 'retracted'), finding(other, 'first')];
  const from = proxy.bulks.length;
  proxy.faults((n) => (n === from ? { refuse: (index) => index === 0 } : undefined));
  const store = new ElasticsearchViolationStore(through, SILENT);
  const written = await write(store, findings);
  expect(written.map((outcome) => typeof outcome)).toEqual(['object', 'object', 'string']);
  expect(await write(store, findings)).toEqual(['created', 'created', 'exists']);
});

test('a retraction is no failed span, lies below the root, and says what it is in words', async () => {
  const traceId = hex(16);
  const store = newStore();
  expect(await write(store, [finding(traceId, 'first'), finding(traceId, 'retracted', 0, 3)])).toEqual([
    'created',
    'created',
  ]);
  const [first, second] = await chainOf(idOf(finding(traceId, 'first')));
  expect(second!.source).toMatchObject({
    event: { kind: 'event', action: 'betrace.retraction', outcome: 'unknown' },
    parent: { id: 'ffffffffffffffff' },
    span: { name: 'betrace.retraction: Charges are audited', subtype: 'retraction' },
    betrace: { violation: { verdict: 'retracted', status: 'retracted', completeness: { late_spans: 3 } } },
  });
  expect(second!.source.error).toBeUndefined();
  expect(second!.source.span!.id).not.toBe(first!.source.span!.id);
  expect((await store.get(idOf(finding(traceId, 'first')), space)).message).toBe(
    'The violation of "Charges are audited" no longer holds: 3 spans came late, and by all of them the trace is as it should be',
  );
});

test('marking as superseded leaves alone what else became of a violation', async () => {
  const traceId = hex(16);
  const store = newStore();
  await write(store, [finding(traceId, 'first')]);
  await refresh();
  const id = idOf(finding(traceId, 'first'));
  const acknowledge = ({ betrace }: { betrace: { violation: { status: string } } }): void => {
    betrace.violation.status = 'acknowledged';
  };
  await tamper(client, violationsStream(space), { term: { 'betrace.violation.id': id } }, acknowledge as never);
  expect(await write(store, [finding(traceId, 'late', 1)])).toEqual(['created']);
  const [first] = await chainOf(id);
  expect(first!.source.betrace.violation).toMatchObject({ status: 'acknowledged', superseded: true });
  await isValid(first!);
});

test('a key that may not change documents goes on without, and says so once', async () => {
  const indices = [
    {
      names: ['traces-apm.betrace-*', 'logs-betrace.evidence-*'],
      privileges: ['auto_configure', 'create_doc', 'read', 'maintenance'],
    },
  ];
  const { encoded } = await client.security.createApiKey({
    name: uniqueName('appender'),
    role_descriptors: { appender: { indices } },
  });
  const appender = new Client({ node: sharedElasticsearch().url, auth: { apiKey: encoded } });
  const log = recordingLog();
  const store = new ElasticsearchViolationStore(appender, log);
  const [one, two] = [hex(16), hex(16)] as const;
  for (const traceId of [one, two]) {
    expect(await write(store, [finding(traceId, 'first')])).toEqual(['created']);
    expect(await write(store, [finding(traceId, 'late', 1)])).toEqual(['created']);
  }
  await appender.close();
  expect(log.lines).toHaveLength(1);
  expect(log.lines[0]).toContain('privilege `index`');
  const chain = await chainOf(idOf(finding(one, 'first')));
  expect(chain.map(({ source }) => source.betrace.violation.superseded)).toEqual([false, false]);
  expect((await newStore().get(idOf(finding(one, 'first')), space)).revision).toBe(2);
  // the next host with the right to it mends that
  expect(await write(newStore(), [finding(one, 'late', 1)])).toEqual(['exists']);
  const mended = await chainOf(idOf(finding(one, 'first')));
  expect(mended.map(({ source }) => source.betrace.violation.superseded)).toEqual([true, false]);
});

test('with the two keys of set-up one appends and the other marks, and neither does the other’s work', async () => {
  const { url } = sharedElasticsearch();
  const [appender, marker] = await Promise.all(
    [WRITER, PROJECTION].map(async (privileges) => {
      const { encoded } = await client.security.createApiKey({
        name: uniqueName('set_up'),
        role_descriptors: roleDescriptor(privileges),
      });
      return new Client({ node: url, auth: { apiKey: encoded } });
    }),
  );
  const log = recordingLog();
  const store = new ElasticsearchViolationStore(appender!, log, marker!);
  const traceId = hex(16);
  expect(await write(store, [finding(traceId, 'first')])).toEqual(['created']);
  expect(await write(store, [finding(traceId, 'late', 1)])).toEqual(['created']);
  const id = idOf(finding(traceId, 'first'));
  const chain = await chainOf(id);
  expect(chain.map(({ source }) => source.betrace.violation.superseded)).toEqual([true, false]);
  expect(log.lines).toEqual([]);

  const found = await client.search({
    index: violationsStream(space),
    query: { term: { 'betrace.violation.id': id } },
  });
  const { _index, _id } = found.hits.hits[0]!;
  const forbidden = { statusCode: 403 };
  await expect(appender!.update({ index: _index, id: _id!, doc: { a: 1 } })).rejects.toMatchObject(forbidden);
  await expect(appender!.delete({ index: _index, id: _id! })).rejects.toMatchObject(forbidden);
  await expect(marker!.delete({ index: _index, id: _id! })).rejects.toMatchObject(forbidden);
  await expect(marker!.search({ index: evidenceStream(space) })).rejects.toMatchObject(forbidden);
  const document = { '@timestamp': 0 };
  const elsewhere = violationsStream(uniqueName('new'));
  await expect(marker!.create({ index: elsewhere, id: '1', document })).rejects.toMatchObject(forbidden);
  await Promise.all([appender!.close(), marker!.close()]);
});
