import type { Expression, ListNode, LogicalNode, NameNode } from './ast';
import { checkChain, isStepChain } from './check_chain';
import { UNKNOWN } from './check_context';
import { checkAnything, checkOperand } from './check_operand';
import { checkBinary, checkUnary } from './check_operator';
import { GLOBALS } from './members';
import { printExpression } from './print';
import { quote } from './problems';
import type { Scope } from './scope';
import { closeChain } from './step_result';
import type { Typed } from './types';
import { BOOLEAN, LIST, literalMask, UNDEFINED, union } from './types';

/** Checks an expression whose value is needed. */
export function checkValue(node: Expression, scope: Scope): Typed {
  switch (node.type) {
    case 'literal':
      return { plan: { type: 'literal', value: node.value }, type: { mask: literalMask(node.value) } };
    case 'regex':
      scope.context.report('BT_NOT_A_VALUE', node, { found: 'A regular expression' });
      return UNKNOWN;
    case 'name':
      return checkName(node, scope);
    case 'list':
      return checkList(node, scope);
    case 'arrow':
      scope.context.report('BT_NOT_A_VALUE', node, { found: 'An arrow function' });
      return UNKNOWN;
    case 'chain':
      return isStepChain(node, scope) ? checkStepValue(node, scope) : checkChain(node, scope);
    case 'unary':
      return checkUnary(node, scope);
    case 'logical':
      return checkLogical(node, scope);
    case 'binary':
      return checkBinary(node, scope);
    case 'conditional': {
      const test = checkAnything(node.test, scope);
      const consequent = checkAnything(node.consequent, scope);
      const alternate = checkAnything(node.alternate, scope);
      return {
        plan: { type: 'conditional', test: test.plan, consequent: consequent.plan, alternate: alternate.plan },
        type: union([consequent.type, alternate.type]),
      };
    }
  }
}

/** A chain of steps as a value: inside arrow functions a match is a plain Boolean. */
function checkStepValue(node: Expression & { type: 'chain' }, scope: Scope): Typed {
  const result = scope.context.checker.steps(node, scope);
  switch (result.kind) {
    case 'value':
      return closeBoolean(result.typed, node);
    case 'match':
      if (!scope.inArrow) scope.context.report('BT_MATCH_AS_VALUE', node);
      return { plan: { type: 'holds', match: closeChain(result.plan, result.chain.steps) }, type: { mask: BOOLEAN } };
    case 'invalid':
      return UNKNOWN;
    default:
      scope.context.report('BT_NOT_A_VALUE', node, { found: scope.context.quoted(node) });
      return UNKNOWN;
  }
}

/** A Boolean from a scoped chain needs no comparison. */
function closeBoolean(typed: Typed, node: Expression): Typed {
  if (!typed.scopes || typed.type.mask !== BOOLEAN) return typed;
  const condition = { type: 'condition' as const, value: typed.plan, text: printExpression(node) };
  return { plan: { type: 'holds', match: closeChain(condition, typed.scopes) }, type: typed.type };
}

function checkName(node: NameNode, { context, names }: Scope): Typed {
  const binding = names.get(node.name);
  if (binding?.kind === 'variable') {
    return { plan: { type: 'variable', variable: binding.variable }, type: binding.type };
  }
  const [parameter] = [...names].flatMap(([name, { kind }]) => (kind === 'variable' ? [name] : []));
  if (context.definitions.has(node.name) && parameter !== undefined) {
    const fix = { title: 'Call it', text: `${node.name}(${parameter})` };
    context.report('BT_NOT_A_VALUE', node, { found: quote(node.name) }, fix);
  } else if (binding || GLOBALS.has(node.name) || context.definitions.has(node.name)) {
    context.report('BT_NOT_A_VALUE', node, { found: quote(node.name) });
  } else if (/^traces$/i.test(node.name)) {
    context.report('BT_SEVERAL_TRACES', node);
  } else {
    context.unknown('BT_UNKNOWN_NAME', node.name, '', node, [
      ...names.keys(),
      ...context.definitions.keys(),
      ...GLOBALS,
    ]);
  }
  return UNKNOWN;
}

function checkList(node: ListNode, scope: Scope): Typed {
  const items = node.items.map((item) => checkOperand(item, scope));
  const element = items.length === 0 ? { mask: UNDEFINED } : union(items.map(({ type }) => type));
  return { plan: { type: 'list', items: items.map(({ plan }) => plan) }, type: { mask: LIST, element } };
}

function checkLogical(node: LogicalNode, scope: Scope): Typed {
  const operands = node.operands.map((operand) => checkAnything(operand, scope));
  const types = operands.map(({ type }, i) =>
    node.operator === '??' && i < operands.length - 1 ? { ...type, mask: type.mask & ~NULLISH } : type,
  );
  return {
    plan: { type: 'logical', operator: node.operator, operands: operands.map(({ plan }) => plan) },
    type: union(types),
  };
}

const NULLISH = literalMask(null) | UNDEFINED;
