import type { Client, estypes } from '@elastic/elasticsearch';
import fc from 'fast-check';
import { SEVERITIES, SEVERITY_SCORES, priorityOf } from '../common/rules/rule';
import { installPipelines, pipelineState, removePipelines } from '../ingest/pipeline_installer';
import { HOOK, HOOK_PROCESSOR, PIPELINE, PIPELINE_BODY, type PipelineBody } from '../ingest/pipelines';
import { type EngineClient, connect } from './support/opensearch/client';
import { startPipelineEngine } from './support/opensearch/start.mjs';
import { removeFolder, temporaryFolder } from './support/temporary';

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const NOTHING = 'nothing';
const FULL = process.env['BETRACE_TEST_FULL'] === '1';

const home = temporaryFolder();
let engine: Awaited<ReturnType<typeof startPipelineEngine>>;
let connection: EngineClient;
let client: Client;
beforeAll(async () => {
  engine = await startPipelineEngine(home);
  connection = await connect(engine.url);
  client = connection.client;
});
afterAll(async () => {
  await connection?.close();
  await engine?.stop();
  removeFolder(home);
});

type Source = Record<string, unknown>;

/** What a pipeline makes of documents. */
async function simulate(id: string, documents: readonly Source[]): Promise<unknown[]> {
  const docs = documents.map((_source) => ({ _index: 'traces-apm-default', _id: 'x', _source }));
  const answer = await client.ingest.simulate({ id, docs: docs as estypes.IngestDocument[] });
  return answer.docs.map((made) => made.doc?._source ?? made);
}

const ID = 'ab'.repeat(16);
/** As APM Server writes a violation's span. */
const span = (labels: Source, more: Source = {}): Source => ({
  '@timestamp': '2026-01-02T03:04:05.678Z',
  processor: { event: 'span' },
  trace: { id: 'cd'.repeat(16) },
  span: { id: ID.slice(0, 16), name: 'betrace.violation: slow' },
  event: { outcome: 'failure' },
  labels: { region: 'eu', ...labels },
  ...more,
});
const LABELS = {
  betrace_violation_id: ID,
  betrace_violation_rule_id: 'slow-payment',
  betrace_violation_rule_name: 'Slow payment',
  betrace_violation_severity: 'HIGH',
  betrace_violation_message: 'it took long',
  betrace_violation_created_at: '2026-01-02T03:04:06.789Z',
};

