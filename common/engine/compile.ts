import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { check } from '../dsl/check';
import { parse } from '../dsl/parse';
import type { RulePlan } from '../dsl/plan';
import { print } from '../dsl/print';
import type { Problem } from '../problem';
import type { CompiledRule } from './compiled_rule';
import { conditionsOf } from './conditions';
import { createEvaluator } from './evaluate';

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

function createRule(version: string, text: string, { match, attributes, features }: RulePlan): CompiledRule {
  const needs = conditionsOf(match);
  return { version, needs, attributes, features, ...createEvaluator(() => planOf(text), needs) };
}

/** What a text means that has compiled before. */
function planOf(text: string): RulePlan {
  const parsed = parse(text);
  const checked = 'rule' in parsed ? check(parsed.rule, text) : undefined;
  if (!checked || !('plan' in checked)) throw new Error('The rule compiled before.');
  return checked.plan;
}
