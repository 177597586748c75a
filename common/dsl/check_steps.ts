import type { CallLink, ChainNode, PropertyLink } from './ast';
import { checkLinks } from './check_chain';
import { UNKNOWN } from './check_context';
import { checkGroups } from './check_groups';
import { checkMatchStep, offerWindow } from './check_match_steps';
import { checkTraceStep } from './check_trace_steps';
import { SCOPE_FIELDS, STEPS } from './members';
import type { ScopeField } from './plan';
import { TRACE } from './plan';
import { quote } from './problems';
import type { Scope } from './scope';
import type { Chain, StepResult } from './step_result';
import { INVALID } from './step_result';
import type { Typed } from './types';
import { BOOLEAN, mayBe } from './types';
import { printExpression } from './print';

/** Checks `trace.where(…).has(…).within(…)` and the like, step by step. */
export function checkSteps(node: ChainNode, scope: Scope): StepResult {
  let current = headOf(node, scope);
  for (let i = 0; i < node.links.length && current.kind !== 'invalid'; i += 2) {
    const [link, call] = [node.links[i]!, node.links[i + 1]];
    if (current.kind === 'value') return finishValue(node, current.typed, i, scope);
    if (link.type !== 'property') {
      scope.context.report('BT_NOT_A_VALUE', link, { found: scope.context.quoted(link) });
      return INVALID;
    }
    if (call?.type !== 'call') {
      if (current.kind !== 'scope' || !SCOPE_FIELDS.has(link.name)) return refuseProperty(link, current, scope);
      return finishValue(node, readField(link.name, current.chain), i + 1, scope);
    }
    current = checkStep(link, call, current, scope);
  }
  return current;
}

function headOf({ head }: ChainNode, scope: Scope): StepResult {
  const result = scope.context.checker.match(head, scope);
  if (result.kind === 'value' && mayBe(result.typed.type, BOOLEAN)) {
    const { plan } = result.typed;
    const match = plan.type === 'holds' ? plan.match : undefined;
    const condition = { type: 'condition' as const, value: plan, text: printExpression(head) };
    return { kind: 'match', plan: match ?? condition, chain: { scope: TRACE, steps: [] } };
  }
  if (result.kind !== 'function' && result.kind !== 'value') return result;
  const found = result.kind === 'function' ? result.found : scope.context.quoted(head);
  scope.context.report('BT_NOT_A_MATCH', head, { found });
  return INVALID;
}

function readField(name: string, { scope, steps }: Chain): Typed {
  const plan = { type: 'scopeField' as const, scope, field: name as ScopeField };
  return { plan, type: SCOPE_FIELDS.get(name)!, ...(steps.length === 0 ? {} : { scopes: steps }) };
}

function finishValue(node: ChainNode, typed: Typed, from: number, scope: Scope): StepResult {
  const [link, call] = [node.links[from], node.links[from + 1]];
  const { plan } = typed;
  if (plan.type === 'count' && link?.type === 'property' && link.name === 'within') {
    offerWindow(node, from, call, scope);
    return INVALID;
  }
  const result = checkLinks(node, typed, from, scope);
  return result === UNKNOWN ? INVALID : { kind: 'value', typed: result };
}

function refuseProperty(link: PropertyLink, owner: StepResult, scope: Scope): StepResult {
  const steps: ReadonlySet<string> = owner.kind === 'scope' ? STEPS.trace : STEPS.match;
  if (steps.has(link.name)) scope.context.report('BT_NOT_CALLED', link, { name: quote(link.name) });
  else refuseStep(link, owner, scope);
  return INVALID;
}

function refuseStep(link: PropertyLink, owner: StepResult, { context }: Scope): StepResult {
  if (owner.kind === 'scope') {
    const known = [...STEPS.trace, ...SCOPE_FIELDS.keys(), ...(owner.groups ? STEPS.group : [])];
    const name = owner.chain.scope === TRACE ? quote('trace') : 'a group';
    if (SCOPE_FIELDS.has(link.name)) context.report('BT_NOT_CALLABLE', link, { name: quote(link.name) });
    else context.unknown('BT_UNKNOWN_METHOD', link.name, name, link, known);
  } else {
    context.unknown('BT_UNKNOWN_METHOD', link.name, 'a match', link, STEPS.match);
  }
  return INVALID;
}

function checkStep(link: PropertyLink, call: CallLink, owner: StepResult, scope: Scope): StepResult {
  if (owner.kind === 'scope') {
    if (owner.groups && STEPS.group.has(link.name)) {
      return checkGroups(link.name as 'some' | 'every', call, owner, scope);
    }
    if (STEPS.trace.has(link.name)) return checkTraceStep(link.name, call, owner.chain, scope);
  }
  if (owner.kind === 'match' && STEPS.match.has(link.name)) return checkMatchStep(link, call, owner, scope);
  return refuseStep(link, owner, scope);
}
