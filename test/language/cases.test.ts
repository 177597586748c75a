import type { CompiledRule, Verdict } from '../../common/engine';
import { compile, createRuleSet } from '../../common/engine';
import type { TraceView } from '../../common/trace/trace';
import { CASES } from './cases';
import { naiveJudge } from './oracle/judge';

interface Found {
  readonly kind: string;
  readonly spans: readonly string[];
  readonly absences: readonly unknown[];
}

const NOTHING: Found = { kind: 'satisfied', spans: [], absences: [] };

function compiled(rule: string): CompiledRule {
  const result = compile(rule);
  if (!('rule' in result)) throw new Error(JSON.stringify(result.problems));
  return result.rule;
}

const foundOf = ({ kind, witnesses, absences }: Verdict): Found => ({
  kind,
  spans: witnesses.map(({ spanId }) => spanId),
  absences,
});

/** Every rule of the table, so that the index has something to leave out. */
const set = createRuleSet();
const texts = [...new Set(CASES.map(({ rule }) => rule))];
set.replace(
  texts.map((dsl, i) => ({
    ...{ id: `${i}`, space: 'default', name: `${i}`, description: '', dsl, version: '', revision: 1 },
    ...{ severity: 'LOW', tags: [], mode: 'on' },
  })),
  1,
);

function judgedBySet(rule: string, trace: TraceView): Found {
  const judgement = set.judge(trace).judgements.find(({ rule: { id } }) => id === `${texts.indexOf(rule)}`);
  return judgement ? foundOf({ ...judgement, kind: judgement.verdict }) : NOTHING;
}

/** Where the source may have lost anything, the index is not asked: every rule is tried. No case looks at scopes. */
const judgedByAll = (rule: string, trace: TraceView): Found =>
  judgedBySet(rule, { ...trace, flags: { ...trace.flags, lossy: ['scope'] } });

const EVALUATORS: Readonly<Record<string, (rule: string, trace: TraceView) => Found>> = {
  'the rule alone': (rule, trace) => foundOf(compiled(rule).evaluate(trace)),
  'the rule explained': (rule, trace) => foundOf(compiled(rule).explain(trace).verdict),
  'all rules with their index': judgedBySet,
  'all rules without their index': judgedByAll,
  'the oracle': (rule, trace) => naiveJudge(rule)(trace, 0),
};

describe.each(Object.entries(EVALUATORS))('%s', (_name, evaluate) => {
  test.each(CASES)('$name: $verdict', ({ rule, trace, verdict, witnesses }) => {
    const found = evaluate(rule, trace);
    expect(found.kind).toBe(verdict);
    if (witnesses) expect(found.spans).toEqual(witnesses.map((number) => number.toString(16).padStart(16, '0')));
    expect(found).toEqual(foundOf(compiled(rule).evaluate(trace)));
  });
});