describe('the pipeline', () => {
  beforeAll(async () => {
    await installPipelines(client, SILENT);
    await client.ingest.putPipeline({ id: NOTHING, processors: [] });
  });

  test('types what APM Server made labels of, and leaves what came', async () => {
    const came = span(LABELS, { numeric_labels: { betrace_violation_revision: 2, betrace_violation_priority: 2 } });
    const [made] = await simulate(HOOK, [came]);
    expect(made).toEqual({
      ...came,
      labels: { ...(came['labels'] as Source), betrace_rule_id: 'slow-payment', severity: 'HIGH' },
      event: {
        outcome: 'failure',
        kind: 'alert',
        action: 'betrace.violation',
        severity: 73,
        created: '2026-01-02T03:04:06.789Z',
      },
      rule: { id: 'slow-payment', name: 'Slow payment' },
      error: { message: 'it took long' },
      betrace: {
        violation: {
          id: ID,
          revision: 2,
          verdict: 'violated',
          rule_id: 'slow-payment',
          rule_name: 'Slow payment',
          severity: 'HIGH',
          priority: 2,
          message: 'it took long',
          created_at: '2026-01-02T03:04:06.789Z',
        },
      },
    });
  });

  test('a severity in any case has its priority and score', async () => {
    const cases = SEVERITIES.flatMap((severity) => [
      severity,
      severity.toLowerCase(),
      severity[0] + severity.slice(1).toLowerCase(),
    ]);
    const made = await simulate(
      PIPELINE,
      cases.map((severity) => span({ ...LABELS, betrace_violation_severity: severity })),
    );
    made.forEach((document, index) => {
      const severity = SEVERITIES[Math.floor(index / 3)]!;
      expect(document).toMatchObject({
        betrace: { violation: { severity, priority: priorityOf(severity) } },
        event: { severity: SEVERITY_SCORES[severity] },
        labels: { severity },
      });
    });
  });

  test('a retraction is no alert and no error', async () => {
    const [made] = await simulate(PIPELINE, [span({ ...LABELS, betrace_violation_verdict: 'retracted' })]);
    expect(made).toMatchObject({ event: { kind: 'event', action: 'betrace.retraction' } });
    expect(made).not.toHaveProperty('error');
  });

  test.each<[string, Source]>([
    [
      'with dots',
      { 'betrace.violation.id': ID, 'betrace.violation.rule_id': 'r', 'betrace.violation.severity': 'low' },
    ],
    ['nested', { betrace: { violation: { id: ID, rule_id: 'r', severity: 'low' } } }],
  ])('takes attributes as an OTel-native store keeps them: %s', async (_how, attributes) => {
    const came = { attributes, status: { code: 'Error' } };
    const [made] = await simulate(PIPELINE, [came]);
    expect(made).toMatchObject({ ...came, betrace: { violation: { id: ID, rule_id: 'r', priority: 4 } } });
  });

  test.each<[string, Source, string]>([
    ['no rule', span({ betrace_violation_id: ID, betrace_violation_severity: 'LOW' }), 'rule_id is missing'],
    ['no id', span({ betrace_violation_rule_id: 'r', betrace_violation_severity: 'LOW' }), 'id is missing'],
    ['an unknown severity', span({ ...LABELS, betrace_violation_severity: 'URGENT' }), 'severity is none of ours'],
    ['a list', span({ ...LABELS, betrace_violation_message: ['a', 'b'] }), 'message is neither text nor a number'],
    ['a time that is none', span({ ...LABELS, betrace_violation_created_at: 'yesterday' }), 'yesterday'],
    ['a revision that is none', span({ ...LABELS, betrace_violation_revision: 'two' }), 'two'],
    ['a rule that is text', span(LABELS, { rule: 'mine' }), 'rule is no object'],
  ])('a document with %s is kept and says so', async (_what, came, why) => {
    const [made] = (await simulate(HOOK, [came])) as Source[];
    const { betrace, event, ...rest } = made as { betrace: { pipeline_error: string }; event: Source };
    expect(betrace.pipeline_error).toContain(why);
    expect(betrace).not.toHaveProperty('violation');
    expect(event).toEqual({ ...(came['event'] as Source), kind: 'pipeline_error' });
    expect({ ...rest, event: came['event'] }).toEqual(came);
  });

  test('a document where even that has no place is kept as it came', async () => {
    const came = span({ ...LABELS, betrace_violation_severity: 'URGENT' }, { event: 'text', betrace: 'text' });
    expect(await simulate(HOOK, [came])).toEqual([came]);
  });

  test('any other document leaves as it came', async () => {
    const documents = fc.array(strangers, { minLength: 50, maxLength: 50 });
    await fc.assert(
      fc.asyncProperty(documents, async (came) => {
        // byte by byte what the engine answers where nothing is done
        expect(JSON.stringify(await simulate(HOOK, came))).toBe(JSON.stringify(await simulate(NOTHING, came)));
      }),
      { numRuns: FULL ? 60 : 8 },
    );
  });
});

const leaf = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.string(), { maxLength: 2 }),
);
/** Keys as others have them, and such as are nearly ours. */
const key = fc.oneof(
  fc.constantFrom('betrace_violation', 'betrace_violation_severity', 'betrace_rule_id', 'severity', 'betrace.id', 'id'),
  fc.stringMatching(/^[a-z_]{1,8}$/),
);
const bag = fc.oneof(leaf, fc.dictionary(key, leaf, { maxKeys: 4 }));
/** Documents of anybody: whatever may stand where we look, but for what makes a violation. */
const strangers: fc.Arbitrary<Source> = fc.record(
  {
    labels: bag,
    numeric_labels: bag,
    attributes: fc.oneof(bag, fc.record({ betrace: fc.oneof(leaf, fc.record({ violation: leaf })) })),
    event: bag,
    betrace: fc.oneof(bag, fc.record({ violation: bag })),
    rule: bag,
    trace: bag,
    message: leaf,
  },
  { requiredKeys: [] },
);

