import type { Expression, LogicalNode } from './ast';
import { checkMatchChain } from './check_steps';
import type { CheckContext } from './check_context';
import { checkCountComparison } from './check_count';
import { quote } from './problems';
import type { MatchScope, StepResult } from './step_result';
import { INVALID, match } from './step_result';
import { checkPredicate, isPredicate } from './check_predicate';

/** Checks an expression over the trace: what stands outside arrow functions. */
export function checkMatch(node: Expression, context: CheckContext): StepResult {
  const scope: MatchScope = {
    context,
    check: (inner) => checkMatch(inner, context),
    need: (inner) => needMatch(inner, context),
  };
  switch (node.type) {
    case 'literal':
      return typeof node.value === 'boolean'
        ? match({ type: 'constant', value: node.value })
        : { kind: 'other', found: scope.context.quoted(node) };
    case 'name':
      return checkName(node.name, node, context);
    case 'chain':
      return checkMatchChain(node, scope);
    case 'logical':
      return checkLogical(node, scope);
    case 'unary': {
      if (node.operator !== '!') break;
      const operand = scope.need(node.operand);
      return operand.kind === 'match' ? match({ type: 'not', operand: operand.plan }) : INVALID;
    }
    case 'binary':
      return checkCountComparison(node, scope);
    case 'conditional':
      context.report('BT_MATCH_AS_VALUE', node);
      return INVALID;
    case 'arrow':
      return { kind: 'other', found: 'an arrow function' };
    case 'regex':
      context.notSupported('Regular expressions are', node);
      return INVALID;
    default:
      break;
  }
  return { kind: 'other', found: context.quoted(node) };
}

/** Checks a step's argument: a match, or a bare predicate, which means that some span satisfies it. */
function needMatch(node: Expression, context: CheckContext): StepResult {
  if (isPredicate(node, context)) {
    const predicate = checkPredicate(node, 'has', context);
    return predicate ? match({ type: 'has', predicate }) : INVALID;
  }
  const result = checkMatch(node, context);
  if (result.kind === 'match' || result.kind === 'invalid') return result;
  if (result.kind === 'count') {
    context.report('BT_NUMBER_NOT_COMPARED', node, { text: context.quoted(node) });
  } else {
    context.report('BT_NOT_A_MATCH', node, { found: result.kind === 'other' ? result.found : quote('trace') });
  }
  return INVALID;
}

function checkName(name: string, node: Expression, context: CheckContext): StepResult {
  if (name === 'trace') return { kind: 'trace', guards: [] };
  if (context.definitions.has(name)) return { kind: 'other', found: `the arrow function ${quote(name)}` };
  if (/^traces$/i.test(name)) context.report('BT_SEVERAL_TRACES', node);
  else context.unknown('BT_UNKNOWN_NAME', name, '', node, ['trace', ...context.definitions.keys()]);
  return INVALID;
}

function checkLogical(node: LogicalNode, scope: MatchScope): StepResult {
  if (node.operator === '??') {
    scope.context.report('BT_MATCH_AS_VALUE', node);
    return INVALID;
  }
  const operands = node.operands.flatMap((operand) => {
    const result = scope.need(operand);
    return result.kind === 'match' ? [result.plan] : [];
  });
  return match({ type: node.operator === '&&' ? 'and' : 'or', operands });
}
