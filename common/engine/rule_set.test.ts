import type { ActiveRule } from '../rules/rule';
import { createRuleSet } from './rule_set';
import { sketchTrace } from './test_support/traces';

const ruleOf = (id: string, dsl: string, space = 'default'): ActiveRule => ({
  ...{ id, space, dsl, name: id, description: '', version: '', revision: 1, severity: 'HIGH', tags: [], mode: 'on' },
});

const trace = sketchTrace([
  { name: 'payment.charge', attributes: { k: 1 } },
  { name: 'db', parentSpanId: '0000000000000001', resource: { region: 'eu' } },
]);

const ids = (set: ReturnType<typeof createRuleSet>): string[] => set.judge(trace).judgements.map(({ rule }) => rule.id);

describe('a rule set', () => {
  test('judges by every rule that could be true, in order', () => {
    const set = createRuleSet();
    set.replace(
      [
        ruleOf('missing', "trace.missing(s => s.name === 'x')"),
        ruleOf('name', "trace.has(s => s.name === 'db')"),
        ruleOf('prefix', "trace.has(s => s.name.startsWith('pay'))"),
        ruleOf('empty prefix', "trace.has(s => s.name.startsWith(''))"),
        ruleOf('attribute', 'trace.has(s => s.attributes.k > 0)'),
        ruleOf('resource', "trace.has(s => s.attributes.region === 'eu')"),
        ruleOf('or', "trace.has(s => s.name === 'x' || s.name === 'db')"),
        ruleOf('none', "trace.has(s => s.name === 'nothing')"),
        ruleOf('not', "!trace.has(s => s.name === 'nothing')"),
      ],
      7,
    );
    expect(ids(set)).toEqual(['missing', 'name', 'prefix', 'empty prefix', 'attribute', 'resource', 'or', 'not']);
    expect(set.judge(trace).satisfied).toBe(1);
    expect([set.size, set.revision]).toEqual([9, 7]);
    expect([...set.attributes()].sort()).toEqual(['k', 'region']);
  });

  test('finds what one of many spans has, wherever it stands', () => {
    const set = createRuleSet();
    set.replace([ruleOf('one', "trace.has(s => s.attributes.k === 'x' && s.kind === 'CLIENT')")], 1);
    for (let place = 0; place < 70; place++) {
      const spans = Array.from({ length: 70 }, (_, i) => ({
        startUs: i,
        kind: 'CLIENT' as const,
        ...(i === place && { attributes: { k: 'x' } }),
      }));
      const [found] = set.judge(sketchTrace(spans)).judgements;
      expect(found?.witnesses.map(({ startUs }) => startUs)).toEqual([place]);
    }
  });

  test("judges by the rules of the trace's spaces only", () => {
    const set = createRuleSet();
    set.replace([ruleOf('here', 'true'), ruleOf('there', 'true', 'other')], 1);
    expect(ids(set)).toEqual(['here']);
    expect(set.judge({ ...trace, spaces: ['other', 'default', 'other'] }).judgements).toHaveLength(2);
    expect(set.judge({ ...trace, spaces: [] })).toEqual({ judgements: [], satisfied: 0 });
  });

  test('a rule that does not compile stands in the way of none', () => {
    const set = createRuleSet();
    const rejected = set.replace([ruleOf('bad', 'trace.has('), ruleOf('good', 'true')], 1);
    expect(rejected).toMatchObject([{ id: 'bad', space: 'default', problems: [{ code: 'BT_SYNTAX' }] }]);
    expect(ids(set)).toEqual(['good']);
    expect(set.size).toBe(1);
  });

  test('judgements say what the bridge must pass on', () => {
    const set = createRuleSet();
    set.replace([ruleOf('name', "trace.has(s => s.name === 'db')")], 1);
    const [judgement] = set.judge({ ...trace, flags: { ...trace.flags, orphans: 3 } }, 250).judgements;
    expect(judgement).toMatchObject({
      rule: { id: 'name', severity: 'HIGH', mode: 'on' },
      traceId: trace.traceId,
      source: 'otlp',
      verdict: 'violated',
      witnesses: [{ name: 'db' }],
      absences: [],
      completeness: { orphans: 3, truncated: false, split: false, dropped: 0, root_seen: true },
      waitedMs: 250,
    });
    expect(judgement!.rule).not.toHaveProperty('dsl');
  });

  test('replacing many rules with one changed costs little', () => {
    const rules = Array.from({ length: 10_000 }, (_, i) => ruleOf(`r${i}`, `trace.has(s => s.name === 'n${i}')`));
    const set = createRuleSet();
    const first = performance.now();
    set.replace(rules, 1);
    const start = performance.now();
    set.replace([ruleOf('new', "trace.has(s => s.name === 'db')"), ...rules.slice(1)], 2);
    expect(performance.now() - start).toBeLessThan((start - first) / 2);
    expect(ids(set)).toEqual(['new']);
    expect(set.judge(trace).satisfied).toBe(9_999);
  });
});

