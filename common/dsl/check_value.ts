import type { Expression, ListNode, LogicalNode, NameNode } from './ast';
import { checkChain } from './check_chain';
import { UNKNOWN } from './check_context';
import { checkBinary, checkUnary } from './check_operator';
import { GLOBALS } from './members';
import { quote } from './problems';
import type { Type, Typed } from './types';
import { LIST, literalMask, SPAN, UNDEFINED } from './types';
import type { ValueScope } from './value_scope';
import { checkOperand } from './value_scope';

/** Checks an expression inside an arrow function. */
export function checkValue(node: Expression, scope: ValueScope): Typed {
  switch (node.type) {
    case 'literal':
      return { plan: { type: 'literal', value: node.value }, type: { mask: literalMask(node.value) } };
    case 'regex':
      scope.context.notSupported('Regular expressions are', node);
      return UNKNOWN;
    case 'name':
      return checkName(node, scope);
    case 'list':
      return checkList(node, scope);
    case 'arrow':
      scope.context.report('BT_NOT_A_VALUE', node, { found: 'An arrow function' });
      return UNKNOWN;
    case 'chain':
      return checkChain(node, scope);
    case 'unary':
      return checkUnary(node, scope);
    case 'logical':
      return checkLogical(node, scope);
    case 'binary':
      return checkBinary(node, scope);
    case 'conditional': {
      const test = checkOperand(node.test, scope);
      const consequent = checkOperand(node.consequent, scope);
      const alternate = checkOperand(node.alternate, scope);
      return {
        plan: { type: 'conditional', test: test.plan, consequent: consequent.plan, alternate: alternate.plan },
        type: union([consequent.type, alternate.type]),
      };
    }
  }
}

function checkName(node: NameNode, scope: ValueScope): Typed {
  const { context } = scope;
  if (node.name === scope.parameter) return { plan: UNKNOWN.plan, type: { mask: SPAN } };
  if (node.name === 'trace') context.notSupported('Using `trace` inside an arrow function is', node);
  else if (context.definitions.has(node.name)) {
    const fix = { title: 'Call it', text: `${node.name}(${scope.parameter})` };
    context.report('BT_NOT_A_VALUE', node, { found: quote(node.name) }, fix);
  } else if (GLOBALS.has(node.name)) context.report('BT_NOT_A_VALUE', node, { found: quote(node.name) });
  else
    context.unknown('BT_UNKNOWN_NAME', node.name, '', node, [
      scope.parameter,
      ...context.definitions.keys(),
      ...GLOBALS,
    ]);
  return UNKNOWN;
}

function checkList(node: ListNode, scope: ValueScope): Typed {
  const items = node.items.map((item) => checkOperand(item, scope).plan);
  return { plan: { type: 'list', items }, type: { mask: LIST } };
}

function checkLogical(node: LogicalNode, scope: ValueScope): Typed {
  const operands = node.operands.map((operand) => checkOperand(operand, scope));
  const types = operands.map(({ type }, i) =>
    node.operator === '??' && i < operands.length - 1 ? { ...type, mask: type.mask & ~NULLISH } : type,
  );
  return {
    plan: { type: 'logical', operator: node.operator, operands: operands.map(({ plan }) => plan) },
    type: union(types),
  };
}

const NULLISH = literalMask(null) | UNDEFINED;

/** What any of the types may be. */
function union(types: readonly Type[]): Type {
  const [first] = types;
  return {
    mask: types.reduce((mask, type) => mask | type.mask, 0),
    unit: types.every(({ unit }) => unit === first?.unit) ? first?.unit : undefined,
    choices: types.every(({ choices }) => choices === first?.choices) ? first?.choices : undefined,
  };
}
