import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { check } from '../dsl/check';
import { parse } from '../dsl/parse';
import type { RulePlan } from '../dsl/plan';
import { print } from '../dsl/print';
import type { Problem } from '../problem';
import type { TraceView } from '../trace/trace';
import type { EvidenceMode } from '../violations/evidence_document';
import type { Condition } from './conditions';
import { conditionsOf } from './conditions';
import { createEvaluator } from './evaluate';
import type { ExplainNode } from './explain';
import type { Verdict } from './judgement';

export interface CompiledRule {
  /** 16 hex digits of SHA-256 of the rule printed without comments. */
  readonly version: string;
  /** All of them hold of every trace that the rule is true of. */
  readonly needs: readonly Condition[];
  /** Keys of the attributes that judging by the rule reads. */
  readonly attributes: ReadonlySet<string>;
  /** The verdict on a trace. Nothing throws. */
  evaluate(trace: TraceView, options?: EvaluateOptions): Verdict;
  /** The tree of sub-results. Its verdict is that of `evaluate`, worked out by the same steps. */
  explain(trace: TraceView, options?: EvaluateOptions): { readonly verdict: Verdict; readonly tree: ExplainNode };
}

export interface EvaluateOptions {
  /** The attributes that witnesses keep: by default those that the rule mentions. */
  readonly evidence?: EvidenceMode;
  /** The order of spans of different hosts that start closer than this is unknown. By default clocks are trusted. */
  readonly clockSkewUs?: number;
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
  return { rule: createRule(version, text, checked.plan), warnings: checked.warnings };
}

function createRule(version: string, text: string, { match, attributes }: RulePlan): CompiledRule {
  const needs = conditionsOf(match);
  return { version, needs, attributes, ...createEvaluator(() => planOf(text), needs) };
}

/** What a text means that has compiled before. */
function planOf(text: string): RulePlan {
  const parsed = parse(text);
  const checked = 'rule' in parsed ? check(parsed.rule, text) : undefined;
  if (!checked || !('plan' in checked)) throw new Error('The rule compiled before.');
  return checked.plan;
}
