import fc from 'fast-check';

/** The text of an expression, made of choices that fast-check can shrink. */
type Text = fc.Arbitrary<string>;

const join = (...parts: (string | Text)[]): Text =>
  fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
    .map((texts) => texts.join(''));
const pick = (...texts: string[]): Text => fc.constantFrom(...texts);

const relation = pick('<', '<=', '>', '>=');
const equality = pick('===', '!==');
const duration = pick("'0 us'", "'1 us'", "'2 us'", "'3us'", '0.004');
const list = pick('children', 'descendants', 'siblings', 'ancestors');
const VARIABLES = ['s', 't', 'u'];

/** Something that is true or false of a span, other spans being in scope. */
function about(span: string, others: readonly string[], depth: number): Text {
  const own: Text[] = [
    join(`${span}.name `, equality, ' ', pick("'a'", "'b'", "'c'")),
    pick(
      `${span}.name === 'a'`,
      `${span}.name === 'b'`,
      `${span}.name.startsWith('a')`,
      `['a', 'c'].includes(${span}.name)`,
    ),
    pick(
      `${span}.status === 'ERROR'`,
      `${span}.status !== 'TIMEOUT'`,
      `${span}.timedOut`,
      `['OK', 'TIMEOUT'].includes(${span}.status)`,
      `${span}.isRoot`,
    ),
    pick(
      `${span}.attributes.k > 1`,
      `${span}.attributes.k === 'x'`,
      `${span}.attributes['k'] !== 'x'`,
      `'k' in ${span}.attributes`,
    ),
    pick(
      `${span}.attributes.k === undefined`,
      `${span}.attributes.k == null`,
      `${span}.attributes.k === 9007199254740993`,
      `typeof ${span}.attributes.k === 'number'`,
      `(${span}.attributes.k ?? 2) + 1 <= 3`,
      `String(${span}.attributes.k).length < 4`,
      `${span}.attributes.k.k === 'x'`,
      `${span}.attributes.k[1] === -(-1)`,
      `[1, 'y', true].includes(${span}.attributes.k)`,
    ),
    pick(
      `/^a/.test(${span}.name)`,
      `${span}.attributes.k.matches(/X|1/i)`,
      `${span}.name.matches(/b$/)`,
      `/[0-9]a|b?c/.test(${span}.name)`,
    ),
    join(`${span}.duration `, relation, ' ', duration),
    pick(
      `${span}.parent?.name === 'a'`,
      `!${span}.parent`,
      `${span}.depth > 0`,
      `${span}.parent === ${span}.ancestors[0]`,
      `${span}.events.some(e => e.name === 'exception' && e.time > 0.002)`,
      `${span}.events.map(e => e.attributes['exception.type']).includes('TimeoutError')`,
      `${span}.links.length === 0`,
      `${span}.scope.name === 'io.s1'`,
      `${span}.resource['service.name'] === ${span}.service`,
      `Math.max(${span}.startTime, 0.002) <= 0.004`,
    ),
  ];
  if (depth <= 0) return fc.oneof(...own, ...others.map((other) => between(other, span)));
  const inner = about(span, others, depth - 1);
  const combined: Text[] = [
    join('(', inner, ' && ', inner, ')'),
    join('(', inner, ' || ', inner, ')'),
    join('!(', inner, ')'),
    join('(', inner, ' ? ', inner, ' : ', inner, ')'),
  ];
  const next = VARIABLES[others.length + 1];
  const nested: Text[] =
    next === undefined
      ? []
      : [
          join(
            `${span}.`,
            pick('', 'parent.', 'parent?.'),
            list,
            '.',
            pick('some', 'every'),
            `(${next} => `,
            about(next, [...others, span], depth - 1),
            ')',
          ),
          join(`${span}.`, list, `.filter(${next} => `, about(next, [...others, span], depth - 1), ').length > 0'),
          join(`${span}.`, list, `.find(${next} => `, about(next, [...others, span], 0), ")?.name === 'a'"),
          join(
            'trace.',
            pick('has', 'missing', 'every'),
            `(${next} => `,
            about(next, [...others, span], depth - 1),
            ')',
          ),
          join(`trace.count(${next} => `, about(next, [...others, span], depth - 1), ') ', relation, ' 1'),
          join(
            `trace.has(${next} => `,
            about(next, [...others, span], 0),
            `).followedBy(${next} => `,
            about(next, [...others, span], 0),
            ')',
          ),
          join(`trace.sum(${next} => ${next}.duration, ${next} => `, about(next, [...others, span], 0), ") > '2 us'"),
        ];
  return fc.oneof(
    { weight: 6, arbitrary: fc.oneof(...own) },
    { weight: 3, arbitrary: fc.oneof(...combined) },
    ...others.map((other) => ({ weight: 4, arbitrary: between(other, span) })),
    ...(nested.length > 0 ? [{ weight: 3, arbitrary: fc.oneof(...nested) }] : []),
  );
}

