import type { BinaryOperator } from './ast';
import type {
  Aggregation,
  AggregatePlan,
  BinaryPlan,
  Builtin,
  CountPlan,
  Lambda,
  MatchPlan,
  PartField,
  Relation,
  ScopeField,
  ScopeVariable,
  SpanField,
  ValuePlan,
  Variable,
} from './plan';
import { TRACE } from './plan';
import { printLiteral } from './print';
import { parseDuration } from './duration';

/** What stands for a variable: `it` for the one that is spoken of, else its name. */
export type Subjects = ReadonlyMap<Variable, string>;

/** Says a match in one line; the matches' own describer, for those that stand inside values. */
export type SayMatch = (match: MatchPlan) => string;

const FIELDS: Readonly<Record<SpanField | PartField | Relation, string>> = {
  name: 'name',
  kind: 'kind',
  status: 'status',
  statusMessage: 'status message',
  timedOut: 'time-out',
  startTime: 'start time',
  endTime: 'end time',
  duration: 'duration',
  traceId: 'trace id',
  spanId: 'span id',
  parentSpanId: "parent's id",
  service: 'service',
  isRoot: 'being a root',
  time: 'time',
  version: 'version',
  parent: 'parent',
  ancestors: 'ancestors',
  children: 'children',
  descendants: 'descendants',
  siblings: 'siblings',
  depth: 'depth',
  events: 'events',
  links: 'links',
  scope: 'instrumentation scope',
};

const SCOPE_FIELDS: Readonly<Record<ScopeField, string>> = {
  spans: 'spans',
  services: 'services',
  duration: 'duration',
  root: 'root',
  traceId: 'trace id',
};

const OPERATORS: Readonly<Record<BinaryOperator, string>> = {
  '===': 'is',
  '==': 'is',
  '!==': 'is not',
  '!=': 'is not',
  '<': 'is under',
  '<=': 'is at most',
  '>': 'is over',
  '>=': 'is at least',
  in: 'is a key of',
  '+': 'plus',
  '-': 'minus',
  '*': 'times',
  '/': 'divided by',
  '%': 'modulo',
};

const AGGREGATES: Readonly<Record<Exclude<Aggregation, 'percentile'>, string>> = {
  sum: 'the sum',
  avg: 'the average',
  min: 'the least',
  max: 'the greatest',
  distinct: 'the number of different values',
};

/** Puts the values of a rule in words. */
export class ValueWords {
  constructor(
    private readonly subjects: Subjects,
    private readonly sayMatch: SayMatch,
  ) {}

  /** The condition that a lambda's parameters have to meet; of one parameter, it is spoken of as `it`. */
  lambda({ parameters, value }: Lambda): string {
    return this.of(parameters).clause(value);
  }

  /** The value that a lambda gives. */
  given({ parameters, value }: Lambda): string {
    return this.of(parameters).value(value);
  }

  private of(parameters: readonly Variable[]): ValueWords {
    // whoever was `it` has its name inside a second arrow function
    const names = [...this.subjects].map(
      ([variable, word]) => [variable, word === 'it' ? variable.name : word] as const,
    );
    const own = parameters.map((each) => [each, parameters.length === 1 ? 'it' : each.name] as const);
    return new ValueWords(new Map([...names, ...own]), this.sayMatch);
  }

  /** A value as a condition: what makes it true. */
  clause(plan: ValuePlan): string {
    switch (plan.type) {
      case 'literal':
        return plan.value === true ? 'whatever it is' : `${this.value(plan)} holds`;
      case 'logical':
        if (plan.operator === '??') return `${this.value(plan)} holds`;
        return plan.operands
          .map((each) => this.grouped(each, plan.operator))
          .join(plan.operator === '&&' ? ' and ' : ' or ');
      case 'not':
        return this.negated(plan.operand);
      case 'field':
        if (plan.field === 'isRoot') return `${this.value(plan.of)} is a root`;
        if (plan.field === 'timedOut') return `${this.value(plan.of)} timed out`;
        return `there is ${this.value(plan)}`;
      case 'conditional':
        return `if ${this.clause(plan.test)} then ${this.clause(plan.consequent)}, else ${this.clause(plan.alternate)}`;
      case 'holds':
        return this.sayMatch(plan.match);
      case 'call':
        return this.called(plan.lambda, plan.args).clause(plan.lambda.value);
      case 'binary':
      case 'hasKey':
      case 'matches':
        return this.value(plan);
      case 'method':
        return isQuestion(plan.name) ? this.value(plan) : `there is ${this.value(plan)}`;
      case 'builtin':
        return plan.name === 'Array.isArray' ? this.value(plan) : `there is ${this.value(plan)}`;
      case 'collection':
        if (plan.name === 'find') return this.collection(plan.object, 'some', plan.each);
        return plan.name === 'some' || plan.name === 'every' ? this.value(plan) : `there is ${this.value(plan)}`;
      default:
        return `there is ${this.value(plan)}`;
    }
  }

