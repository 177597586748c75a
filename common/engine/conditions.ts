import { compileRegex } from '../dsl/regex';
import type { AggregatePlan, Lambda, MatchPlan, ValuePlan, Variable } from '../dsl/plan';
import type { Condition, Trait } from './traits';
import { oneOf, unique } from './traits';

/** Necessary conditions of a match, all of them needed; from its positive parts only. */
export function conditionsOf(plan: MatchPlan, negated = false): Condition[] {
  switch (plan.type) {
    case 'has':
    case 'guard':
    case 'bound':
      return negated ? [] : ofLambda(plan.predicate);
    case 'condition':
      return negated ? [] : ofValue(plan.value, ANYWHERE);
    case 'not':
      return conditionsOf(plan.operand, !negated);
    case 'and':
    case 'or': {
      const parts = plan.operands.map((operand) => conditionsOf(operand, negated));
      return (plan.type === 'and') === negated ? oneOf(parts) : unique(parts.flat());
    }
    case 'within':
      return negated ? [] : conditionsOf(plan.operand);
    case 'follows':
      return negated ? [] : unique([plan.first, plan.then].flatMap((part) => conditionsOf(part)));
    case 'requires':
      return negated ? [] : conditionsOf(plan.left);
    case 'groups':
      if (negated || plan.quantifier === 'every') return [];
      return unique([...(plan.kind === 'under' ? ofLambda(plan.by) : []), ...conditionsOf(plan.body)]);
  }
}

/** What variables stand for, and of which one there are so many different spans. */
interface Place {
  readonly values: ReadonlyMap<Variable, ValuePlan>;
  readonly counted: Variable | undefined;
  readonly atLeast: number;
}

const ANYWHERE: Place = { values: new Map(), counted: undefined, atLeast: 1 };

/** In place of a number: of the counted variable alone. */
const OWN = 0;

/** Of each of these lists a span must have one trait itself to satisfy a predicate. */
export function ownTraits({ parameters: [counted], value }: Lambda): (readonly Trait[])[] {
  return ofValue(value, { values: new Map(), counted, atLeast: OWN }).flatMap((condition) => {
    if (condition.type === 'longer' || condition.type === 'spans') return [];
    const traits = condition.type === 'any' ? condition.of : [condition];
    return traits.every(({ atLeast }) => atLeast === OWN) ? [traits] : [];
  });
}

function ofLambda(lambda: Lambda, atLeast = 1): Condition[] {
  const counted = lambda.parameters[0];
  const conditions = ofValue(lambda.value, { values: new Map(), counted, atLeast });
  return atLeast > 1 ? [{ type: 'spans', atLeast }, ...conditions] : conditions;
}

/** What an expression is, where it is a variable that stands for another one. */
function resolve(plan: ValuePlan, { values }: Place): ValuePlan {
  let at = plan;
  while (at.type === 'variable') {
    const known = values.get(at.variable);
    if (!known || known === at) break;
    at = known;
  }
  return at;
}

function bind(place: Place, lambda: Lambda, args: readonly ValuePlan[]): Place {
  const values = new Map(place.values);
  args.forEach((argument, i) => values.set(lambda.parameters[i]!, resolve(argument, place)));
  return { ...place, values };
}

/** So many of a trait as there are spans, where it is a trait of the counted span itself. */
function need(trait: Trait, of: ValuePlan, place: Place): Condition[] {
  const owner = resolve(of, place);
  const isOwn = owner.type === 'variable' && owner.variable === place.counted;
  return [isOwn && place.atLeast !== 1 ? { ...trait, atLeast: place.atLeast } : trait];
}

