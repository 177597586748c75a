import type { Client } from '@elastic/elasticsearch';
import { spanOf } from '../common/api/activity';
import { SEVERITIES } from '../common/rules/rule';
import { evidenceStream, violationsStream } from '../common/violations/namespace';
import { installAssets } from '../ingest/installer';
import { ViolationCounts } from '../server/violations/activity';
import { draftOf } from '../server/violations/document';
import { createSigner } from '../server/violations/sign';
import { ElasticsearchViolationStore } from '../server/violations/store';
import { CONTEXT, hex, judgement, SILENT, testRing, witness } from '../server/violations/test_support/fixtures';
import { randomOf } from '../scripts/lib/random.mjs';
import { sharedElasticsearch, uniqueName } from './support/elasticsearch';

const MINUTE_MS = 60_000;
const TO_MS = Date.UTC(2026, 2, 1, 12);
const COUNT = 400;
const PARTS = 7;

interface Found {
  readonly rule: number;
  readonly service: string;
  readonly atMs: number;
}

const severityOf = (rule: number) => SEVERITIES[rule % SEVERITIES.length]!;

describe('counts of violations', () => {
  const space = uniqueName('activity');
  const next = randomOf(42);
  const pick = (most: number): number => Math.floor(next() * most);
  const found: Found[] = Array.from({ length: COUNT }, () => ({
    rule: pick(14),
    service: `service-${pick(13)}`,
    // over three hours, some of them at the very ends of what is asked for
    atMs: TO_MS - pick(180) * MINUTE_MS,
  }));
  let client: Client;
  let counts: ViolationCounts;

  beforeAll(async () => {
    ({ client } = sharedElasticsearch());
    await installAssets(client, SILENT);
    const sign = createSigner(testRing());
    const drafts = found.map(({ rule, service, atMs }) =>
      draftOf(
        judgement({
          traceId: hex(16),
          witnesses: [witness({ service })],
          rule: { id: `rule-${rule}`, name: `Rule ${rule}`, severity: severityOf(rule), space },
        }),
        { ...CONTEXT, foundAt: new Date(atMs) },
      ),
    );
    const written = await new ElasticsearchViolationStore(client, SILENT).write(drafts, sign);
    expect(written).toHaveLength(COUNT);
    await client.indices.refresh({ index: [violationsStream(space), evidenceStream(space)] });
    counts = new ViolationCounts(client);
  });

  const query = (minutes: number) => ({
    from: new Date(TO_MS - minutes * MINUTE_MS).toISOString(),
    to: new Date(TO_MS).toISOString(),
    parts: PARTS,
  });
  const between = (fromMs: number, toMs: number) => found.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
  const partsOf = (some: readonly Found[], fromMs: number, partMs: number): number[] =>
    Array.from(
      { length: PARTS },
      (_, i) => some.filter(({ atMs }) => Math.floor((atMs - fromMs) / partMs) === i).length,
    );

  test.each([60, 45, 7])('of %i minutes are those of counting by hand, and so are those before', async (minutes) => {
    const { fromMs, toMs } = spanOf(query(minutes));
    const now = between(fromMs, toMs);
    const before = between(fromMs - (toMs - fromMs), fromMs);
    const overview = await counts.overview(query(minutes), space);
    expect([overview.count, overview.before]).toEqual([now.length, before.length]);
    for (const { severity, count, before: earlier, counts: parts } of overview.severities) {
      const its = (some: readonly Found[]) => some.filter(({ rule }) => severityOf(rule) === severity);
      expect([severity, count, earlier]).toEqual([severity, its(now).length, its(before).length]);
      expect(parts).toEqual(partsOf(its(now), fromMs, overview.partMs));
    }
    const top = (key: (each: Found) => string) => (some: readonly Found[], name: string) =>
      some.filter((each) => key(each) === name).length;
    const ofRule = top(({ rule }) => `rule-${rule}`);
    expect(overview.rules).toHaveLength(10);
    for (const { ruleId, name, severity, count, before: earlier } of overview.rules) {
      expect([count, earlier]).toEqual([ofRule(now, ruleId), ofRule(before, ruleId)]);
      expect(name).toBe(ruleId.replace('rule-', 'Rule '));
      expect(severity).toBe(severityOf(Number(ruleId.slice(5))));
    }
    const ofService = top(({ service }) => service);
    for (const { service, count, before: earlier } of overview.services) {
      expect([count, earlier]).toEqual([ofService(now, service), ofService(before, service)]);
    }
    for (const list of [overview.rules, overview.services]) {
      expect(list.map(({ count }) => count)).toEqual([...list.map(({ count }) => count)].sort((a, b) => b - a));
    }
  });

  test('of each rule are those of counting by hand, and when it fired last is of all time', async () => {
    const { fromMs, toMs } = spanOf(query(30));
    const { rules, partMs, complete } = await counts.activity(query(30), space);
    expect(complete).toBe(true);
    expect(rules.map(({ ruleId }) => ruleId).sort()).toEqual(
      [...new Set(found.map(({ rule }) => `rule-${rule}`))].sort(),
    );
    for (const { ruleId, count, counts: parts, lastAt } of rules) {
      const its = found.filter(({ rule }) => `rule-${rule}` === ruleId);
      const now = its.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
      expect([ruleId, count]).toEqual([ruleId, now.length]);
      expect(parts).toEqual(partsOf(now, fromMs, partMs));
      expect(Date.parse(lastAt)).toBe(Math.max(...its.map(({ atMs }) => atMs)));
    }
  });

  test('of a space without violations are none', async () => {
    const nowhere = uniqueName('nowhere');
    expect((await counts.activity(query(30), nowhere)).rules).toEqual([]);
    const overview = await counts.overview(query(30), nowhere);
    expect(overview).toMatchObject({ count: 0, before: 0, rules: [], services: [] });
    expect(overview.severities.map(({ counts: parts }) => parts)).toEqual(SEVERITIES.map(() => Array(PARTS).fill(0)));
  });
});