  private negated(operand: ValuePlan): string {
    switch (operand.type) {
      case 'field':
        if (operand.field === 'isRoot') return `${this.value(operand.of)} is no root`;
        if (operand.field === 'timedOut') return `${this.value(operand.of)} did not time out`;
        return `there is no ${this.value(operand)}`;
      case 'relation':
      case 'attribute':
      case 'resource':
      case 'entry':
        return `there is no ${this.value(operand)}`;
      case 'hasKey':
        return `${this.value(operand.of)} has no ${ownerWord(operand.owner)} ${printLiteral(operand.key)}`;
      case 'not':
        return this.clause(operand.operand);
      default:
        return `it is not so that (${this.clause(operand)})`;
    }
  }

  /** An operand that binds less tightly than what is around it stands in brackets. */
  private grouped(operand: ValuePlan, around: string): string {
    const said = this.clause(operand);
    const needsBrackets = operand.type === 'conditional' || (operand.type === 'logical' && operand.operator !== around);
    return needsBrackets ? `(${said})` : said;
  }

  /** A value as a noun. */
  value(plan: ValuePlan): string {
    switch (plan.type) {
      case 'literal':
        return printLiteral(plan.value);
      case 'variable':
        return this.subjects.get(plan.variable) ?? plan.variable.name;
      case 'field':
      case 'part':
        return `${this.possessive(plan.of)} ${FIELDS[plan.field]}`;
      case 'relation':
        return `${this.possessive(plan.of)} ${FIELDS[plan.relation]}`;
      case 'attribute':
      case 'entry':
        return `${this.possessive(plan.of)} attribute ${printLiteral(plan.key)}`;
      case 'resource':
        return `${this.possessive(plan.of)} resource attribute ${printLiteral(plan.key)}`;
      case 'hasKey':
        return `${this.value(plan.of)} has ${article(plan.owner)} ${printLiteral(plan.key)}`;
      case 'property':
        return `${this.possessive(plan.object)} ${plan.name}`;
      case 'index':
        return `item ${this.value(plan.index)} of ${this.value(plan.object)}`;
      case 'method':
        return this.method(plan.object, plan.name, plan.args);
      case 'matches':
        return `${this.value(plan.subject)} matches /${plan.regex.source}/${plan.regex.flags & 1 ? 'i' : ''}`;
      case 'collection':
        return this.collection(plan.object, plan.name, plan.each);
      case 'builtin':
        return this.builtin(plan.name, plan.args);
      case 'list':
        return plan.items.length === 0
          ? 'an empty list'
          : listed(
              plan.items.map((each) => this.value(each)),
              'and',
            );
      case 'logical':
        if (plan.operator !== '??') return `whether ${this.clause(plan)}`;
        return `(${plan.operands.map((each) => this.value(each)).join(', or where there is none ')})`;
      case 'binary':
        return this.binary(plan);
      case 'negative':
        return `minus ${this.value(plan.operand)}`;
      case 'typeof':
        return `the type of ${this.value(plan.operand)}`;
      case 'not':
      case 'holds':
        return `whether ${this.clause(plan)}`;
      case 'conditional':
        return `${this.value(plan.consequent)} if ${this.clause(plan.test)}, else ${this.value(plan.alternate)}`;
      case 'call':
        return this.called(plan.lambda, plan.args).value(plan.lambda.value);
      case 'scopeField':
        return `the ${scopeName(plan.scope)}'s ${SCOPE_FIELDS[plan.field]}`;
      case 'count':
        return this.count(plan);
      case 'aggregate':
        return this.aggregate(plan);
    }
  }

  private possessive(plan: ValuePlan): string {
    const said = this.value(plan);
    return said === 'it' ? 'its' : `${said}${said.endsWith('s') ? "'" : "'s"}`;
  }

  /** A named predicate as if it were written out where it is called. */
  private called(lambda: Lambda, args: readonly ValuePlan[]): ValueWords {
    const own = lambda.parameters.map((each, i) => [each, args[i] ? this.value(args[i]) : each.name] as const);
    return new ValueWords(new Map([...this.subjects, ...own]), this.sayMatch);
  }

  private binary({ operators, operands }: BinaryPlan): string {
    const isDuration =
      operands.some((each) => each.type === 'field' && each.field === 'duration') ||
      operands.some((each) => each.type === 'scopeField' && each.field === 'duration');
    return operands
      .map((each, i) => {
        const operator = operators[i - 1];
        const before = operator === undefined ? '' : ` ${OPERATORS[operator]} `;
        if (each.type === 'literal' && each.value === undefined && (operator === '===' || operator === '==')) {
          return ' is not there';
        }
        if (each.type === 'literal' && each.value === undefined && (operator === '!==' || operator === '!=')) {
          return ' is there';
        }
        if (isDuration && each.type === 'literal' && typeof each.value === 'number') {
          return before + durationWords(each.value * 1e3);
        }
        const said =
          each.type === 'logical' || each.type === 'conditional' ? `(${this.value(each)})` : this.value(each);
        return before + (each.type === 'binary' ? `(${said})` : said);
      })
      .join('');
  }

