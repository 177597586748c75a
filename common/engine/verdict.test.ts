import type { TraceFlags } from '../trace/trace';
import { compile } from './compile';
import type { Verdict } from './judgement';
import type { SpanSketch } from './test_support/traces';
import { sketchTrace } from './test_support/traces';

function judge(dsl: string, sketches: readonly SpanSketch[], flags: Partial<TraceFlags> = {}): Verdict {
  const result = compile(dsl);
  if (!('rule' in result)) throw new Error(JSON.stringify(result.problems));
  return result.rule.evaluate(sketchTrace(sketches, flags));
}

const a: SpanSketch = { name: 'a' };
const is = (name: string): string => `s => s.name === '${name}'`;

describe('incomplete traces', () => {
  const dropped: SpanSketch = { name: 'a', dropped: { attributes: 1, events: 0, links: 0 } };

  test('a span that lost nothing is certain', () => {
    const dsl = 'trace.has(s => s.attributes.k === undefined)';
    expect(judge(dsl, [dropped, { name: 'whole' }], { dropped: 1 })).toMatchObject({
      kind: 'violated',
      witnesses: [{ name: 'whole' }],
    });
  });
});

describe('a source that has lost what the rule looks at', () => {
  const late: SpanSketch = { ...a, kind: 'SERVER', status: 'ERROR', statusMessage: 'late', attributes: { k: 1 } };

  test.each([
    ['events', 'events of spans', 's => s.events.length === 0'],
    ['links', 'links of spans', 's => s.links.length === 0'],
    ['scope', 'scopes', "s => s.scope.name !== 'x'"],
    ['resource', 'all of the resource', "s => s.resource.region === 'x'"],
    ['kind', 'kinds of spans', "s => s.kind === 'SERVER'"],
    ['status_message', 'messages of a status', "s => s.statusMessage === 'late'"],
    ['ok_or_unset', 'whether a status is OK or unset', "s => s.status !== 'OK'"],
    ['typed_attributes', 'the types of attributes', 's => s.attributes.k === 1'],
    ['attribute_keys', 'the names of attributes as they were', "s => 'k.l' in s.attributes"],
  ] as const)(
    '%s: without %s, %s is inconclusive, whether true or not, and certain elsewhere',
    (name, words, predicate) => {
      const others = ['events', 'links', 'scope', 'resource', 'kind', 'status_message', 'ok_or_unset'];
      for (const dsl of [`trace.has(${predicate})`, `trace.missing(${predicate})`]) {
        expect(judge(dsl, [late], { lossy: [name] })).toMatchObject({
          kind: 'inconclusive',
          message: expect.stringContaining(`its source does not keep ${words})`),
        });
        const lossy = others.filter((other) => other !== name);
        if (others.includes(name)) expect(judge(dsl, [late], { lossy })).toEqual(judge(dsl, [late]));
      }
    },
  );

  test('what it has not lost is certain', () => {
    expect(judge(`trace.has(${is('a')})`, [late], { lossy: ['events', 'kind', 'typed_attributes'] }).kind).toBe(
      'violated',
    );
    expect(judge(`trace.has(${is('b')})`, [late], { lossy: ['events', 'kind', 'typed_attributes'] }).kind).toBe(
      'satisfied',
    );
  });
});

describe('clocks that may differ', () => {
  const on = (name: string, host: string, startUs: number): SpanSketch => ({
    name,
    startUs,
    resource: { 'host.name': host },
  });
  const kindOf = (dsl: string, sketches: readonly SpanSketch[]): string => {
    const result = compile(dsl);
    if (!('rule' in result)) throw new Error(JSON.stringify(result.problems));
    return result.rule.evaluate(sketchTrace(sketches), { clockSkewUs: 1000 }).kind;
  };
  const after = `trace.has(${is('a')}).followedBy(${is('b')})`;
  const before = 'trace.has((x, y) => x.name === "a" && y.name === "b" && x.startTime < y.startTime)';

  test.each([
    ['closer than the skew, on two hosts', [on('a', 'h1', 0), on('b', 'h2', 999)], 'inconclusive'],
    ['as far apart as the skew', [on('a', 'h1', 0), on('b', 'h2', 1000)], 'violated'],
    ['on one host', [on('a', 'h1', 0), on('b', 'h1', 1)], 'violated'],
    ['the other way round, far apart', [on('a', 'h1', 5000), on('b', 'h2', 0)], 'satisfied'],
  ])('%s', (_what, sketches, expected) => {
    expect(kindOf(after, sketches)).toBe(expected);
    expect(kindOf(before, sketches)).toBe(expected);
    expect(kindOf(`trace.has(${is('a')})`, sketches)).toBe('violated');
  });
});

