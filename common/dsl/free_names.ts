import type { Lambda, MatchPlan, ScopeVariable, ValuePlan, Variable } from './plan';
import { TRACE } from './plan';

type Names = ReadonlySet<Variable | ScopeVariable>;

const NONE: Names = new Set();
const KNOWN = new WeakMap<Lambda, Names>();

/** Variables and scopes, the whole trace apart, that an expression reads and does not bind. */
export function freeNames(plan: ValuePlan): Names {
  switch (plan.type) {
    case 'literal':
      return NONE;
    case 'variable':
      return new Set([plan.variable]);
    case 'field':
    case 'relation':
    case 'part':
    case 'attribute':
    case 'resource':
    case 'entry':
    case 'hasKey':
      return freeNames(plan.of);
    case 'property':
      return freeNames(plan.object);
    case 'index':
      return all([freeNames(plan.object), freeNames(plan.index)]);
    case 'method':
      return all([plan.object, ...plan.args].map(freeNames));
    case 'matches':
      return freeNames(plan.subject);
    case 'collection':
      return all([freeNames(plan.object), freeOfLambda(plan.each)]);
    case 'builtin':
      return all(plan.args.map(freeNames));
    case 'list':
      return all(plan.items.map(freeNames));
    case 'logical':
    case 'binary':
      return all(plan.operands.map(freeNames));
    case 'not':
    case 'negative':
    case 'typeof':
      return freeNames(plan.operand);
    case 'conditional':
      return all([plan.test, plan.consequent, plan.alternate].map(freeNames));
    case 'call':
      return all([freeOfLambda(plan.lambda), ...plan.args.map(freeNames)]);
    case 'holds':
      return freeOfMatch(plan.match);
    case 'scopeField':
      return scopeNames(plan.scope);
    case 'count':
      return all([scopeNames(plan.scope), freeOfLambda(plan.predicate)]);
    case 'aggregate':
      return all([
        scopeNames(plan.scope),
        freeOfLambda(plan.of),
        ...(plan.predicate ? [freeOfLambda(plan.predicate)] : []),
      ]);
  }
}

export function freeOfLambda(lambda: Lambda): Names {
  const known = KNOWN.get(lambda);
  if (known) return known;
  const names = new Set(freeNames(lambda.value));
  for (const parameter of lambda.parameters) names.delete(parameter);
  KNOWN.set(lambda, names);
  return names;
}

function freeOfMatch(plan: MatchPlan): Names {
  switch (plan.type) {
    case 'has':
    case 'bound':
    case 'guard':
      return all([scopeNames(plan.scope), freeOfLambda(plan.predicate)]);
    case 'condition':
      return freeNames(plan.value);
    case 'and':
    case 'or':
      return all(plan.operands.map(freeOfMatch));
    case 'not':
    case 'within':
      return freeOfMatch(plan.operand);
    case 'follows':
      return all([freeOfMatch(plan.first), freeOfMatch(plan.then)]);
    case 'requires':
      return all([plan.left, ...plan.required].map(freeOfMatch));
    case 'groups': {
      const body = new Set(freeOfMatch(plan.body));
      body.delete(plan.group);
      return all([body, scopeNames(plan.from), freeOfLambda(plan.by)]);
    }
  }
}

const scopeNames = (scope: ScopeVariable): Names => (scope === TRACE ? NONE : new Set([scope]));

function all(sets: readonly Names[]): Names {
  const filled = sets.filter(({ size }) => size > 0);
  return filled.length <= 1 ? (filled[0] ?? NONE) : new Set(filled.flatMap((names) => [...names]));
}
