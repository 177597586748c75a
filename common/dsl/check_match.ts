import type { Expression, LogicalNode } from './ast';
import { checkLambda, isPredicate, ONE_SPAN } from './check_arrow';
import { isStepChain } from './check_chain';
import { checkSteps } from './check_steps';
import { checkValue } from './check_value';
import type { MatchPlan } from './plan';
import { TRACE } from './plan';
import { printExpression } from './print';
import { quote } from './problems';
import type { Scope } from './scope';
import type { Chain, StepResult } from './step_result';
import { closeChain, INVALID } from './step_result';
import { BOOLEAN, isOnly, mayBe, NUMBER, UNDEFINED } from './types';

export const WHOLE_TRACE: Chain = { scope: TRACE, steps: [] };

const match = (plan: MatchPlan): StepResult => ({ kind: 'match', plan, chain: WHOLE_TRACE });

/** Checks an expression of matches: a rule, a step's argument, what a group's arrow function gives. */
export function checkMatch(node: Expression, scope: Scope): StepResult {
  switch (node.type) {
    case 'name': {
      const binding = scope.names.get(node.name);
      if (binding?.kind === 'scope') return { kind: 'scope', chain: { scope: binding.scope, steps: [] } };
      if (node.name === 'trace') return { kind: 'scope', chain: WHOLE_TRACE };
      if (scope.context.definitions.has(node.name)) {
        return { kind: 'function', found: `the arrow function ${quote(node.name)}` };
      }
      break;
    }
    case 'arrow':
      return { kind: 'function', found: 'an arrow function' };
    case 'chain':
      if (isStepChain(node, scope)) return checkSteps(node, scope);
      break;
    case 'logical':
      if (node.operator !== '??') return checkLogical(node, scope);
      break;
    case 'unary': {
      if (node.operator !== '!') break;
      const operand = needMatch(node.operand, scope, WHOLE_TRACE);
      return operand ? match({ type: 'not', operand }) : INVALID;
    }
    default:
      break;
  }
  const before = scope.context.problems.length;
  const typed = checkValue(node, scope);
  return scope.context.problems.length > before ? INVALID : { kind: 'value', typed };
}

function checkLogical(node: LogicalNode, scope: Scope): StepResult {
  const operands = node.operands.flatMap((operand) => needMatch(operand, scope, WHOLE_TRACE) ?? []);
  if (operands.length < node.operands.length) return INVALID;
  return match({ type: node.operator === '&&' ? 'and' : 'or', operands });
}

/** A step's argument: a match, or a bare predicate, which means that some span of the chain's scope satisfies it. */
export function needMatch(node: Expression, scope: Scope, chain: Chain): MatchPlan | undefined {
  if (isPredicate(node, scope)) {
    const predicate = checkLambda(node, 'has', ONE_SPAN, scope);
    return predicate && { type: 'has', scope: chain.scope, predicate };
  }
  return toMatch(checkMatch(node, scope), node, scope, 'BT_NOT_A_MATCH');
}

/** What an expression gives as a match: Booleans are matches without witnesses. */
export function toMatch(
  result: StepResult,
  node: Expression,
  { context }: Scope,
  code: 'BT_NOT_A_MATCH' | 'BT_NOT_A_RULE',
): MatchPlan | undefined {
  if (result.kind === 'match') return closeChain(result.plan, result.chain.steps);
  if (result.kind === 'invalid') return undefined;
  if (result.kind === 'value') {
    const { plan, type, scopes } = result.typed;
    if (plan.type === 'holds' && !scopes) return plan.match;
    if (mayBe(type, BOOLEAN)) {
      const condition: MatchPlan = { type: 'condition', value: plan, text: printExpression(node) };
      return closeChain(condition, scopes ?? []);
    }
    if (mayBe(type, NUMBER) && isOnly(type, NUMBER | UNDEFINED) && node.type === 'chain') {
      context.report('BT_NUMBER_NOT_COMPARED', node, { text: context.quoted(node) });
      return undefined;
    }
  }
  const found = result.kind === 'function' ? result.found : context.quoted(node);
  context.report(code, node, { found });
  return undefined;
}