/** Conditions for an expression to be truthy. Any span will do: those that relations lead to are in the trace as well. */
function ofValue(given: ValuePlan, place: Place): Condition[] {
  const plan = resolve(given, place);
  switch (plan.type) {
    case 'attribute':
      return need({ type: 'attribute', key: plan.key }, plan.of, place);
    case 'hasKey':
      return plan.owner === 'attributes' ? need({ type: 'attribute', key: plan.key }, plan.of, place) : [];
    case 'logical': {
      if (plan.operator === '??') return [];
      const parts = plan.operands.map((operand) => ofValue(operand, place));
      return plan.operator === '&&' ? unique(parts.flat()) : oneOf(parts);
    }
    case 'binary':
      return ofComparison(plan, place);
    case 'method':
      return ofMethod(plan, place);
    case 'matches':
      return ofSubject(plan, place);
    case 'call':
      return ofValue(plan.lambda.value, bind(place, plan.lambda, plan.args));
    case 'field':
      return plan.field === 'timedOut' ? need({ type: 'status', value: 'ERROR' }, plan.of, place) : [];
    case 'holds':
      return conditionsOf(plan.match);
    case 'collection':
      return plan.name === 'some' ? ofSome(plan, place) : [];
    default:
      return [];
  }
}

/** Conditions for what a regular expression is asked of: the text of a status may be empty, everything else is there. */
function ofSubject({ subject, regex }: ValuePlan & { type: 'matches' }, place: Place): Condition[] {
  const plan = resolve(subject, place);
  if (plan.type !== 'field' || plan.field !== 'statusMessage') return ofScalar(plan, place);
  return compileRegex(regex).test('') ? [] : need({ type: 'status_message' }, plan.of, place);
}

/** Conditions for something not to be undefined. */
function ofDefined(given: ValuePlan, place: Place): Condition[] {
  const plan = resolve(given, place);
  switch (plan.type) {
    case 'attribute':
      return need({ type: 'attribute', key: plan.key }, plan.of, place);
    case 'property':
    case 'index':
    case 'method':
      return ofDefined(plan.object, place);
    default:
      return [];
  }
}

/** Conditions for something to be a string, a number or a Boolean. */
function ofScalar(given: ValuePlan, place: Place): Condition[] {
  const plan = resolve(given, place);
  if (plan.type !== 'attribute') return ofDefined(plan, place);
  return need({ type: 'attribute', key: plan.key, scalar: true }, plan.of, place);
}

/** Conditions for a list to have items. */
function ofItems(plan: ValuePlan, place: Place): Condition[] {
  if (plan.type === 'relation') return plan.relation === 'events' ? need({ type: 'event' }, plan.of, place) : [];
  return ofDefined(plan, place);
}

/** `list.some(x => …)`: of a list that is written out, one of its items has to do. */
function ofSome({ object, each }: ValuePlan & { type: 'collection' }, place: Place): Condition[] {
  const list = resolve(object, place);
  if (list.type === 'list') return oneOf(list.items.map((item) => ofValue(each.value, bind(place, each, [item]))));
  const isOfSpans = list.type === 'relation' && !['events', 'links'].includes(list.relation);
  return unique([...ofItems(list, place), ...(isOfSpans ? ofValue(each.value, place) : [])]);
}

function ofComparison({ operators, operands }: ValuePlan & { type: 'binary' }, place: Place): Condition[] {
  const [left, right] = operands;
  const [operator] = operators;
  if (operators.length !== 1 || !left || !right) return [];
  const [literal, other] = left.type === 'literal' ? [left, resolve(right, place)] : [right, resolve(left, place)];
  const isEqual = operator === '===' || operator === '==';
  const direction = left.type === 'literal' ? MIRRORED[operator!] : operator!;
  if (literal.type !== 'literal' || literal.value == null || !(isEqual || ORDERS.includes(direction!))) return [];
  const { value } = literal;
  const isAbove = isEqual || direction === '>' || direction === '>=';
  if (isAbove && typeof value === 'number') {
    if (value > 0 || (value === 0 && direction === '>')) {
      return unique([...ofAbove(other, value, direction === '>', place), ...ofScalar(other, place)]);
    }
  }
  if (other.type === 'aggregate' && !['sum', 'distinct'].includes(other.name)) return ofOperands(other);
  if (other.type === 'attribute') {
    if (isEqual && (typeof value === 'string' || typeof value === 'boolean')) {
      return need({ type: 'attribute_value', key: other.key, value }, other.of, place);
    }
    return ofScalar(other, place);
  }
  if (other.type !== 'field' || !isEqual || typeof value !== 'string') return [];
  const trait = traitOf(other.field, value);
  return trait ? need(trait, other.of, place) : [];
}

