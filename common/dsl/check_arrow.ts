import type { ArrowNode, Expression, NameNode } from './ast';
import { LIMITS } from './limits';
import { GLOBALS } from './members';
import type { Lambda, Variable } from './plan';
import { printExpression } from './print';
import { quote } from './problems';
import type { Binding, Scope } from './scope';
import type { Type } from './types';
import { SPAN } from './types';
import { checkAnything } from './check_operand';

export const SPAN_TYPE: Type = { mask: SPAN };
export const ONE_SPAN: readonly Type[] = [SPAN_TYPE];
export const TWO_SPANS: readonly Type[] = [SPAN_TYPE, SPAN_TYPE];

/** Whether a step's argument is a bare predicate. */
export const isPredicate = (node: Expression, { context }: Scope): boolean =>
  node.type === 'arrow' || (node.type === 'name' && context.definitions.has(node.name));

/** How many parameters a predicate has, written out or named. */
export function parameterCount(node: Expression, { context }: Scope): number {
  if (node.type === 'arrow') return node.parameters.length;
  const entry = node.type === 'name' ? context.definitions.get(node.name) : undefined;
  return entry?.lambda?.parameters.length ?? 1;
}

/** An arrow function over things of these types, written out or named. Undefined where it has problems, which are reported. */
export function checkLambda(
  node: Expression,
  owner: string,
  parameters: readonly Type[],
  scope: Scope,
): Lambda | undefined {
  const { context } = scope;
  if (node.type === 'arrow') return checkArrow(node, parameters, scope);
  if (node.type === 'name' && context.definitions.has(node.name)) return checkNamed(node, parameters, scope);
  if (node.type === 'name' && !scope.names.has(node.name) && !GLOBALS.has(node.name)) {
    context.unknown('BT_UNKNOWN_NAME', node.name, '', node, context.definitions.keys());
  } else {
    const expected = 'an arrow function such as span => span.name === ' + "'login'";
    context.report('BT_WRONG_ARGUMENT', node, { name: quote(owner), expected });
  }
  return undefined;
}

function checkNamed(node: NameNode, parameters: readonly Type[], scope: Scope): Lambda | undefined {
  const lambda = scope.context.definitions.get(node.name)?.lambda;
  if (!lambda) return undefined;
  if (lambda.parameters.length !== parameters.length || !parameters.every(({ mask }) => mask & SPAN)) {
    const expected = parameters.every(({ mask }) => mask & SPAN)
      ? `${parameters.length === 1 ? 'one parameter' : `${parameters.length} parameters`}`
      : 'an arrow function of its own';
    scope.context.report('BT_ARROW_PARAMETERS', node, { expected, found: lambda.parameters.length });
    return undefined;
  }
  return useLambda(lambda, node, scope, 0) ? lambda : undefined;
}

/** Counts a use of a named arrow function; false where too many spans would be bound at once. */
export function useLambda(lambda: Lambda, node: Expression, scope: Scope, shared: number): boolean {
  scope.context.predicates += lambda.size;
  return bind(scope.spans + lambda.spans - shared, node, scope);
}

function bind(spans: number, node: Expression, { context }: Scope): boolean {
  context.deepest = Math.max(context.deepest, spans);
  if (spans <= LIMITS.variables) return true;
  context.report('BT_TOO_MANY_VARIABLES', node);
  return false;
}

/** Checks an arrow function that is written out. */
export function checkArrow(node: ArrowNode, parameters: readonly Type[], scope: Scope): Lambda | undefined {
  const { context } = scope;
  const count = node.parameters.length;
  if (count !== parameters.length) {
    const expected = parameters.length === 1 ? 'one parameter' : 'one or two parameters';
    context.report('BT_ARROW_PARAMETERS', node, { expected, found: count === 0 ? 'none' : count });
    return undefined;
  }
  const names = new Map<string, Binding>(scope.names);
  const variables: Variable[] = [];
  for (const parameter of node.parameters) {
    const { name } = parameter;
    if (GLOBALS.has(name) || context.definitions.has(name) || variables.some((other) => other.name === name)) {
      context.report('BT_DUPLICATE_NAME', parameter, { name: quote(name) });
      return undefined;
    }
    const variable: Variable = { name };
    names.set(name, { kind: 'variable', variable, type: parameters[variables.length]! });
    variables.push(variable);
  }
  const before = context.problems.length;
  const spans = scope.spans + parameters.filter(({ mask }) => mask & SPAN).length;
  const { deepest, predicates } = context;
  context.deepest = 0;
  context.predicates++;
  const body = bind(spans, node, scope)
    ? checkAnything(node.body, { ...scope, names, spans, inArrow: true })
    : undefined;
  const size = context.predicates - predicates;
  const inside = context.deepest - scope.spans;
  context.deepest = Math.max(deepest, context.deepest);
  if (!body || context.problems.length > before) return undefined;
  const [only] = node.parameters;
  const text = count === 1 ? printExpression(node.body, only!.name) : printExpression(node);
  return { parameters: variables, value: body.plan, text, size, spans: inside, gives: body.type };
}
