import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { check } from '../dsl/check';
import { parse } from '../dsl/parse';
import type { RulePlan } from '../dsl/plan';
import { print } from '../dsl/print';
import type { Problem } from '../problem';
import type { TraceView } from '../trace/trace';
import type { EvidenceMode } from '../violations/evidence_document';
import { Budget, TooCostly } from './budget';
import { ValueCompiler } from './compile_value';
import type { Condition } from './conditions';
import { conditionsOf } from './conditions';
import type { Formula } from './formula';
import { toFormula } from './formula';
import type { Verdict } from './judgement';
import { cautiousSets, plainSets } from './span_sets';
import { Truth } from './truth';
import type { Kept } from './verdict';
import { SATISFIED, tooCostly, verdictOf } from './verdict';
import { explainTruth } from './witness';

const NO_KEYS: ReadonlySet<string> = new Set();

export interface CompiledRule {
  /** 16 hex digits of SHA-256 of the rule printed without comments. */
  readonly version: string;
  /** All of them hold of every trace that the rule is true of. */
  readonly needs: readonly Condition[];
  /** Keys of the attributes that judging by the rule reads. */
  readonly attributes: ReadonlySet<string>;
  /** @param evidence the attributes that witnesses keep: by default those that the rule mentions */
  evaluate(trace: TraceView, evidence?: EvidenceMode): Verdict;
}

export type CompileResult =
  { readonly rule: CompiledRule; readonly warnings: readonly Problem[] } | { readonly problems: readonly Problem[] };

/** Makes of a rule's text what traces are judged by, or says what is wrong with it. Never throws, whatever the text. */
export function compile(text: string): CompileResult {
  const parsed = parse(text);
  if ('problem' in parsed) return { problems: [parsed.problem] };
  const checked = check(parsed.rule, text);
  if ('problems' in checked) return checked;
  const version = bytesToHex(sha256(utf8ToBytes(print(parsed.rule)))).slice(0, 16);
  return { rule: createRule(version, checked.plan), warnings: checked.warnings };
}

function createRule(version: string, { match, attributes }: RulePlan): CompiledRule {
  const { formula } = toFormula(match, new ValueCompiler());
  return {
    version,
    needs: conditionsOf(formula),
    attributes,
    evaluate: (trace, evidence = 'mentioned') =>
      evaluate(formula, trace, evidence === 'mentioned' ? attributes : evidence === 'all' ? 'all' : NO_KEYS),
  };
}

function evaluate(formula: Formula, trace: TraceView, kept: Kept): Verdict {
  try {
    const budget = new Budget();
    const truth = new Truth(plainSets(trace), budget);
    if (!truth.holds(formula)) return SATISFIED;
    const sets = cautiousSets(trace);
    const cautious = sets ? new Truth(sets, budget) : truth;
    const certain = cautious === truth || cautious.holds(formula);
    const facts = explainTruth(formula, certain ? cautious : truth);
    return verdictOf(certain ? 'violated' : 'inconclusive', facts, trace, kept);
  } catch (error) {
    if (error instanceof TooCostly) return tooCostly(trace, kept);
    throw error;
  }
}