/** Something that two spans have to do with each other. */
const between = (a: string, b: string): Text =>
  pick(
    `${a}.attributes['order.id'] === ${b}.attributes['order.id']`,
    `${a}.endTime <= ${b}.startTime`,
    `${b}.startTime - ${a}.startTime < '3 us'`,
    `${a}.name === ${b}.name`,
    `${b}.parent === ${a}`,
    `${a} !== ${b}`,
    `${a}.startTime < ${b}.startTime && ${b}.name === 'b'`,
  );

const predicate = (depth: number): Text => join('s => ', about('s', [], depth));
const pair: Text = join(
  '(s, t) => ',
  fc.oneof(about('t', ['s'], 1), join(about('s', [], 0), ' && ', between('s', 't'))),
);
const keyed = pick(
  's => s.name',
  's => s.service',
  "s => s.attributes['order.id']",
  's => s.parent',
  's => [s.name, s.attributes.k]',
  's => s.depth',
);

/** A number that a trace or a group has. */
const numberOf = (root: string): Text =>
  fc.oneof(
    join(`${root}.count(`, predicate(1), ')'),
    join(`${root}.has(`, predicate(0), ').count()'),
    join(`${root}.has(`, predicate(0), ').within(', duration, ').count()'),
    join(`${root}.distinct(`, keyed, ')'),
    join(`${root}.`, pick('sum', 'avg', 'min', 'max'), '(s => s.attributes.k)'),
    join(`${root}.percentile(s => s.attributes.k, `, pick('50', '99', '0'), ', ', predicate(0), ')'),
    pick(`${root}.duration`, `${root}.max(s => s.duration * 1000)`, `${root}.spans.length`, `${root}.services.length`),
  );

const scoped = (root: string): Text =>
  fc.oneof(
    join(`${root}.where(`, predicate(1), ')'),
    join(`${root}.under(`, predicate(1), ')'),
    join(`${root}.groupBy(`, keyed, ')'),
  );

/** A match, as a chain that begins with the trace or a group. */
function chain(root: string, depth: number): Text {
  // right after `under` and `groupBy`, `every` is about groups
  const grouped = Math.max(root.lastIndexOf('.under('), root.lastIndexOf('.groupBy(')) > root.lastIndexOf('.where(');
  const none = grouped ? ['missing'] : ['missing', 'every'];
  const simple: Text[] = [
    join(`${root}.`, pick('has', 'has', 'has', ...none), '(', predicate(1), ')'),
    join(`${root}.`, pick('has', 'has', ...none), '(', pair, ')'),
  ];
  if (depth <= 0) return fc.oneof(...simple);
  const left = chain(root, depth - 1);
  const argument = fc.oneof(predicate(1), match(depth - 1));
  const witnessed = join(`${root}.has(`, predicate(1), ')');
  return fc.oneof(
    { weight: 4, arbitrary: fc.oneof(...simple) },
    { weight: 3, arbitrary: join(left, pick('.and(', '.and(', '.or('), argument, ')') },
    { weight: 1, arbitrary: join(left, '.not()') },
    { weight: 1, arbitrary: join(`${root}.not(`, argument, ')') },
    { weight: 3, arbitrary: join(left, '.within(', duration, ')') },
    { weight: 3, arbitrary: join(left, pick('.followedBy(', '.followedBy(', '.precededBy('), argument, ')') },
    { weight: 2, arbitrary: join(left, '.followedBy(', argument, ').within(', duration, ')') },
    {
      weight: 2,
      arbitrary: join(
        witnessed,
        pick('.followedBy(', '.precededBy('),
        `${root}.missing(`,
        predicate(0),
        ')).followedBy(',
        predicate(0),
        ')',
      ),
    },
    { weight: 2, arbitrary: join(left, '.requires(', argument, ')') },
    {
      weight: 1,
      arbitrary: join(left, '.requires(', predicate(0), ').requires(', predicate(0), ').within(', duration, ')'),
    },
    { weight: 3, arbitrary: join(witnessed, pick('.followedBy(', '.precededBy(', '.requires('), pair, ')') },
    { weight: 1, arbitrary: join(witnessed, '.requires(', pair, ').within(', duration, ')') },
  );
}

