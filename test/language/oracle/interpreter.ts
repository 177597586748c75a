import type * as acorn from 'acorn';
import type { Value } from '../../../common/trace/value';
import type { SpanView } from '../../../common/trace/span';
import { binary, matches, method, micros } from './differences';
import { includes, overList } from './lists';
import type { Part, World } from './spans';
import type { Arrow } from './steps';
import { Numbered, Scope, Steps } from './steps';
import type { Tri } from './three_valued';
import { and3, Between, not, or3, tri, U, vague } from './three_valued';
import type { Match } from './worlds';
import { truthOf } from './worlds';

type Node = acorn.Expression | acorn.PrivateIdentifier | acorn.SpreadElement | acorn.Super;
type Names = ReadonlyMap<string, unknown>;

const MATCH_STEPS = ['and', 'or', 'not', 'within', 'followedBy', 'precededBy', 'requires'];
const LIST_METHODS = ['some', 'every', 'filter', 'find', 'map'];

/** What runs a rule's text. */
export class Interpreter {
  constructor(
    private readonly world: World,
    /** The words of an arrow function as reports have them. */
    private readonly textOf: (node: acorn.ArrowFunctionExpression) => string,
  ) {}

  rule({ body }: acorn.Program): Match {
    let names: Names = new Map([['trace', this.scopeOf(this.world.whole)]]);
    for (const statement of body) {
      if (statement.type === 'ExpressionStatement') return this.match(statement.expression, names);
      if (statement.type !== 'VariableDeclaration') break;
      const [declared] = statement.declarations;
      const { name } = declared!.id as acorn.Identifier;
      names = new Map([...names, [name, this.value(declared!.init!, names)]]);
    }
    throw new Error('no rule');
  }

  private scopeOf(part: Part): Scope {
    return new Scope(this.world, (inner) => inner(part), part);
  }

  /** An expression of matches. */
  private match(node: Node, names: Names): Match {
    if (node.type === 'LogicalExpression' && node.operator !== '??') {
      const list = flat(node, node.operator).map((part) => this.match(part, names));
      return { t: node.operator === '&&' ? 'and' : 'or', list };
    }
    if (node.type === 'UnaryExpression' && node.operator === '!')
      return { t: 'not', of: this.match(node.argument, names) };
    const result = this.run(node, names);
    if (result instanceof Steps) return result.close();
    if (result instanceof Numbered) return result.condition((value) => value);
    if (isMatch(result)) return result;
    return { t: 'condition', truth: () => tri(result), shown: () => [] };
  }

  /** The value of an expression; a match is a Boolean. */
  private value(node: Node, names: Names): unknown {
    const result = this.run(node, names);
    if (result instanceof Steps) return truthOf(result.close(), this.world);
    if (isMatch(result)) return truthOf(result, this.world);
    if (result instanceof Numbered) {
      const { part } = result.scope;
      return part
        ? result.get(part)
        : truthOf(
            result.condition((value) => value),
            this.world,
          );
    }
    return result;
  }

  private truth(node: Node, names: Names): Tri {
    if (node.type === 'LogicalExpression' && node.operator !== '??') {
      const parts = [node.left, node.right].map((part) => this.truth(part, names));
      return node.operator === '&&' ? and3(parts) : or3(parts);
    }
    if (node.type === 'ConditionalExpression') {
      const test = this.truth(node.test, names);
      const yes: Tri = this.truth(node.consequent, names);
      const no: Tri = this.truth(node.alternate, names);
      if (test !== U) return test ? yes : no;
      return yes === no ? yes : U;
    }
    if (node.type === 'CallExpression' && node.callee.type === 'Identifier' && names.has(node.callee.name)) {
      return (names.get(node.callee.name) as Arrow).truth(...node.arguments.map((part) => this.value(part, names)));
    }
    return tri(this.value(node, names));
  }

