import { compile } from '../engine/compile';
import type { Problem } from '../problem';

function problemsOf(text: string): readonly Problem[] {
  const result = compile(text);
  return 'rule' in result ? [] : result.problems;
}

const has = (body: string): string => `trace.has(span => ${body})`;
const codes = (text: string): string[] => problemsOf(text).map(({ code }) => code);

describe('checking', () => {
  test.each([
    ["span.name === 'a' && span.status !== 'OK'"],
    ["span.status == 'TIMEOUT' || 'TIMEOUT' !== span.status"],
    ["['OK', 'TIMEOUT'].includes(span.status)"],
    ["span?.attributes?.['a'].b[0].c.length > 2"],
    ["span['name'] === 'a' && span.attributes.region === 'eu'"],
    ["span.attributes[`k`].toLowerCase().trim().slice(1, -1).split(',').at(0).includes('x')"],
    ["(span.attributes['a'] ?? span.resource['b'] ?? 0) > 1"],
    ["span.duration > '1.5 s' && '2min' >= span.endTime - span.startTime && span.duration !== '1h'"],
    ['Math.max(span.duration, 1, 2) > 1 && Math.abs(-span.duration) < 9007199254740993'],
    ["span.parentSpanId !== null && span.service !== undefined && typeof span.attributes.x === 'string'"],
    ["Array.isArray(span.attributes.x) && String(1) + 'a' < `b` && Number('1') % 2 === 1"],
    ["span.attributes['__proto__'] === 'x' && 'constructor' in span.attributes"],
    ['span.attributes.a == null'],
  ])('%s compiles', (body) => {
    expect(problemsOf(has(body))).toEqual([]);
  });

  test.each([
    ['trace.has(s => s.isRoot).and(t => t.isRoot).or(trace.missing(u => u.isRoot)).not().within(1500)'],
    ['trace.where(s => s.isRoot).where(s => s.timedOut).missing(s => s.isRoot)'],
    ['3 < trace.count(s => s.isRoot)'],
    ['trace.where(s => s.isRoot).has(s => s.isRoot).count() <= -1'],
    ['true || !(trace.not(s => s.isRoot) && trace.has(s => s.isRoot))'],
    ['(trace.has(s => s.isRoot) || trace.has(s => s.timedOut)).within("5 ms")'],
    ['const a = s => s.isRoot; const b = s => a(s) || a(s); trace.has(a).and(b)'],
    ['trace.has((a, b) => a.name === b.name && a !== b)'],
    ['trace.has(a => trace.missing(b => b.startTime < a.startTime && b.children.some(c => c.name === a.name)))'],
    ['trace.groupBy(s => [s.service, s.attributes["db.statement"]]).count(s => s.kind === "CLIENT") > 10'],
    ['trace.groupBy(s => s.parent).some(g => g.count(s => s.isRoot) > 1 && g.duration > "1s")'],
    ['trace.under(s => s.name === "a").has(s => s.name === "b").and(s => s.name === "c").within("1s")'],
    ['trace.has(s => s.isRoot).within("1s").count() >= 3'],
    ['trace.count(s => s.isRoot) > trace.count(s => s.timedOut)'],
    ['trace.avg(s => s.duration, s => s.isRoot) > "1s" && trace.percentile(s => s.duration, 99.9) < 5'],
    ['trace.spans.some(s => s.isRoot) && trace.services.includes("x") && trace.root?.name !== "a"'],
    ['trace.has(a => a.isRoot).followedBy((a, b) => b.name === a.name).within("1s").precededBy(c => c.isRoot)'],
    ['trace.has(a => a.isRoot).requires((a, b) => b.parent === a).requires(s => s.timedOut)'],
    ['const near = (a, b) => a.service === b.service; trace.has(near).or(trace.has(s => near(s, s.parent)))'],
    ['trace.has(s => (trace.has(a => a.isRoot) && s.isRoot).within("1s"))'],
    [
      'trace.has(s => s.events.filter(e => e.name === "exception").map(e => e.attributes["exception.type"]).includes("T"))',
    ],
    ['trace.has(s => !s.parent && s.links.length > 0 && s.scope.name.matches(/^io\\./i) && s.depth === 0)'],
  ])('%s compiles', (text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  test.each([
    [has("span.status < 'TIMEOUT'"), 'BT_TIMEOUT_STATUS'],
    [has("span.status + 'TIMEOUT' === 'x'"), 'BT_TIMEOUT_STATUS'],
    [has("(span.isRoot ? span.status : span.status) === 'TIMEOUT'"), 'BT_TIMEOUT_STATUS'],
    [has("span.kind === 'server'"), 'BT_UNKNOWN_VALUE'],
    [has("['OK', 'FAILED'].includes(span.status)"), 'BT_UNKNOWN_VALUE'],
    [has('span.name === null'), 'BT_NEVER_EQUAL'],
    [has('span.name == null'), 'BT_NEVER_EQUAL'],
    [has('[1] === [1]'), 'BT_NEVER_EQUAL'],
    [has("span.duration > '5'"), 'BT_INVALID_DURATION'],
    [has("span.startTime > '5 s'"), 'BT_NOT_COMPARABLE'],
    [has('span.name.startsWith(5)'), 'BT_WRONG_ARGUMENT'],
    [has('+span.name'), 'BT_NOT_ARITHMETIC'],
    [has('-span.name'), 'BT_NOT_ARITHMETIC'],
    [has('span.events.size > 1'), 'BT_UNKNOWN_PROPERTY'],
    [has('span.events.some(e => e.nmae === "x")'), 'BT_UNKNOWN_PROPERTY'],
    [has('span.events.some((a, b) => true)'), 'BT_ARROW_PARAMETERS'],
    [has('span.parent.children.some(c => c.nmae === "x")'), 'BT_UNKNOWN_PROPERTY'],
    [has('span.parent?.events[0].nmae === "x"'), 'BT_UNKNOWN_PROPERTY'],
    ['trace.root.descendants.at(-1).nmae === "x"', 'BT_UNKNOWN_PROPERTY'],
    [has('span.children.some(a => a.children.some(b => b.children.some(c => c.isRoot)))'), 'BT_TOO_MANY_VARIABLES'],
    [has('span.parent === span.name'), 'BT_NEVER_EQUAL'],
    [has('span.parent + 1 > 2'), 'BT_NOT_A_VALUE'],
    [has('span.links[0].time > 1'), 'BT_UNKNOWN_PROPERTY'],
    [has('span.name.matches(1)'), 'BT_WRONG_ARGUMENT'],
    [has('/(?=a)b/.test(span.name)'), 'BT_INVALID_REGEX'],
    [has('/a/.exec(span.name)'), 'BT_NOT_A_VALUE'],
    [has('Math.sqrt(2) > 1'), 'BT_UNKNOWN_METHOD'],
    [has('span.constructor'), 'BT_UNKNOWN_PROPERTY'],
    [has('span.__proto__'), 'BT_UNKNOWN_PROPERTY'],
    [has('x => x'), 'BT_NOT_A_VALUE'],
    [has("'x' in span.name"), 'BT_WRONG_ARGUMENT'],
    ['trace.has((a, b, c) => a.isRoot)', 'BT_ARROW_PARAMETERS'],
    ['trace.count((a, b) => a.isRoot) > 1', 'BT_ARROW_PARAMETERS'],
    ['trace.has((a, b) => a.isRoot).count() > 1', 'BT_UNKNOWN_METHOD'],
    ['trace.has(s => s.isRoot).and((a, b) => a.isRoot)', 'BT_ARROW_PARAMETERS'],
    ['trace.missing(s => s.isRoot).followedBy((a, b) => a.isRoot)', 'BT_NOTHING_TO_BIND'],
    ['trace.groupBy(s => s.name).count(s => s.isRoot) + 1 > 2', 'BT_SCOPED_NUMBER'],
    [
      'trace.under(s => s.isRoot).count(s => s.isRoot) > trace.under(s => s.isRoot).count(s => s.isRoot)',
      'BT_SCOPED_NUMBER',
    ],
    ['trace.groupBy(s => s.name).some(g => g.nope())', 'BT_UNKNOWN_METHOD'],
    ['trace.groupBy(s => s.name)', 'BT_NOT_A_RULE'],
    ['trace.sum(s => s.name) > 1', 'BT_WRONG_ARGUMENT'],
    ['trace.percentile(s => s.duration, 101) > 1', 'BT_WRONG_ARGUMENT'],
    ['trace.duration', 'BT_NUMBER_NOT_COMPARED'],
    ['trace.root.name', 'BT_NOT_A_RULE'],
    ['traces.duration > 1', 'BT_SEVERAL_TRACES'],
    ['trace.has(s => s.isRoot).within(-5)', 'BT_INVALID_DURATION'],
    ['trace.has(s => s.isRoot).within("5 fortnights")', 'BT_INVALID_DURATION'],
    ['trace.has(s => s.isRoot) ? true : false', 'BT_MATCH_AS_VALUE'],
    ['trace', 'BT_NOT_A_RULE'],
    ['"x"', 'BT_NOT_A_RULE'],
    ['const a = 5; true', 'BT_WRONG_ARGUMENT'],
    ['const a = s => a(s); trace.has(a)', 'BT_UNKNOWN_NAME'],
    ['trace.__proto__(s => s.isRoot)', 'BT_UNKNOWN_METHOD'],
    ['trace[0](s => s.isRoot)', 'BT_NOT_A_VALUE'],
  ])('%s is refused', (text, code) => {
    expect(codes(text)).toEqual([code]);
  });

  test('all problems are told, in text order', () => {
    expect(codes("trace.has(s => s.nmae === 'a' && s.kidn === 'b').und(x)")).toEqual([
      'BT_UNKNOWN_PROPERTY',
      'BT_UNKNOWN_PROPERTY',
    ]);
    expect(codes('trace.has(s => s.a).and(t => t.b)')).toEqual(['BT_UNKNOWN_PROPERTY']);
  });

  test('a fix mends the text', () => {
    const text = "trace.hass(span => span.nmae === 'x' && span.status === 'eror')";
    let mended = text;
    for (let i = 0; i < 5; i++) {
      const [problem] = problemsOf(mended);
      if (!problem?.fix) break;
      const { offset, length, fix } = problem;
      mended = mended.slice(0, offset) + fix.text + mended.slice(offset + length);
    }
    expect(mended).toBe("trace.has(span => span.name === 'x' && span.status === 'ERROR')");
    expect(problemsOf(mended)).toEqual([]);
  });

  test('named predicates count at each use', () => {
    const doubling = Array.from({ length: 60 }, (_, i) =>
      i === 0 ? 'const p0 = s => s.isRoot;' : `const p${i} = s => p${i - 1}(s) && p${i - 1}(s);`,
    );
    expect(codes(`${doubling.slice(0, 7).join('\n')} trace.has(p6)`)).toEqual([]);
    expect(codes(`${doubling.join('\n')} trace.has(p59)`)).toEqual(['BT_TOO_MANY_PREDICATES']);
  });
});

describe('versions', () => {
  const version = (text: string): string => {
    const result = compile(text);
    return 'rule' in result ? result.rule.version : 'none';
  };

  test('layout, comments and quotes make no difference, meaning does', () => {
    const one = version("trace.has(span => span.name === 'a')");
    expect(one).toMatch(/^[0-9a-f]{16}$/);
    expect(version('trace // here\n .has( (span) => (span.name === "a"), );')).toBe(one);
    expect(version("trace.has(span => span.name === 'b')")).not.toBe(one);
  });

  test('is the one that stored rules have', () => {
    expect(version("trace.has(span => span.name === 'a')")).toBe('af79a278cf2a5a13');
  });
});
