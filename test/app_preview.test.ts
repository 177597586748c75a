import { randomBytes } from 'node:crypto';
import type { Rule } from '../common/rules/rule';
import { createSpan, type SpanView } from '../common/trace/span';
import type { Value } from '../common/trace/value';
import { createIndices, store, type StoredIndices } from '../server/traces/test_support/stored_indices';
import { call } from './support/api';
import { announce, useBrowser } from './support/browser';
import { sharedElasticsearch, uniqueName } from './support/elasticsearch';
import { type Host, startHost } from './support/host';
import { ruleEditor, typeRule } from './support/rule_editor';

const TRACES = 40;
const UNCHECKED = 7;

describe('beside the editor', () => {
  const open = useBrowser();
  const charge = uniqueName('charge');
  const amount = `${uniqueName('order')}.amount`;
  let host: Host;
  let indices: StoredIndices;

  const spanOf = (
    traceId: string,
    id: number,
    name: string,
    startUs: number,
    attributes: [string, Value][],
  ): SpanView =>
    createSpan({
      traceId,
      spanId: id.toString(16).padStart(16, '0'),
      parentSpanId: id === 1 ? null : '0000000000000001',
      name,
      kind: 'INTERNAL',
      status: 'UNSET',
      statusMessage: '',
      startUs,
      endUs: startUs + 1_000,
      flags: 0,
      attributes: new Map(attributes),
      resource: new Map<string, Value>([['service.name', 'shop']]),
      scope: { name: 'test', version: '' },
      events: [],
      links: [],
      dropped: { attributes: 0, events: 0, links: 0 },
    });

  beforeAll(async () => {
    const name = uniqueName('preview');
    const { client } = sharedElasticsearch();
    indices = await createIndices(client, name);
    const spans = Array.from({ length: TRACES }, (_, i) => {
      const traceId = randomBytes(16).toString('hex');
      const startUs = (Date.now() - (i + 1) * 60_000) * 1_000;
      return [
        spanOf(traceId, 1, 'checkout', startUs, []),
        spanOf(traceId, 2, charge, startUs + 10, [[amount, i]]),
        ...(i < UNCHECKED ? [] : [spanOf(traceId, 3, 'fraud.check', startUs + 5, [])]),
      ];
    }).flat();
    await store(client, indices, 'otel', spans);
    host = await startHost({ BETRACE_TRACES_INDICES: `${indices.otel},${indices.logs}` });
  });
  afterAll(async () => {
    await host?.stop();
    await indices?.remove();
  });

  const dsl = (): string =>
    `trace.has(span => span.name === '${charge}').and(trace.missing(span => span.name === 'fraud.check'))`;

  test('what a rule would have caught is seen, why, and a trace of it taken as an example and held to', async () => {
    const page = await open(`${host.url}/app/rules/create`);
    const name = uniqueName('Previewed');
    await page.getByLabel('Name').fill(name);
    await typeRule(page, dsl());
    const preview = page.getByTestId('betracePreview');
    await preview.getByText(new RegExp(`^${UNCHECKED} of (≈ )?${TRACES} traces`)).waitFor();
    await preview
      .getByRole('button', { name: new RegExp(charge) })
      .first()
      .click();
    await preview.getByText('no span:').first().waitFor();
    await preview.getByRole('button', { name: 'Take as example' }).first().click();
    const examples = page.getByTestId('betraceExamples');
    await examples.getByText('As it must').waitFor();
    await page.getByRole('button', { name: 'Save rule' }).click();
    await page.getByText(`${name} was saved`).waitFor();

    await page.getByRole('link', { name, exact: true }).click();
    await examples.getByText('As it must').waitFor();
    await typeRule(page, "trace.has(span => span.name === 'fraud.check')");
    await examples.getByText('Not as it must').waitFor();
    announce(page, /status of 400/);
    await page.getByRole('button', { name: 'Save rule' }).click();
    await page
      .getByRole('alert')
      .getByText(/Example 1 must violate the rule, and does not/)
      .waitFor();
    await page.getByRole('button', { name: 'Save it all the same' }).click();
    await page.getByText(`${name} was saved`).waitFor();
    const { body } = await call<{ rules: Rule[] }>('GET', `${host.url}/api/v1/rules?limit=10000`);
    const saved = body.rules.find((rule) => rule.name === name)!;
    expect((await call<Rule>('GET', `${host.url}/api/v1/rules/${saved.id}`)).body.examples).toHaveLength(1);
  });

  test('why nothing was caught is said', async () => {
    const page = await open(`${host.url}/app/rules/create`);
    const nothing = page.getByTestId('betracePreviewNothing');
    await page.getByTestId('betraceRuleHint').waitFor();
    await typeRule(page, `trace.has(span => span.name === '${charge}' && span.attributes['${amount}s'] > 3)`);
    await nothing.getByText(`No stored span has ${amount}s`).waitFor();
    await typeRule(page, `trace.has(span => span.name === '${charge}' && span.attributes['${amount}'] > ${TRACES})`);
    await nothing.getByText(/none violates it/).waitFor();
    await page.getByTestId('betraceRuleHint').waitFor({ state: 'detached' });
  });

  test('an attribute is offered behind the dot of a span, and a step by what it means', async () => {
    const page = await open(`${host.url}/app/rules/create`);
    const known = page.waitForResponse(/stored_traces\/attributes/);
    await page.reload();
    await known;
    await ruleEditor(page).focus();
    await page.keyboard.type(`trace.has(span => span.isRoot && span.${amount.slice(0, 12)}`);
    await page.getByRole('option', { name: new RegExp(amount) }).click();
    await page.keyboard.type(' > 30).bef');
    await page.getByRole('option', { name: /precededBy/ }).waitFor();
  });

  test('an attribute that stored spans have is offered, with its name alone typed', async () => {
    const page = await open(`${host.url}/app/rules/create`);
    await ruleEditor(page).focus();
    const known = page.waitForResponse(/stored_traces\/attributes/);
    await page.reload();
    await known;
    await ruleEditor(page).focus();
    await page.keyboard.type("trace.has(span => span.attributes['");
    await page.getByRole('option', { name: new RegExp(amount) }).click();
    // behind the quote and the bracket that the editor has closed
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.type(' > 30');
    await page.getByTestId('betraceInWords').getByText(`its attribute '${amount}' is over 30`).waitFor();
    await page
      .getByTestId('betracePreview')
      .getByText(new RegExp(`^9 of (≈ )?${TRACES} traces`))
      .waitFor();
  });

  test('a pasted trace becomes an example', async () => {
    const page = await open(`${host.url}/app/rules/create`);
    await typeRule(page, dsl());
    await page.getByRole('button', { name: 'Paste a trace' }).click();
    const flyout = page.getByTestId('betracePasteFlyout');
    await flyout.getByLabel(/^OTLP/).fill('{');
    await flyout.getByRole('button', { name: 'Add as example' }).click();
    await flyout.getByText('This is not JSON.').waitFor();
    const time = { startTimeUnixNano: '1700000000000000000', endTimeUnixNano: '1700000000000000000' };
    const span = { traceId: randomBytes(16).toString('hex'), spanId: '00000000000000a1', name: 'refund', ...time };
    await flyout.getByLabel(/^OTLP/).fill(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }));
    await flyout.getByLabel('What the rule must say of it').selectOption('Must not violate it');
    await flyout.getByRole('button', { name: 'Add as example' }).click();
    const examples = page.getByTestId('betraceExamples');
    await examples.getByText('1 span: refund').waitFor();
    await examples.getByText('As it must').waitFor();
    await examples.getByLabel('What example 1 must do').selectOption('Must violate the rule');
    await examples.getByText('Not as it must').waitFor();
    await examples.getByRole('button', { name: 'Remove example 1' }).click();
    await examples.getByText(/^None yet/).waitFor();
  });
});