  private run(node: Node, names: Names): unknown {
    switch (node.type) {
      case 'Literal':
        if ('regex' in node && node.regex) return node.value;
        return node.raw !== undefined && /^\d{16,}$/.test(node.raw) ? BigInt(node.raw) : node.value;
      case 'TemplateLiteral':
        return node.quasis[0]!.value.cooked;
      case 'Identifier':
        return node.name === 'undefined' ? undefined : names.get(node.name);
      case 'ArrayExpression': {
        const items = node.elements.map((item) => this.value(item!, names));
        return items.some(vague) ? U : items;
      }
      case 'ArrowFunctionExpression':
        return this.arrow(node, names);
      case 'ChainExpression':
        return this.run(node.expression, names);
      case 'UnaryExpression':
        return this.unary(node, names);
      case 'LogicalExpression':
        return this.logical(node, names);
      case 'ConditionalExpression': {
        const test = this.truth(node.test, names);
        const [yes, no] = [() => this.value(node.consequent, names), () => this.value(node.alternate, names)];
        if (test !== U) return test ? yes() : no();
        return !vague(yes()) && !vague(no()) && binary('===', yes(), no()) ? yes() : U;
      }
      case 'BinaryExpression':
        return this.binary(node, names);
      case 'MemberExpression':
        return this.member(node, names);
      case 'CallExpression':
        return this.call(node, names);
      default:
        throw new Error(`no ${node.type}`);
    }
  }

  private arrow(node: acorn.ArrowFunctionExpression, names: Names): Arrow {
    const parameters = node.params.map((parameter) => (parameter as acorn.Identifier).name);
    const body = node.body as acorn.Expression;
    const bind = (args: readonly unknown[]): Names =>
      new Map([...names, ...parameters.map((name, i) => [name, args[i]] as const)]);
    return {
      parameters: parameters.length,
      text: this.textOf(node),
      value: (...args) => this.value(body, bind(args)),
      truth: (...args) => this.truth(body, bind(args)),
      match: (part) => this.match(body, bind([this.scopeOf(part)])),
    };
  }

  private unary({ operator, argument }: acorn.UnaryExpression, names: Names): unknown {
    if (operator === '!') return not(this.truth(argument, names));
    const value = this.value(argument, names);
    if (vague(value)) return U;
    if (operator === 'typeof') return typeof value === 'bigint' ? 'number' : typeof value;
    return typeof value === 'number' || typeof value === 'bigint' ? -value : undefined;
  }

  private logical({ operator, left, right }: acorn.LogicalExpression, names: Names): unknown {
    const value = this.value(left, names);
    if (vague(value)) return U;
    if (operator === '&&' ? !value : operator === '||' ? value : value != null) return value;
    return this.value(right, names);
  }

  private binary({ operator, left, right }: acorn.BinaryExpression, names: Names): unknown {
    if (operator === 'in') return this.isIn(left, right, names);
    const status = isTimeout(right) ? left : isTimeout(left) ? right : undefined;
    if (status?.type === 'MemberExpression') {
      const out = property_(this.value(status.object, names), 'timedOut', this.world);
      return operator.startsWith('!') ? not(tri(out)) : out;
    }
    const [a, b] = [this.run(left, names), this.run(right, names)];
    const isComparison = /[<>=]/.test(operator);
    if (isComparison && a instanceof Numbered) return this.compare(operator, a, this.value(right, names), false, right);
    if (isComparison && b instanceof Numbered) return this.compare(operator, b, this.value(left, names), true, left);
    if (isComparison && this.isBlurred([left, right], names)) return U;
    const [x, y] = [this.value(left, names), this.value(right, names)];
    return relate(operator, durationLike(x, left, y), durationLike(y, right, x));
  }

  /** A comparison with what a chain gives: asked of each of its groups. */
  private compare(operator: string, number: Numbered, other: unknown, mirrored: boolean, node: Node): unknown {
    const bound = isNumber(node) ? (other as number) : undefined;
    const direction = mirrored ? ({ '<': '>', '<=': '>=', '>': '<', '>=': '<=' }[operator] ?? operator) : operator;
    const n = bound === undefined ? 0 : (enough(direction, bound) ?? 0);
    const limit = typeof other === 'string' ? (micros(other) ?? 0) / 1000 : other;
    const compute = (value: unknown): unknown =>
      mirrored ? relate(operator, limit, value) : relate(operator, value, limit);
    return number.condition(compute, Math.min(n, 100));
  }

  /** `'key' in span.attributes` */
  private isIn(left: Node, right: Node, names: Names): unknown {
    const { object, property } = right as acorn.MemberExpression;
    const owner = this.value(object, names);
    const key = this.value(left, names) as string;
    if (vague(owner)) return U;
    if (owner == null) return undefined;
    const span = owner as SpanView;
    if ((property as acorn.Identifier).name === 'resource') return span.resource.has(key);
    if (!('attribute' in span)) return (span as SpanView).attributes.has(key);
    const value = this.world.attribute(span, key);
    return value === U ? U : value !== undefined;
  }

