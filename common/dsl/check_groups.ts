import type { CallLink } from './ast';
import { checkCount } from './check_builtin';
import { GLOBALS } from './members';
import type { Lambda, MatchPlan, ScopeVariable } from './plan';
import { quote } from './problems';
import type { Binding, Scope } from './scope';
import type { StepResult } from './step_result';
import { INVALID } from './step_result';

/** What `under` and `groupBy` put around a body that speaks of one group. */
export const makeGroups =
  (kind: 'under' | 'groupBy', from: ScopeVariable, by: Lambda) =>
  (quantifier: 'some' | 'every', group: ScopeVariable, body: MatchPlan): MatchPlan => ({
    type: 'groups',
    kind,
    from,
    by,
    quantifier,
    group,
    body,
  });

/** Checks `trace.groupBy(f).some(g => …)`: the arrow function is over a group, which has all of the trace's steps. */
export function checkGroups(
  quantifier: 'some' | 'every',
  call: CallLink,
  { groups }: StepResult & { kind: 'scope' },
  scope: Scope,
): StepResult {
  const { context } = scope;
  if (!groups || !checkCount(quantifier, call, 1, 1, scope)) return INVALID;
  const [argument] = call.arguments;
  if (argument?.type !== 'arrow' || argument.parameters.length !== 1) {
    const expected = 'an arrow function over a group, such as g => g.count(s => s.isRoot) > 1';
    context.report('BT_WRONG_ARGUMENT', argument!, { name: quote(quantifier), expected });
    return INVALID;
  }
  const [parameter] = argument.parameters;
  const { name } = parameter!;
  if (GLOBALS.has(name) || context.definitions.has(name)) {
    context.report('BT_DUPLICATE_NAME', parameter!, { name: quote(name) });
    return INVALID;
  }
  context.predicates++;
  const group: ScopeVariable = { name };
  const names = new Map<string, Binding>(scope.names).set(name, { kind: 'scope', scope: group });
  const body = context.checker.need(argument.body, { ...scope, names }, { scope: group, steps: [] });
  if (!body) return INVALID;
  return { kind: 'match', plan: groups.make(quantifier, group, body), chain: groups.outer };
}