describe('a replacement in the making', () => {
  const rules = (count: number, prefix: string): ActiveRule[] =>
    Array.from({ length: count }, (_, i) => ruleOf(`${prefix}${i}`, `trace.has(s => s.name === '${prefix}${i}')`));
  /** Enough after so many rules. */
  const after = (count: number) => {
    let left = count;
    return () => left-- <= 0;
  };

  test('leaves traces to the rules before it until all of its own are there', () => {
    const set = createRuleSet();
    set.replace([ruleOf('old', "trace.has(s => s.name === 'db')")], 1);
    const replacement = set.prepare([...rules(9, 'x'), ruleOf('new', 'true'), ruleOf('bad', 'trace.')], 2);
    for (let i = 0; i < 5; i++) {
      expect(replacement.advance(after(2))).toBeUndefined();
      expect([ids(set), set.revision, set.size]).toEqual([['old'], 1, 1]);
    }
    expect(replacement.advance(after(2))).toMatchObject([{ id: 'bad' }]);
    expect([ids(set), set.revision, set.size]).toEqual([['new'], 2, 10]);
  });

  test('gives way to a newer one, whatever became of it', () => {
    const set = createRuleSet();
    const first = set.prepare([ruleOf('first', 'true'), ...rules(5, 'x')], 1);
    expect(first.advance(after(1))).toBeUndefined();
    const second = set.prepare([ruleOf('second', 'true')], 2);
    expect(first.advance(after(100))).toBeUndefined();
    expect([ids(set), set.revision]).toEqual([[], 0]);
    expect(second.advance(after(100))).toEqual([]);
    expect(first.advance(after(100))).toBeUndefined();
    expect([ids(set), set.revision]).toEqual([['second'], 2]);
  });

  test('compiles no text again that an unfinished one has compiled', () => {
    const set = createRuleSet();
    const many = rules(5000, 'x');
    const start = performance.now();
    set.prepare(many, 1).advance(after(4999));
    const middle = performance.now();
    expect(set.prepare(many, 2).advance(after(5000))).toEqual([]);
    expect(performance.now() - middle).toBeLessThan((middle - start) / 2);
  });

  test('stops when it is told to, and traces are judged in between', () => {
    const set = createRuleSet();
    set.replace([ruleOf('old', "trace.has(s => s.name === 'db')")], 1);
    const replacement = set.prepare(rules(10_000, 'x'), 2);
    expect(replacement.advance(() => true)).toBeUndefined();
    let slices = 0;
    for (let rejected; rejected === undefined; slices++) {
      expect(ids(set)).toEqual(['old']);
      const until = performance.now() + 5;
      rejected = replacement.advance(() => performance.now() >= until);
    }
    expect(ids(set)).toEqual([]);
    expect(slices).toBeGreaterThan(20);
  }, 60_000);
});