  /** Whether times are compared of spans whose clocks can't tell their order. */
  private isBlurred(nodes: readonly Node[], names: Names): boolean {
    const spans: SpanView[] = [];
    const collect = (node: Node): void => {
      if (node.type === 'MemberExpression' && node.property.type === 'Identifier') {
        if (['startTime', 'endTime'].includes(node.property.name)) {
          const span = this.value(node.object, names);
          if (!vague(span) && span != null) spans.push(span as SpanView);
        }
      } else if (node.type === 'BinaryExpression') [node.left, node.right].forEach(collect);
      else if (node.type === 'UnaryExpression') collect(node.argument);
      else if (node.type === 'CallExpression') node.arguments.forEach(collect);
    };
    nodes.forEach(collect);
    return spans.some((a) => spans.some((b) => a !== b && this.world.blurred(a, b)));
  }

  private member(node: acorn.MemberExpression, names: Names): unknown {
    const { object, property, computed } = node;
    const key = computed ? this.value(property, names) : (property as acorn.Identifier).name;
    if (object.type === 'MemberExpression' && object.property.type === 'Identifier') {
      const { name } = object.property;
      if (name === 'attributes' || name === 'resource') return this.attribute(object.object, name, String(key), names);
    }
    const owner = this.run(object, names);
    if (owner instanceof Scope) {
      const read = (part: Part): unknown => this.world.readPart(part, String(key));
      return owner.part ? read(owner.part) : owner.number(read);
    }
    if (owner instanceof Numbered) return owner.scope.number((part) => property_(owner.get(part), key, this.world));
    return property_(owner, key, this.world);
  }

  private attribute(node: Node, which: 'attributes' | 'resource', key: string, names: Names): unknown {
    const owner = this.value(node, names);
    if (vague(owner)) return U;
    if (owner == null) return undefined;
    const span = owner as SpanView;
    if (which === 'resource') return span.resource.get(key);
    return 'attribute' in span ? this.world.attribute(span, key) : (span as SpanView).attributes.get(key);
  }

  private call({ callee, arguments: args }: acorn.CallExpression, names: Names): unknown {
    if (callee.type === 'Identifier') {
      const values = args.map((argument) => this.value(argument, names));
      if (names.has(callee.name)) return (names.get(callee.name) as Arrow).value(...values);
      if (values.some(vague)) return U;
      return callee.name === 'Number' ? toNumber(values[0]) : toText(values[0]);
    }
    const { object, property } = callee as acorn.MemberExpression;
    const { name } = property as acorn.Identifier;
    if (object.type === 'Identifier' && (object.name === 'Math' || object.name === 'Array')) {
      const values = args.map((argument) => this.value(argument, names));
      if (values.some(vague)) return U;
      if (object.name === 'Array') return Array.isArray(values[0]);
      return (Math[name as 'max'] as (...numbers: number[]) => number)(...values.map(toNumber));
    }
    const grouped = object.type === 'LogicalExpression' || object.type === 'UnaryExpression';
    if (grouped && MATCH_STEPS.includes(name)) {
      const match = this.match(object, names);
      return this.step(new Steps(this.scopeOf(this.world.whole), () => match), name, args, names);
    }
    const [argument] = args;
    if (name === 'includes' && object.type === 'ArrayExpression' && argument && isStatus(argument)) {
      const others = object.elements.filter((item) => !isTimeout(item!));
      if (others.length < object.elements.length) {
        const late = tri(property_(this.value(argument.object, names), 'timedOut', this.world));
        return or3([
          late,
          tri(
            this.method(
              others.map((item) => this.value(item!, names)),
              name,
              args,
              names,
            ),
          ),
        ]);
      }
    }
    const owner = this.run(object, names);
    if (owner instanceof Scope || owner instanceof Steps) return this.step(owner, name, args, names);
    if (isMatch(owner)) return this.step(new Steps(this.scopeOf(this.world.whole), () => owner), name, args, names);
    if (owner instanceof Numbered) {
      return owner.scope.number((part) => this.method(owner.get(part), name, args, names));
    }
    return this.method(owner, name, args, names);
  }