test('an alternative that leads nowhere does not stand in the way of the next', () => {
  const dsl = `trace.has(${is('a')}).requires(${is('b')}).requires(${is('c')}).followedBy(${is('d')})`;
  const spans: SpanSketch[] = [a, { name: 'b' }, { name: 'd', startUs: 5 }];
  expect(judge(dsl, spans)).toMatchObject({ kind: 'violated', absences: [{ looked_for: "name === 'c'" }] });
  expect(judge(dsl, [...spans, { name: 'c' }]).kind).toBe('satisfied');
});

describe('messages and evidence', () => {
  test.each<[string, SpanSketch[], Partial<TraceFlags>, string]>([
    [
      "trace.has(s => s.attributes['data.contains_pii'] === true).and(trace.missing(s => s.name === 'audit.log'))",
      [{ name: 'user.read', attributes: { 'data.contains_pii': true } }],
      {},
      `"user.read" (api) matched attributes['data.contains_pii'] === true; no span matched name === 'audit.log'`,
    ],
    [
      `trace.has(${is('a')}).and(${is('b')}).within('5 seconds')`,
      [a, { name: 'b', startUs: 1_234_567 }],
      {},
      `"a" (api) matched name === 'a'; "b" (api) matched name === 'b'; 1.235 s apart (within 5 seconds)`,
    ],
    [
      `trace.has(${is('a')}).and(trace.missing(${is('b')})).within('5 s')`,
      [a],
      { orphans: 2, truncated: true },
      `"a" (api) matched name === 'a'; no span matched name === 'b' within 5 s` +
        ' (not certain: the parents of 2 spans are unknown, the trace was cut short)',
    ],
    [
      `trace.where(${is('a')}).count(${is('a')}) > 1`,
      [a, a, a],
      {},
      `"a" (api) matched name === 'a'; 3 spans matched name === 'a' (more than 1)`,
    ],
    [
      `trace.where(${is('b')}).has(${is('a')}).followedBy(${is('c')})`,
      [a, { name: 'b', startUs: 5 }, { name: 'c', startUs: 7 }, { name: 'b', startUs: 9 }],
      {},
      `"b" (api) matched name === 'b'; "a" (api) matched name === 'a'; "c" (api) matched name === 'c'; 7 µs later`,
    ],
    [
      `trace.has(${is('a')}).precededBy(trace.missing(${is('b')}))`,
      [a, { name: 'b', startUs: 9 }],
      {},
      `"a" (api) matched name === 'a'; no span matched name === 'b' before it`,
    ],
    [
      `trace.has(${is('a')}).followedBy(trace.missing(${is('b')})).within('5 s')`,
      [{ name: 'a', startUs: 5 }, { name: 'b' }],
      {},
      `"a" (api) matched name === 'a'; no span matched name === 'b' within 5 s after it`,
    ],
    [
      `trace.has(${is('a')}).followedBy(trace.missing(${is('b')})).followedBy(${is('c')})`,
      [a, { name: 'c', startUs: 5 }],
      {},
      `"a" (api) matched name === 'a'; no span matched name === 'b' in between; "c" (api) matched name === 'c'; 5 µs later`,
    ],
    [`trace.not(trace.where(${is('b')}).count(${is('a')}) > 5)`, [a], {}, `no span matched name === 'b'`],
    [`!trace.has(${is('b')}).within(5)`, [a], {}, 'nothing of the kind lies within 5 ms'],
    ['true', [a], {}, 'The rule is true of every trace'],
  ])('%s', (dsl, sketches, flags, message) => {
    expect(judge(dsl, sketches, flags).message).toBe(message);
  });

  test('are one line, bounded, and carry no attribute values', () => {
    const name = 'x\n\u2028'.repeat(5000);
    const { message } = judge(
      `trace.has(s => s.attributes.password.includes('e') && ${"s.name !== 'y' && ".repeat(200)} true)`,
      [{ name, attributes: { password: 'secret' } }],
    );
    expect(message.length).toBeLessThanOrEqual(1000);
    expect(message).not.toMatch(/[\n\r\u2028]|secret/);
  });

  test('evidence has what the rule mentions, from the span or its resource', () => {
    const sketch = {
      attributes: { k: 1, other: 2 },
      resource: { region: 'eu', 'deployment.environment.name': 'prod' },
    };
    const { witnesses } = judge("trace.has(s => s.attributes.k === 1 && s.attributes.region !== 'us')", [sketch]);
    expect(witnesses).toHaveLength(1);
    expect(witnesses[0]).toMatchObject({ service: 'api', environment: 'prod', role: 'match' });
    expect([...witnesses[0]!.attributes]).toEqual([
      ['k', 1],
      ['region', 'eu'],
    ]);
  });

  test('of a count the first that are enough; without a witness the root', () => {
    expect(judge(`trace.count(${is('a')}) > 1`, [a, a, a, a]).witnesses).toHaveLength(2);
    const spans: SpanSketch[] = [{ parentSpanId: 'ff' }, { name: 'root', startUs: 5 }];
    expect(judge(`trace.missing(${is('b')})`, spans).witnesses).toMatchObject([{ name: 'root', role: 'trace' }]);
    expect(judge('true', []).witnesses).toEqual([]);
  });
});

