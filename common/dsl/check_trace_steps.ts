import type { CallLink, Expression } from './ast';
import { checkLambda, ONE_SPAN, parameterCount, TWO_SPANS } from './check_arrow';
import { checkCount } from './check_builtin';
import { makeGroups } from './check_groups';
import type { Aggregation, Lambda, MatchPlan } from './plan';
import { quote } from './problems';
import type { Scope } from './scope';
import type { Chain, StepResult } from './step_result';
import { INVALID } from './step_result';
import { describe, mayBe, NUMBER, UNDEFINED } from './types';

/** Checks a step on the trace or on a part of it. */
export function checkTraceStep(name: string, call: CallLink, chain: Chain, scope: Scope): StepResult {
  switch (name) {
    case 'sum':
    case 'avg':
    case 'min':
    case 'max':
    case 'distinct':
    case 'percentile':
      return checkAggregate(name, call, chain, scope);
    default:
      break;
  }
  if (!checkCount(name, call, 1, 1, scope)) return INVALID;
  const argument = call.arguments[0]!;
  switch (name) {
    case 'not': {
      const operand = scope.context.checker.need(argument, scope, chain);
      return operand ? { kind: 'match', plan: { type: 'not', operand }, chain } : INVALID;
    }
    case 'has':
    case 'missing':
    case 'every':
      return checkQuantifier(name, argument, chain, scope);
    default:
      return checkScope(name, argument, chain, scope);
  }
}

function checkQuantifier(
  name: 'has' | 'missing' | 'every',
  argument: Expression,
  chain: Chain,
  scope: Scope,
): StepResult {
  const pair = parameterCount(argument, scope) === 2;
  const predicate = checkLambda(argument, name, pair ? TWO_SPANS : ONE_SPAN, scope);
  if (!predicate) return INVALID;
  const has: MatchPlan = {
    type: 'has',
    scope: chain.scope,
    predicate: name === 'every' ? negated(predicate) : predicate,
  };
  if (name !== 'has') return { kind: 'match', plan: { type: 'not', operand: has }, chain };
  return { kind: 'match', plan: has, chain, ...(pair ? {} : { counted: { predicate } }) };
}

/** What `every` looks for: a span that does not satisfy the predicate. */
const negated = (predicate: Lambda): Lambda => ({
  ...predicate,
  value: { type: 'not', operand: predicate.value },
  text: predicate.parameters.length === 1 ? `!(${predicate.text})` : `not ${predicate.text}`,
});

function checkScope(name: string, argument: Expression, chain: Chain, scope: Scope): StepResult {
  const predicate = checkLambda(argument, name, ONE_SPAN, scope);
  if (!predicate) return INVALID;
  if (name === 'count') {
    const plan = { type: 'count' as const, scope: chain.scope, predicate };
    return { kind: 'value', typed: { plan, type: { mask: NUMBER }, ...scopesOf(chain) } };
  }
  if (name === 'where') {
    const guard: MatchPlan = { type: 'guard', scope: chain.scope, predicate };
    const step = (inner: MatchPlan): MatchPlan => ({ type: 'and', operands: [guard, inner] });
    return { kind: 'scope', chain: { scope: chain.scope, steps: [...chain.steps, step] } };
  }
  const group = { name };
  const make = makeGroups(name as 'under' | 'groupBy', chain.scope, predicate);
  const step = (inner: MatchPlan): MatchPlan => make('some', group, inner);
  return {
    kind: 'scope',
    chain: { scope: group, steps: [...chain.steps, step] },
    groups: { outer: chain, make },
  };
}

const scopesOf = ({ steps }: Chain): { scopes?: Chain['steps'] } => (steps.length === 0 ? {} : { scopes: steps });

/** Checks `sum(f)`, `sum(f, P)` and its kin; `percentile(f, 95)` has a rank between. */
function checkAggregate(name: Aggregation, call: CallLink, chain: Chain, scope: Scope): StepResult {
  const ranked = name === 'percentile' ? 1 : 0;
  if (!checkCount(name, call, 1 + ranked, 2 + ranked, scope)) return INVALID;
  const of = checkLambda(call.arguments[0]!, name, ONE_SPAN, scope);
  const condition = call.arguments[1 + ranked];
  const predicate = condition && checkLambda(condition, name, ONE_SPAN, scope);
  const rank = ranked ? rankOf(call.arguments[1]!, scope) : undefined;
  if (!of || (condition && !predicate) || (ranked && rank === undefined)) return INVALID;
  if (name !== 'distinct' && !mayBe(of.gives, NUMBER)) {
    const expected = `an arrow function that gives a number, not ${describe(of.gives)}`;
    scope.context.report('BT_WRONG_ARGUMENT', call.arguments[0]!, { name: quote(name), expected });
    return INVALID;
  }
  const plan = {
    type: 'aggregate' as const,
    scope: chain.scope,
    name,
    of,
    ...(rank === undefined ? {} : { rank }),
    ...(predicate ? { predicate } : {}),
  };
  const unit = name === 'distinct' || (of.gives.unit === 'time' && name === 'sum') ? undefined : of.gives.unit;
  const mask = name === 'sum' || name === 'distinct' ? NUMBER : NUMBER | UNDEFINED;
  return { kind: 'value', typed: { plan, type: { mask, unit }, ...scopesOf(chain) } };
}

function rankOf(node: Expression, { context }: Scope): number | undefined {
  const value = node.type === 'literal' ? node.value : undefined;
  if (typeof value === 'number' && value >= 0 && value <= 100) return value;
  context.report('BT_WRONG_ARGUMENT', node, { name: quote('percentile'), expected: 'a number from 0 to 100 second' });
  return undefined;
}