  private step(owner: Scope | Steps, name: string, args: readonly Node[], names: Names): unknown {
    const values = args.map((argument) => {
      if (argument.type === 'ArrowFunctionExpression' || argument.type === 'Literal') return this.run(argument, names);
      const known = argument.type === 'Identifier' ? names.get(argument.name) : undefined;
      return known && !(known instanceof Scope) ? known : { later: argument };
    });
    if (owner instanceof Scope && owner.isGrouped && name === 'every') return owner.everyGroup(values[0] as Arrow);
    return owner.step(name, values, (argument) => {
      const { later } = argument as { later?: Node };
      if (later) {
        const match = this.match(later, names);
        return () => match;
      }
      if (typeof argument === 'boolean') return () => ({ t: 'condition', truth: () => argument, shown: () => [] });
      const arrow = argument as Arrow;
      return (part) => ({ t: 'has', part, test: arrow.truth, text: arrow.text });
    });
  }

  private method(owner: unknown, name: string, args: readonly Node[], names: Names): unknown {
    if (owner instanceof RegExp) {
      const subject = this.value(args[0]!, names);
      return vague(subject) ? U : matches(owner, subject);
    }
    if (name === 'matches') return vague(owner) ? U : matches(this.run(args[0]!, names) as RegExp, owner);
    if (LIST_METHODS.includes(name)) {
      const arrow = this.run(args[0]!, names) as Arrow;
      return overList(name, owner, (item) => (name === 'map' ? arrow.value(item) : arrow.truth(item)));
    }
    const values = args.map((argument) => this.value(argument, names));
    if (vague(owner) || values.some(vague)) return name === 'includes' ? includes(owner, values[0]) : U;
    return method(owner, name, values);
  }
}

/** The literal `'TIMEOUT'`, which beside a status means `timedOut`. */
const isTimeout = (node: Node): boolean => node.type === 'Literal' && node.value === 'TIMEOUT';

const isStatus = (node: Node): node is acorn.MemberExpression =>
  node.type === 'MemberExpression' && node.property.type === 'Identifier' && node.property.name === 'status';

const isMatch = (value: unknown): value is Match =>
  typeof value === 'object' && value !== null && 't' in value && typeof value.t === 'string';

const flat = (node: Node, operator: string): Node[] =>
  node.type === 'LogicalExpression' && node.operator === operator
    ? [...flat(node.left, operator), ...flat(node.right, operator)]
    : [node];

const isNumber = (node: Node): boolean =>
  (node.type === 'Literal' && typeof node.value === 'number') ||
  (node.type === 'UnaryExpression' && node.operator === '-' && isNumber(node.argument));

/** How many spans show that a count is above a bound. */
function enough(operator: string, bound: number): number | undefined {
  if (operator === '>') return Math.floor(bound) + 1;
  if (operator === '>=') return Math.ceil(bound);
  return operator === '===' || operator === '==' ? bound : undefined;
}

/** A string beside a duration is one, too. The tests compare durations with nothing else. */
function durationLike(value: unknown, node: Node, other: unknown): unknown {
  const isText = node.type === 'Literal' && typeof value === 'string';
  const isNumeric = typeof other === 'number' || other instanceof Between;
  return isText && isNumeric && micros(value) !== undefined ? micros(value)! / 1000 : value;
}

function relate(operator: string, a: unknown, b: unknown): unknown {
  if ((a instanceof Between || b instanceof Between) && /^[<>]/.test(operator)) {
    if (a === U || b === U) return U;
    const ends = (value: unknown): number[] =>
      value instanceof Between ? [value.least, value.most] : [Number(value), Number(value)];
    const results = ends(a).flatMap((x) => ends(b).map((y) => binary(operator, x, y)));
    return results.every((result) => result === results[0]) ? results[0] : U;
  }
  return vague(a) || vague(b) ? U : binary(operator, a, b);
}

function property_(owner: unknown, key: unknown, world: World): unknown {
  if (vague(owner)) return U;
  if (owner == null) return undefined;
  if (typeof owner === 'string' || Array.isArray(owner)) {
    if (key === 'length') return owner.length;
    return typeof key === 'number' ? (owner[key] as unknown) : undefined;
  }
  if (owner instanceof Map) return (owner as ReadonlyMap<unknown, Value>).get(key);
  if (typeof owner !== 'object') return undefined;
  if ('attribute' in owner) return world.read(owner as SpanView, String(key));
  if (key === 'time') return (owner as { timeUs: number }).timeUs / 1000;
  return (owner as Record<string, unknown>)[String(key)];
}

const toNumber = (value: unknown): number => (typeof value === 'object' && value !== null ? NaN : Number(value));

function toText(value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => (item == null ? '' : toText(item))).join(',');
  return value instanceof Map ? '[object Object]' : String(value);
}