const group = (depth: number): Text =>
  fc.oneof(
    chain('g', depth - 1),
    join(numberOf('g'), ' ', relation, ' ', pick('0', '1', '2')),
    join('g.count(', predicate(0), ') ', relation, ' g.count(', predicate(0), ')'),
  );

function match(depth: number): Text {
  if (depth <= 0) return chain('trace', 0);
  return fc.oneof(
    { weight: 6, arbitrary: chain('trace', depth) },
    { weight: 2, arbitrary: join('(', match(depth - 1), pick(' && ', ' || '), match(depth - 1), ')') },
    { weight: 1, arbitrary: join('!(', match(depth - 1), ')') },
    { weight: 1, arbitrary: join('(', chain('trace', 0), ' && ', chain('trace', 0), ').within(', duration, ')') },
    {
      weight: 2,
      arbitrary: join(numberOf('trace'), ' ', fc.oneof(relation, equality), ' ', pick('0', '1', '2', '-1')),
    },
    { weight: 1, arbitrary: join(pick('1', '2'), ' ', relation, ' ', numberOf('trace')) },
    { weight: 2, arbitrary: scoped('trace').chain((scope) => chain(scope, depth - 1)) },
    {
      weight: 1,
      arbitrary: scoped('trace')
        .chain((scope) => scoped(scope))
        .chain((scope) => chain(scope, 0)),
    },
    {
      weight: 2,
      arbitrary: scoped('trace').chain((scope) =>
        join(numberOf(scope), ' ', fc.oneof(relation, equality), ' ', pick('0', '1', '2')),
      ),
    },
    {
      weight: 3,
      arbitrary: join(
        fc.oneof(join('trace.under(', predicate(0), ')'), join('trace.groupBy(', keyed, ')')),
        pick('.some(', '.some(', '.every('),
        'g => ',
        group(depth),
        ')',
      ),
    },
    {
      weight: 1,
      arbitrary: pick(
        "trace.root?.name === 'a'",
        "trace.services.includes('s2')",
        "trace.spans.some(s => s.name === 'b')",
        "trace.duration > '4 us'",
        'trace.spans[0].isRoot',
        'true',
      ),
    },
  );
}

const DEFINITIONS = [
  '',
  '',
  '',
  "const p = x => x.name === 'a';\n",
  'const p = x => x.attributes.k === 1 || trace.has(y => y.parent === x);\nconst q = (x, y) => p(x) && x.name === y.name;\n',
];

/** The text of a rule. Some name predicates; most that use them do so more than once. */
export const ruleTexts: Text = fc
  .tuple(fc.constantFrom(...DEFINITIONS), match(3), fc.nat(3))
  .map(([definitions, rule, use]) => {
    if (definitions === '') return rule;
    const call = definitions.includes('q =') && use > 1 ? '(q(s, s.parent) && p(s))' : 'p(s)';
    const [named, bare] = [rule.replaceAll("s.name === 'a'", call), use === 0 ? `trace.has(p) && ${rule}` : rule];
    return definitions + (use === 0 ? bare : named);
  });

const timed = pick("s.name === 'a'", "s.name === 'b'", 's.duration >= 0', "s.status !== 'OK'");
const within = fc.oneof(pick(''), join('.within(', duration, ')'));

/** Rules about what follows, precedes or lies near what, for traces of more spans than the oracle tries all of. */
export const timelyRules: Text = fc.oneof(
  join('trace.has(s => ', timed, ')', pick('.followedBy(', '.precededBy('), 's => ', timed, ')', within),
  join(
    ...['trace.has(s => ', timed, ')', pick('.followedBy(', '.precededBy('), 'trace.missing(s => '],
    ...[timed, '))', within],
  ),
  join(
    ...[
      'trace.has(s => ',
      timed,
      ')',
      pick('.followedBy(', '.precededBy('),
      'trace.missing(s => ',
      timed,
      '))',
      within,
    ],
    ...[pick('.followedBy(', '.precededBy('), 's => ', timed, ')', within],
  ),
  join('trace.has(s => ', timed, ').and(s => ', timed, ').and(trace.missing(s => ', timed, '))', within),
  join('trace.has(s => ', timed, ').requires(s => ', timed, ')', within),
);
