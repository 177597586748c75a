export type { CompiledRule, CompileResult } from './compile';
export { compile } from './compile';
export type { Condition } from './conditions';
export type { Absence, Completeness, Judgement, Verdict, VerdictKind, WitnessSpan } from './judgement';
export type { RejectedRule, RuleSet, TraceJudgements } from './rule_set';
export { createRuleSet } from './rule_set';