  private method(object: ValuePlan, name: string, args: readonly ValuePlan[]): string {
    const on = this.value(object);
    const [first, second] = args.map((each) => this.value(each));
    const from = second === undefined ? '' : `, from ${second} on`;
    switch (name) {
      case 'startsWith':
        return `${on} starts with ${first}${from}`;
      case 'endsWith':
        return `${on} ends with ${first}${second === undefined ? '' : ` within its first ${second} characters`}`;
      case 'includes':
        return object.type === 'list'
          ? `${first} is one of ${listed(
              object.items.map((each) => this.value(each)),
              'or',
            )}`
          : `${on} contains ${first}`;
      case 'indexOf':
        return `the place of ${first} in ${on}${from}`;
      case 'slice':
        return `the part of ${on} from ${first ?? '0'}${second === undefined ? '' : ` to ${second}`}`;
      case 'split':
        return `the parts of ${on} between ${first}`;
      case 'at':
        return `item ${first} of ${on}`;
      case 'toLowerCase':
        return `${on} in lower case`;
      case 'toUpperCase':
        return `${on} in upper case`;
      default:
        return `${on} without white space around it`;
    }
  }

  private collection(object: ValuePlan, name: string, each: Lambda): string {
    const [parameter] = each.parameters;
    const word = parameter?.name ?? 'item';
    // named, for `it` is the span around
    const inner = new ValueWords(
      new Map([...this.subjects, ...each.parameters.map((p) => [p, p.name] as const)]),
      this.sayMatch,
    );
    const on = this.value(object);
    const clause = (): string => inner.grouped(each.value, '');
    switch (name) {
      case 'some':
        return `for some ${word} of ${on}, ${clause()}`;
      case 'every':
        return `for every ${word} of ${on}, ${clause()}`;
      case 'filter':
        return `those ${word} of ${on} for which ${clause()}`;
      case 'find':
        return `the first ${word} of ${on} for which ${clause()}`;
      default:
        return `for each ${word} of ${on}, ${inner.value(each.value)}`;
    }
  }

  private builtin(name: Builtin, args: readonly ValuePlan[]): string {
    const said = args.map((each) => this.value(each));
    switch (name) {
      case 'Number':
        return `${said[0]} as a number`;
      case 'String':
        return `${said[0]} as text`;
      case 'Math.abs':
        return `the absolute value of ${said[0]}`;
      case 'Math.min':
        return `the least of ${listed(said, 'and')}`;
      case 'Math.max':
        return `the greatest of ${listed(said, 'and')}`;
      case 'Math.floor':
        return `${said[0]} rounded down`;
      case 'Math.round':
        return `${said[0]} rounded`;
      case 'Array.isArray':
        return `${said[0]} is a list`;
    }
  }

  private count({ scope, predicate, windowUs }: CountPlan): string {
    const window = windowUs === undefined ? 'the number' : `within any ${durationWords(windowUs)}, the number`;
    return `${window} of ${this.spansWhere(scope, predicate)}`;
  }

  private aggregate({ scope, name, of, rank, predicate }: AggregatePlan): string {
    const what = name === 'percentile' ? `the ${rank}th percentile` : AGGREGATES[name];
    const over = predicate ? this.spansWhere(scope, predicate) : `all spans${scopeWords(scope)}`;
    return `${what} of ${this.given(of)} over ${over}`;
  }

  private spansWhere(scope: ScopeVariable, predicate: Lambda): string {
    return `spans${scopeWords(scope)} ${where(this.lambda(predicate))}`;
  }
}

/** ` where …`, unless it says nothing. */
export const where = (clause: string): string =>
  clause === 'whatever it is' ? 'whatever they are' : `where ${clause}`;

/** Where steps look: nothing of the whole trace. */
export const scopeWords = (scope: ScopeVariable): string => (scope === TRACE ? '' : ' of that part');

const scopeName = (scope: ScopeVariable): string => (scope === TRACE ? 'trace' : 'part');

/** As short as it is whole: `5 s`, `1.5 ms`. */
export function durationWords(us: number): string {
  if (us >= 60e6 && us % 60e6 === 0) return `${us / 60e6} min`;
  if (us >= 1e6) return `${us / 1e6} s`;
  return us >= 1e3 || us === 0 ? `${us / 1e3} ms` : `${us} µs`;
}

const isQuestion = (method: string): boolean => ['startsWith', 'endsWith', 'includes'].includes(method);

const ownerWord = (owner: string): string =>
  owner === 'resource' ? 'resource attribute' : owner === 'attributes' ? 'attribute' : `${owner} attribute`;

const article = (owner: string): string =>
  `${ownerWord(owner).startsWith('a') || owner === 'event' ? 'an' : 'a'} ${ownerWord(owner)}`;

function listed(words: readonly string[], joiner: 'and' | 'or'): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${joiner} ${words.at(-1)}`;
}

/** A window as the rule writes it, where that is text. */
export const windowWords = (limitUs: number, text: string | undefined): string =>
  text !== undefined && parseDuration(text) === limitUs ? text : durationWords(limitUs);