/** Methods that lists don't have. */
const OF_STRINGS: ReadonlySet<string> = new Set(['startsWith', 'endsWith', 'toLowerCase', 'toUpperCase', 'trim']);

const ORDERS: readonly string[] = ['<', '<=', '>', '>='];
const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

function traitOf(field: string, value: string): Trait | undefined {
  return field === 'name' || field === 'service' || field === 'status' || field === 'kind'
    ? { type: field, value }
    : undefined;
}

/** Conditions for a number to be above one that is not negative (0 only where it has to be more). */
function ofAbove(given: ValuePlan, bound: number, isMore: boolean, place: Place): Condition[] {
  const plan = resolve(given, place);
  const fewest = isMore ? Math.floor(bound) + 1 : Math.ceil(bound);
  switch (plan.type) {
    case 'count':
      return ofLambda(plan.predicate, fewest);
    case 'aggregate':
      return plan.name === 'distinct' ? ofOperands(plan, fewest) : ofOperands(plan);
    case 'field':
      // A little shorter, because milliseconds are no whole numbers.
      return plan.field === 'duration' ? [{ type: 'longer', us: bound * 1000 - 1 }] : [];
    case 'binary':
      // A sum is above nothing only where one of its parts is.
      if (!plan.operators.every((operator) => operator === '+')) return [];
      return oneOf(plan.operands.map((operand) => ofAbove(operand, 0, true, place)));
    default:
      return [];
  }
}

/** Conditions for a number that is made of what spans have: one of them has to have it. */
function ofOperands({ of, predicate }: AggregatePlan, atLeast = 1): Condition[] {
  const [counted] = of.parameters;
  const place = { values: new Map(), counted, atLeast };
  return unique([...ofDefined(of.value, place), ...(predicate ? ofLambda(predicate, atLeast) : [])]);
}

function ofMethod({ object, name, args }: ValuePlan & { type: 'method' }, place: Place): Condition[] {
  const owner = resolve(object, place);
  const [argument] = args;
  if (owner.type === 'list' && name === 'includes' && argument) return ofIncluded(owner.items, argument, place);
  if (owner.type === 'attribute') return OF_STRINGS.has(name) ? ofScalar(owner, place) : ofDefined(owner, place);
  const isPrefix = owner.type === 'field' && owner.field === 'name' && name === 'startsWith' && args.length === 1;
  if (!isPrefix || argument?.type !== 'literal' || typeof argument.value !== 'string') return [];
  return need({ type: 'name_prefix', value: argument.value }, owner.of, place);
}

/** `['a', 'b'].includes(x)`: x is one of them. */
function ofIncluded(items: readonly ValuePlan[], argument: ValuePlan, place: Place): Condition[] {
  const sought = resolve(argument, place);
  const values = items.flatMap((item) => (item.type === 'literal' ? [item.value] : []));
  if (values.length < items.length || values.includes(undefined)) return [];
  if (sought.type === 'attribute') {
    const isListed = values.every((value) => typeof value === 'string' || typeof value === 'boolean');
    const { key } = sought;
    return isListed && place.atLeast === 1
      ? oneOf(values.map((value) => [{ type: 'attribute_value', key, value }]))
      : need({ type: 'attribute', key }, sought.of, place);
  }
  if (sought.type !== 'field') return [];
  return oneOf(
    values.map((value) => {
      const trait = typeof value === 'string' ? traitOf(sought.field, value) : undefined;
      return trait ? [trait] : [];
    }),
  );
}