describe('cost', () => {
  const crowd = (count: number): SpanSketch[] =>
    Array.from({ length: count }, (_, i) => ({ name: i % 2 ? 'a' : 'b', startUs: i }));
  const near = `trace.has(${is('a')}).and(${is('b')})`;

  test('many spans near each other are decided', () => {
    const before = process.cpuUsage();
    expect(judge(`${near}.within('1s')`, crowd(50_000)).kind).toBe('violated');
    expect(judge(`trace.has(${is('a')}).and(trace.missing(${is('c')})).within('1s')`, crowd(50_000)).kind).toBe(
      'violated',
    );
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(3000);
  });

  test('what would take too long is inconclusive', () => {
    const start = performance.now();
    const verdict = judge('trace.has((a, b) => a.spanId === b.traceId)', crowd(10_000));
    expect(verdict).toMatchObject({ kind: 'inconclusive', message: expect.stringContaining('BT_TOO_COSTLY') });
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  const has = `trace.has(${is('a')})`;
  test.each([
    ['many nots', has + '.not()'.repeat(1000)],
    ['many withins', has + ".within('1s')".repeat(600)],
    ['many withins over an absence', `${has}.and(trace.missing(${is('c')}))` + ".within('1s')".repeat(600)],
    ['many ands', has + `.and(${is('b')})`.repeat(250)],
    ['many ors inside a within', `(${has}${`.or(${is('b')})`.repeat(120)}).and(${is('b')}).within('1s')`],
    ['withins in turn', has + `.and(${is('b')}).within('1s')`.repeat(150)],
    ['a long sum', `trace.has(s => ${'1 + '.repeat(2000)} 1 > s.duration)`],
    ['a long chain', `trace.has(s => s.name${'.trim()'.repeat(1000)} === 'a')`],
    ['deep brackets', `trace.has(s => ${'-(1 + '.repeat(30)}s.duration${')'.repeat(30)})`],
  ])('%s compile and are judged soon', (_what, dsl) => {
    const start = performance.now();
    const trace = sketchTrace(crowd(300));
    const result = compile(dsl);
    if (!('rule' in result)) throw new Error(JSON.stringify(result.problems));
    expect(result.rule.evaluate(trace).kind).toMatch(/violated|inconclusive|satisfied/);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});
