import fc from 'fast-check';
import type { CompiledRule, ExplainNode } from '../../common/engine';
import { compile, createRuleSet } from '../../common/engine';
import type { TraceView } from '../../common/trace/trace';
import { ruleTexts, timelyRules } from './arbitrary_rules';
import { longTraces, traceFrom, traces } from './arbitrary_traces';
import { naiveJudge } from './oracle/judge';
import { Tally } from './tally';

const FULL = process.env['BETRACE_TEST_FULL'] === '1';
/** Pairs of a rule and a trace, in parts that each say how far it has come. */
const PARTS = FULL ? 50 : 2;
const PAIRS_PER_PART = FULL ? 20_000 : 10_000;
const TRACES_PER_RULE = 20;
const TIMEOUT = FULL ? 7_200_000 : 300_000;

const traceLists = fc.array(traces, { minLength: TRACES_PER_RULE, maxLength: TRACES_PER_RULE });
const skews = fc.constantFrom(0, 0, 0, 2);

/** The rule, or undefined where it meets the one limit that rules made at random may meet. */
function compiled(text: string): CompiledRule | undefined {
  const result = compile(text);
  if ('rule' in result) return result.rule;
  expect(new Set(result.problems.map(({ code }) => code))).toEqual(new Set(['BT_TOO_MANY_VARIABLES']));
  return undefined;
}

function summary(rule: CompiledRule, trace: TraceView, clockSkewUs: number): unknown {
  const { kind, witnesses, absences } = rule.evaluate(trace, { clockSkewUs });
  return { kind, spans: witnesses.map(({ spanId }) => spanId), absences };
}

/** Plain text, because comparing it takes a fraction of the time that comparing objects takes. */
function differences(rule: CompiledRule, text: string, list: readonly TraceView[], skewUs: number): readonly unknown[] {
  const naively = naiveJudge(text);
  return list.flatMap((trace) => {
    const expected = naively(trace, skewUs);
    seen[expected.kind]++;
    const found = summary(rule, trace, skewUs);
    return JSON.stringify(found) === JSON.stringify(expected) ? [] : [{ expected, found, trace }];
  });
}

const seen = { violated: 0, satisfied: 0, inconclusive: 0 };
const tally = new Tally();

describe('the engine and the oracle agree on verdict, witness and absences', () => {
  test.each(Array.from({ length: PARTS }, (_, i) => i + 1))(
    `part %i of ${PARTS}`,
    (part) => {
      const { seed } = fc.readConfigureGlobal();
      fc.assert(
        fc.property(ruleTexts, traceLists, skews, (text, list, skewUs) => {
          const rule = compiled(text);
          fc.pre(rule !== undefined);
          tally.add(text);
          expect(differences(rule, text, list, skewUs)).toEqual([]);
        }),
        { numRuns: PAIRS_PER_PART / TRACES_PER_RULE, ...(seed !== undefined && { seed: seed + part - 1 }) },
      );
      // jest says nothing of a file before its end
      if (FULL) process.stderr.write(`${part * PAIRS_PER_PART} pairs of ${PARTS * PAIRS_PER_PART}\n`);
    },
    TIMEOUT,
  );

  test('of enough pairs, with every step, every kind of node and every verdict among them', () => {
    const total = seen.violated + seen.satisfied + seen.inconclusive;
    expect(total).toBeGreaterThanOrEqual(PARTS * PAIRS_PER_PART);
    expect(seen.violated / total).toBeGreaterThanOrEqual(0.2);
    expect(seen.inconclusive / total).toBeGreaterThanOrEqual(0.1);
    expect(tally.rarerThan(0.01)).toEqual([]);
    if (FULL) process.stderr.write(`${total} pairs: ${JSON.stringify(seen)}\n`);
  });

  test(
    'on traces of more spans, where places are looked up',
    () => {
      fc.assert(
        fc.property(timelyRules, longTraces, (text, trace) => {
          expect(differences(compiled(text)!, text, [trace], 0)).toEqual([]);
        }),
        { numRuns: FULL ? 20_000 : 400 },
      );
    },
    TIMEOUT,
  );
});

const nodesOf = (node: ExplainNode): readonly ExplainNode[] => [node, ...node.parts.flatMap(nodesOf)];

/** True as a whole, with a part that it asks for and that is false. */
const speaksAgainstItself = ({ type, result, parts }: ExplainNode): boolean =>
  result === 'true' &&
  ['and', 'within', 'follows'].includes(type) &&
  parts.some((part) => part.result !== 'true' && part.result !== 'too_costly');

test(
  'explain gives the verdict that evaluate gives, and a tree that says the same',
  () => {
    const results = { violated: 'true', satisfied: 'false', inconclusive: 'unknown' };
    fc.assert(
      fc.property(ruleTexts, fc.array(traces, { minLength: 5, maxLength: 5 }), skews, (text, list, clockSkewUs) => {
        const rule = compiled(text);
        fc.pre(rule !== undefined);
        for (const trace of list) {
          const verdict = rule.evaluate(trace, { clockSkewUs });
          const explained = rule.explain(trace, { clockSkewUs });
          expect(explained.verdict).toEqual(verdict);
          expect(explained.tree.result).toBe(results[verdict.kind]);
          expect(nodesOf(explained.tree).filter(speaksAgainstItself)).toEqual([]);
        }
      }),
      { numRuns: FULL ? 50_000 : 400 },
    );
  },
  TIMEOUT,
);

test(
  'a set of rules with its index judges as each rule alone does',
  () => {
    fc.assert(
      fc.property(fc.array(ruleTexts, { minLength: 8, maxLength: 8 }), traceLists, longTraces, (texts, list, long) => {
        const rules = texts.flatMap((dsl) => {
          const rule = compiled(dsl);
          return rule ? [{ dsl, rule }] : [];
        });
        const set = createRuleSet();
        const common = { space: 'default', description: '', version: '', revision: 1, tags: [] };
        const active = rules.map(({ dsl }, i) => ({ ...common, dsl, id: `${i}`, name: `${i}` }));
        set.replace(
          active.map((rule) => ({ ...rule, severity: 'LOW' as const, mode: 'on' as const })),
          1,
        );
        for (const trace of [...list, long]) {
          const expected = rules.flatMap(({ rule }, i) => {
            const { kind } = rule.evaluate(trace);
            return kind === 'satisfied' ? [] : [`${i} ${kind}`];
          });
          const { judgements } = set.judge(trace);
          expect(judgements.map(({ rule, verdict }) => `${rule.id} ${verdict}`)).toEqual(expected);
        }
      }),
      { numRuns: FULL ? 5_000 : 60 },
    );
  },
  TIMEOUT,
);

test('shuffled, doubled and split deliveries give the same verdict', () => {
  fc.assert(
    fc.property(ruleTexts, traces, fc.infiniteStream(fc.nat()), (text, trace, numbers) => {
      const rule = compiled(text);
      fc.pre(rule !== undefined);
      const keyed = [...trace.spans, ...trace.spans].map((span) => ({ span, key: numbers.next().value as number }));
      const delivered = keyed.sort((a, b) => a.key - b.key).map(({ span }) => span);
      const other = traceFrom(delivered, trace.flags.truncated, trace.flags.split);
      expect(rule.evaluate(other)).toEqual(rule.evaluate(trace));
    }),
    { numRuns: FULL ? 20_000 : 500 },
  );
});
