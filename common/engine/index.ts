export type { CompiledRule, EvaluateOptions } from './compiled_rule';
export type { CompileResult } from './compile';
export { compile } from './compile';
export type { Condition } from './traits';
export type { ExplainNode } from './explain';
export type { Absence, Completeness, Judgement, Verdict, VerdictKind, WitnessSpan } from './judgement';
export type { RejectedRule, Replacement, RuleSet, TraceJudgements } from './rule_set';
export { createRuleSet } from './rule_set';
export { traceWitness } from './verdict';
