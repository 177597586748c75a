import fc from 'fast-check';
import type { SpanView } from '../trace/span';
import { compile } from './compile';
import type { Tree } from './test_support/naive';
import { judgeNaively, textOf } from './test_support/naive';
import { sketchSpan, traceOf } from './test_support/traces';

const RUNS = 3000;

const name = fc.constantFrom('a', 'b', 'c');
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'tree' },
    { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('has' as const, 'missing' as const), name }) },
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constantFrom('and' as const, 'or' as const),
        left: tie('tree'),
        right: tie('tree'),
        infix: fc.boolean(),
      }),
    },
    { weight: 3, arbitrary: fc.record({ type: fc.constant('within' as const), operand: tie('tree'), us: fc.nat(4) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('not' as const),
        operand: tie('tree'),
        form: fc.constantFrom('method' as const, 'step' as const, 'prefix' as const),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('where' as const),
        names: fc.array(name, { minLength: 1, maxLength: 2 }),
        body: tie('tree'),
      }),
    },
  ),
}));

const spans = fc
  .array(fc.record({ name, startUs: fc.nat(7), root: fc.boolean() }), { maxLength: 6 })
  .map((sketches): SpanView[] =>
    sketches.map(({ root, ...sketch }, i) => sketchSpan(i + 1, { ...sketch, parentSpanId: root ? null : 'ff' })),
  );

const positives = (part: Tree): number =>
  part.type === 'and' || part.type === 'or'
    ? positives(part.left) + positives(part.right)
    : part.type === 'not' || part.type === 'within'
      ? positives(part.operand)
      : part.type === 'where'
        ? positives(part.body)
        : 1;

const small = tree.filter((candidate) => positives(candidate) <= 6);

function evaluate(text: string, trace: ReturnType<typeof traceOf>): unknown {
  const result = compile(text);
  if (!('rule' in result)) throw new Error(`${text}\n${JSON.stringify(result.problems)}`);
  const { kind, witnesses, absences } = result.rule.evaluate(trace);
  return { kind, spans: witnesses.map(({ spanId }) => spanId), absences };
}

describe('the engine against every way of being true', () => {
  const seen = { violated: 0, satisfied: 0, inconclusive: 0 };

  test('verdict, witness and absences agree', () => {
    fc.assert(
      fc.property(small, spans, fc.constantFrom(0, 0, 1), (rule, list, orphans) => {
        const trace = traceOf(list, { orphans });
        const expected = judgeNaively(rule, trace);
        seen[expected.kind]++;
        expect(evaluate(textOf(rule), trace)).toEqual(expected);
      }),
      { numRuns: RUNS },
    );
    const total = seen.violated + seen.satisfied + seen.inconclusive;
    expect(seen.violated / total).toBeGreaterThan(0.2);
    expect(seen.satisfied / total).toBeGreaterThan(0.2);
    expect(seen.inconclusive / total).toBeGreaterThan(0.03);
  });

  test('nothing hangs on the order in which spans came', () => {
    const shuffled = spans.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(small, shuffled, (rule, [list, other]) => {
        const result = compile(textOf(rule));
        if (!('rule' in result)) throw new Error(JSON.stringify(result.problems));
        expect(result.rule.evaluate(traceOf(other))).toEqual(result.rule.evaluate(traceOf(list)));
      }),
      { numRuns: 300 },
    );
  });

  test('a trace that lacks what a rule needs keeps it', () => {
    fc.assert(
      fc.property(small, spans, (rule, list) => {
        const result = compile(textOf(rule));
        if (!('rule' in result)) throw new Error(JSON.stringify(result.problems));
        const lacks = result.rule.needs.some(
          (need) => need.type === 'name' && !list.some((span) => span.name === need.value),
        );
        if (lacks) expect(result.rule.evaluate(traceOf(list)).kind).toBe('satisfied');
      }),
      { numRuns: 1000 },
    );
  });
});
