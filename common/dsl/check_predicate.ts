import type { ArrowNode, Expression, NameNode } from './ast';
import type { CheckContext } from './check_context';
import { checkValue } from './check_value';
import { GLOBALS } from './members';
import type { Predicate } from './plan';
import { printExpression } from './print';
import { quote } from './problems';
import type { ValueScope } from './value_scope';
import { checkOperand } from './value_scope';

/** An arrow function over one span, written out or named. Undefined where it has problems, which are reported. */
export function checkPredicate(node: Expression, step: string, context: CheckContext): Predicate | undefined {
  if (node.type === 'arrow') return checkArrow(node, context);
  if (node.type === 'name' && context.definitions.has(node.name)) return predicateOf(node, context);
  if (node.type === 'name') {
    context.unknown('BT_UNKNOWN_NAME', node.name, '', node, context.definitions.keys());
  } else {
    const expected = 'an arrow function such as span => span.name === ' + "'login'";
    context.report('BT_WRONG_ARGUMENT', node, { name: quote(step), expected });
  }
  return undefined;
}

/** Whether a step's argument is a bare predicate. */
export const isPredicate = (node: Expression, { definitions }: CheckContext): boolean =>
  node.type === 'arrow' || (node.type === 'name' && definitions.has(node.name));

function predicateOf({ name }: NameNode, context: CheckContext): Predicate | undefined {
  return context.definitions.get(name)?.predicate;
}

/** Checks the body of an arrow function; a definition's may call those before it. */
export function checkArrow(node: ArrowNode, context: CheckContext): Predicate | undefined {
  const [parameter, second] = node.parameters;
  if (!parameter || node.parameters.length > 2) {
    const found = node.parameters.length === 0 ? 'none' : node.parameters.length;
    context.report('BT_ARROW_PARAMETERS', node, { expected: 'one or two parameters', found });
    return undefined;
  }
  if (second) {
    context.notSupported('Arrow functions over two spans are', second);
    return undefined;
  }
  if (GLOBALS.has(parameter.name) || context.definitions.has(parameter.name)) {
    context.report('BT_DUPLICATE_NAME', parameter, { name: quote(parameter.name) });
    return undefined;
  }
  const before = context.problems.length;
  let size = 1;
  const scope: ValueScope = {
    context,
    parameter: parameter.name,
    check: (inner) => checkValue(inner, scope),
    predicateOf(name) {
      const predicate = predicateOf(name, context);
      size += predicate?.size ?? 0;
      return predicate;
    },
  };
  const value = checkOperand(node.body, scope).plan;
  if (context.problems.length > before) return undefined;
  return { value, text: printExpression(node.body, parameter.name), size };
}