describe('pipelines over their life', () => {
  const read = async (name: string): Promise<PipelineBody | undefined> =>
    ((await client.ingest.getPipeline({}, { ignore: [404] })) as unknown as Record<string, PipelineBody>)[name];
  const clear = async (): Promise<void> => {
    for (const id of [HOOK, PIPELINE, 'mine']) await client.ingest.deletePipeline({ id }, { ignore: [404] });
  };
  const put = (name: string, body: PipelineBody): Promise<unknown> =>
    client.transport.request({ method: 'PUT', path: `/_ingest/pipeline/${name}`, body });
  beforeEach(clear);

  test('installed once, found again, removed without a trace', async () => {
    expect(await installPipelines(client, SILENT)).toEqual([PIPELINE, HOOK]);
    expect(await pipelineState(client)).toBe('current');
    expect(await read(PIPELINE)).toEqual(JSON.parse(JSON.stringify(PIPELINE_BODY)));
    expect(await installPipelines(client, SILENT)).toEqual([]);
    const plan = await removePipelines(client, { dryRun: true });
    expect(plan).toEqual({ removed: [HOOK, PIPELINE], kept: [] });
    expect(await pipelineState(client)).toBe('current');
    expect(await removePipelines(client, { dryRun: false })).toEqual(plan);
    expect([await read(HOOK), await read(PIPELINE)]).toEqual([undefined, undefined]);
    expect(await removePipelines(client, { dryRun: false })).toEqual({ removed: [], kept: [] });
  });

  test("an operator's own pipeline gets one processor more, and is what it was afterwards", async () => {
    const processors = fc.array(
      fc.constantFrom<NonNullable<PipelineBody['processors']>[number]>(
        { set: { field: 'team', value: 'payments' } },
        { lowercase: { field: 'name', ignore_missing: true, tag: 'lower' } },
        { pipeline: { name: 'mine', ignore_missing_pipeline: true } },
        { drop: { if: "ctx.name == 'noise'" } },
      ),
      { maxLength: 4 },
    );
    const bodies: fc.Arbitrary<PipelineBody> = fc.record(
      {
        processors,
        description: fc.string({ minLength: 1, unit: 'grapheme-ascii' }),
        version: fc.nat(),
        on_failure: fc.constant([{ set: { field: 'failed', value: true } }]),
        _meta: fc.constantFrom({ by: 'ops' }, { managed_by: 'terraform', n: 1 }),
      },
      { requiredKeys: ['processors'] },
    );
    await fc.assert(
      fc.asyncProperty(bodies, fc.integer({ min: 1, max: 3 }), async (body, times) => {
        await clear();
        await put(HOOK, body);
        for (let at = 0; at < times; at++) await installPipelines(client, SILENT);
        expect(await read(HOOK)).toEqual({ ...body, processors: [...body.processors!, HOOK_PROCESSOR] });
        await removePipelines(client, { dryRun: false });
        expect(await read(HOOK)).toEqual(body);
      }),
      { numRuns: FULL ? 100 : 15 },
    );
  });

  test('what an operator adds to the hook that we made stays when ours goes', async () => {
    await installPipelines(client, SILENT);
    const own = { set: { field: 'team', value: 'payments' } };
    const hook = await read(HOOK);
    await put(HOOK, { ...hook, processors: [own, ...hook!.processors!] });
    expect(await installPipelines(client, SILENT)).toEqual([]);
    await removePipelines(client, { dryRun: false });
    expect((await read(HOOK))?.processors).toEqual([own]);
  });

  test('an older one is brought up to date; a changed, a newer and a foreign one stay', async () => {
    const older = { ...PIPELINE_BODY, version: 0 };
    const { digest, ...meta } = PIPELINE_BODY._meta!;
    const changed = { ...PIPELINE_BODY, processors: [{ set: { field: 'a', value: 1 } }] };
    await put(PIPELINE, { ...older, _meta: meta });
    expect(await pipelineState(client)).toBe('older');
    expect(await installPipelines(client, SILENT)).toContain(PIPELINE);
    expect((await read(PIPELINE))?._meta).toMatchObject({ digest });
    for (const [state, body] of [
      ['changed', changed],
      ['changed', { ...changed, version: 0 }],
      ['newer', { ...PIPELINE_BODY, version: 99 }],
      ['foreign', { processors: [] }],
    ] as const) {
      await put(PIPELINE, body);
      expect(await pipelineState(client)).toBe(state);
      expect(await installPipelines(client, SILENT)).toEqual([]);
      expect(await read(PIPELINE)).toEqual(JSON.parse(JSON.stringify(body)));
    }
    expect((await removePipelines(client, { dryRun: false })).kept).toEqual([
      { name: PIPELINE, reason: 'not made by BeTrace' },
    ]);
  });

  test('one that somebody else calls stays', async () => {
    await installPipelines(client, SILENT);
    await put('mine', { processors: [{ pipeline: { name: PIPELINE } }] });
    const { removed, kept } = await removePipelines(client, { dryRun: false });
    expect(removed).toEqual([HOOK]);
    expect(kept).toEqual([{ name: PIPELINE, reason: 'mine calls it' }]);
  });
});
