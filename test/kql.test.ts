import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { installAssets } from '../ingest/installer';
import { STANDING } from '../ingest/kibana/saved_object';
import { SEARCHES } from '../ingest/kibana/searches';
import { stateKql, violationKql } from '../public/app/host_apps/kql';
import { DEFAULT_STATE } from '../public/app/violations/violations_filter';
import { draftOf, suppressionDraft } from '../server/violations/document';
import { atRevision } from '../server/violations/revision';
import { createSigner } from '../server/violations/sign';
import { CONTEXT, judgement, leavesOf, SILENT, testRing, witness } from '../server/violations/test_support/fixtures';
import { sharedElasticsearch, uniqueName } from './support/elasticsearch';
import { fromKql } from './support/kql';

const text = readFileSync(path.join(__dirname, '../docs/reference/kql.md'), 'utf8');
const DOCUMENTED = [...text.matchAll(/```kql\n([\s\S]*?)```/g)].map(([, query]) => query!.trim());

const space = uniqueName('kql');
const sign = createSigner(testRing());
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const other = (digit: string): string => digit.repeat(32);
const found = (
  traceId: string,
  rule: Partial<Parameters<typeof judgement>[0] extends infer F ? (F extends { rule?: infer R } ? R : never) : never>,
  more: Parameters<typeof judgement>[0] = {},
) => judgement({ traceId, witnesses: [witness({ traceId })], ...more, rule: { space, ...rule } });

const audited = found(TRACE, { tags: ['pci'] });
const staged = found(
  other('1'),
  { id: 'staged', name: 'Cards stay here', tags: ['pci'], severity: 'LOW' },
  {
    witnesses: [witness({ traceId: other('1'), environment: 'staging', service: 'cards', name: 'card.read' })],
    message: 'a card was read',
  },
);
const cut = found(
  other('2'),
  { id: 'cut', name: 'Cut', tags: [], severity: 'MEDIUM' },
  {
    witnesses: [witness({ traceId: other('2'), service: 'login', name: 'login' })],
    completeness: { orphans: 0, truncated: true, split: false, dropped: 3, root_seen: true },
    message: 'say "hello" \\ there: not (and) or *',
  },
);
const once = found(
  other('3'),
  { id: 'once', name: 'Once', tags: ['gdpr'], severity: 'CRITICAL' },
  {
    witnesses: [witness({ traceId: other('3'), service: 'users', name: 'user.read' })],
    message: 'was read and the login not audited',
  },
);
const first = draftOf(once, CONTEXT);
const documents: Readonly<Record<string, ReturnType<typeof sign>['violation']>> = {
  audited: sign(draftOf(audited, CONTEXT)).violation,
  staged: sign(draftOf(staged, CONTEXT)).violation,
  cut: sign(draftOf(cut, CONTEXT)).violation,
  replaced: sign({
    ...first,
    violation: {
      ...first.violation,
      betrace: { violation: { ...first.violation.betrace.violation, superseded: true } },
    },
  }).violation,
  retracted: sign(atRevision(draftOf({ ...once, verdict: 'retracted', lateSpans: 1 }, CONTEXT), 2)).violation,
  counted: sign(
    suppressionDraft(
      { id: 'ef'.repeat(16), first: staged, count: 250, from: new Date(0), to: new Date(60_000), written: 600 },
      CONTEXT,
    ),
  ).violation,
};

describe('KQL over violations', () => {
  const { client } = sharedElasticsearch();
  const index = documents['audited']!.data_stream;
  const stream = `${index.type}-${index.dataset}-${index.namespace}`;
  beforeAll(async () => {
    await installAssets(client, SILENT);
    const operations = Object.entries(documents).flatMap(([id, document]) => [{ create: { _id: id } }, document]);
    const { errors } = await client.bulk({ index: stream, operations, refresh: true });
    expect(errors).toBe(false);
  });

  const idsOf = async (query: string): Promise<string[]> => {
    const { hits } = await client.search({ index: stream, query: fromKql(query), size: 100, _source: false });
    return hits.hits.map(({ _id }) => _id!).sort();
  };

  test.each<[string, string[]]>([
    [STANDING, ['audited', 'cut', 'staged']],
    ['betrace.violation.severity : (CRITICAL or HIGH) and betrace.violation.status : open', ['audited', 'replaced']],
    ['rule.name : "Charges are audited" and service.name : payment-api', ['audited']],
    [`trace.id : ${TRACE}`, ['audited']],
    [
      'betrace.violation.tags : (pci or gdpr) and not service.environment : staging',
      ['audited', 'replaced', 'retracted'],
    ],
    ['betrace.violation.message : (audited and login)', ['replaced', 'retracted']],
    ['betrace.violation.span_references.name : payment.charge*', ['audited']],
    [
      'betrace.violation.completeness.truncated : true or betrace.violation.completeness.root_seen : false or betrace.violation.completeness.dropped > 0',
      ['cut'],
    ],
    ['betrace.violation.verdict : retracted or betrace.violation.superseded : true', ['replaced', 'retracted']],
    ['betrace.violation.verdict : suppressed and betrace.violation.suppressed.count >= 100', ['counted']],
    ['event.kind : pipeline_error and betrace.pipeline_error : *', []],
  ])('%s', async (query, expected) => {
    expect(DOCUMENTED).toContain(query);
    expect(await idsOf(query)).toEqual(expected);
  });

  test('every documented query is among these', () => expect(DOCUMENTED).toHaveLength(11));

  test.each(SEARCHES.map(({ name, query }) => [name, query]))(
    'the saved search %s finds what it says',
    async (name, query) => {
      const expected: Record<string, string[]> = {
        latest: ['audited', 'cut', 'staged'],
        'severe-open': ['audited'],
        revised: ['retracted'],
        suppressed: ['counted'],
      };
      expect(await idsOf(query)).toEqual(expected[name]);
    },
  );

  test('every field of a document can be asked for', async () => {
    const { fields } = await client.fieldCaps({ index: stream, fields: '*' });
    for (const document of Object.values(documents)) {
      for (const leaf of leavesOf(document)) {
        const field = leaf.filter((key) => typeof key === 'string').join('.');
        expect([field, field in fields]).toEqual([field, true]);
      }
    }
  });

  test('links from the pages find what the page shows', async () => {
    const asked = async (change: object): Promise<string[]> => idsOf(stateKql({ ...DEFAULT_STATE, ...change }));
    expect(await asked({})).toEqual(['audited', 'cut', 'staged']);
    expect(await asked({ severity: 'LOW' })).toEqual(['staged']);
    expect(await asked({ ruleId: 'cut', traceId: other('2') })).toEqual(['cut']);
    expect(await asked({ q: '"hello" \\ not' })).toEqual(['cut']);
    expect(await asked({ q: 'cards' })).toEqual(['staged']);
    expect(await idsOf(violationKql(documents['cut']!.betrace.violation.id))).toEqual(['cut']);
  });
});

test('what a user types is never an operator', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (ruleId) => {
      const { bool } = fromKql(stateKql({ ...DEFAULT_STATE, ruleId: ruleId || 'x' })) as {
        bool: { filter: unknown[] };
      };
      expect(bool.filter[2]).toEqual({ match_phrase: { 'rule.id': ruleId || 'x' } });
    }),
  );
});
