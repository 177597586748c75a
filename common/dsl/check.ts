import type { Problem } from '../problem';
import type { Definition, RuleNode } from './ast';
import { checkArrow, checkLambda, ONE_SPAN, TWO_SPANS } from './check_arrow';
import { CheckContext } from './check_context';
import { checkMatch, needMatch, toMatch } from './check_match';
import { checkSteps } from './check_steps';
import { checkValue } from './check_value';
import { LIMITS } from './limits';
import { GLOBALS } from './members';
import type { RulePlan } from './plan';
import { quote } from './problems';
import type { Checker, Scope } from './scope';
import { hasPositivePart } from './witnesses';

export type CheckResult =
  { readonly plan: RulePlan; readonly warnings: readonly Problem[] } | { readonly problems: readonly Problem[] };

const CHECKER: Checker = {
  value: checkValue,
  match: checkMatch,
  steps: checkSteps,
  need: needMatch,
  lambda: checkLambda,
  arrow: checkArrow,
};

/** Checks names, types and scopes of a parsed rule, and works out what it means. All problems are reported, not only the first. */
export function check(rule: RuleNode, text: string): CheckResult {
  const context = new CheckContext(text, CHECKER);
  const scope: Scope = { context, names: new Map(), spans: 0, inArrow: false };
  for (const definition of rule.definitions) checkDefinition(definition, scope);
  context.predicates = 0;
  context.deepest = 0;
  const match = toMatch(checkMatch(rule.body, scope), rule.body, scope, 'BT_NOT_A_RULE');
  if (context.problems.length > 0 || !match) return { problems: sorted(context.problems) };
  if (context.predicates > LIMITS.predicates) {
    context.report('BT_TOO_MANY_PREDICATES', rule.body, { count: context.predicates });
    return { problems: context.problems };
  }
  if (!hasPositivePart(match)) context.warn('BT_NOTHING_POSITIVE', rule.body);
  const { attributes, features } = context;
  return { plan: { match, attributes, features }, warnings: sorted(context.warnings) };
}

const sorted = (problems: readonly Problem[]): Problem[] => [...problems].sort((a, b) => a.offset - b.offset);

function checkDefinition({ name, value }: Definition, scope: Scope): void {
  const { context } = scope;
  if (GLOBALS.has(name.name) || context.definitions.has(name.name)) {
    context.report('BT_DUPLICATE_NAME', name, { name: quote(name.name) });
    return;
  }
  if (value.type !== 'arrow') {
    const expected = 'an arrow function such as span => span.isRoot';
    context.report('BT_WRONG_ARGUMENT', value, { name: quote('const'), expected });
    context.definitions.set(name.name, { lambda: undefined });
    return;
  }
  const lambda = checkArrow(value, value.parameters.length === 2 ? TWO_SPANS : ONE_SPAN, scope);
  context.definitions.set(name.name, { lambda });
}
