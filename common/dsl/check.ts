import type { Problem } from '../problem';
import type { Definition, RuleNode } from './ast';
import { CheckContext } from './check_context';
import { checkMatch } from './check_match';
import { checkArrow } from './check_predicate';
import { LIMITS } from './limits';
import { GLOBALS } from './members';
import type { MatchPlan, RulePlan } from './plan';
import { quote } from './problems';
import type { StepResult } from './step_result';

export type CheckResult =
  { readonly plan: RulePlan; readonly warnings: readonly Problem[] } | { readonly problems: readonly Problem[] };

/** Checks names, types and scopes of a parsed rule, and works out what it means. All problems are reported, not only the first. */
export function check(rule: RuleNode, text: string): CheckResult {
  const context = new CheckContext(text);
  for (const definition of rule.definitions) checkDefinition(definition, context);
  const result = checkMatch(rule.body, context);
  if (context.problems.length === 0 && result.kind !== 'match') refuseRule(rule, result, context);
  if (context.problems.length > 0 || result.kind !== 'match') return { problems: sorted(context.problems) };
  const count = countPredicates(result.plan);
  if (count > LIMITS.predicates) {
    context.report('BT_TOO_MANY_PREDICATES', rule.body, { count });
    return { problems: context.problems };
  }
  return { plan: { match: result.plan, attributes: context.attributes }, warnings: sorted(context.warnings) };
}

const sorted = (problems: readonly Problem[]): Problem[] => [...problems].sort((a, b) => a.offset - b.offset);

function checkDefinition({ name, value }: Definition, context: CheckContext): void {
  if (GLOBALS.has(name.name) || context.definitions.has(name.name)) {
    context.report('BT_DUPLICATE_NAME', name, { name: quote(name.name) });
    return;
  }
  if (value.type !== 'arrow') {
    const expected = 'an arrow function such as span => span.isRoot';
    context.report('BT_WRONG_ARGUMENT', value, { name: quote('const'), expected });
  }
  const predicate = value.type === 'arrow' ? checkArrow(value, context) : undefined;
  context.definitions.set(name.name, { predicate });
}

function refuseRule(rule: RuleNode, result: StepResult, context: CheckContext): void {
  if (result.kind === 'count') {
    context.report('BT_NUMBER_NOT_COMPARED', rule.body, { text: context.quoted(rule.body) });
  } else {
    const found = result.kind === 'other' ? result.found : context.quoted(rule.body);
    context.report('BT_NOT_A_RULE', rule.body, { found });
  }
}

function countPredicates(plan: MatchPlan): number {
  switch (plan.type) {
    case 'has':
    case 'guard':
    case 'count':
      return plan.predicate.size;
    case 'constant':
      return 0;
    case 'not':
    case 'within':
      return countPredicates(plan.operand);
    case 'and':
    case 'or':
      return plan.operands.reduce((sum, operand) => sum + countPredicates(operand), 0);
  }
}
