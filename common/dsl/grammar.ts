import { apply, rule, seq } from 'typescript-parsec';
import type { ArrowNode, Definition, Expression, Link, RuleNode, UnaryOperator } from './ast';
import { between, build } from './builder';
import type { RuleParser } from './combinators';
import { before, choose, expect, extended, leaf, led, many, maybe, refuse, succeed } from './combinators';
import { foldOperators } from './fold';
import type { Operator } from './precedence';
import { LEVEL_OF } from './precedence';
import type { Range } from './problems';
import type { RuleToken, TokenKind } from './tokens';

const OPERAND = 'a value';

export const rangeOf = (token: RuleToken): Range => ({
  offset: token.pos.index,
  length: token.end - token.pos.index,
});

const expression = rule<TokenKind, Expression>();

const name = leaf('identifier', (token) => build.name(token.text, rangeOf(token)), 'a name');
const literal = (kind: TokenKind, valueOf: (token: RuleToken) => RuleToken['value'] | boolean | null | undefined) =>
  leaf(kind, (token): Expression => build.literal(valueOf(token), rangeOf(token)));

/** `item, item, …,` up to the closing bracket, after an opening one; both are in the range. */
function bracketed<T>(
  item: RuleParser<T>,
  close: TokenKind,
): RuleParser<{ readonly items: readonly T[]; readonly range: Range }> {
  const closing = expect(close, '`,` or `' + close + '`');
  return {
    parse(open) {
      const items: T[] = [];
      let at = open?.next;
      while (at && at.kind !== close) {
        const output = item.parse(at);
        if (!output.successful) return output;
        items.push(output.candidates[0]!.result);
        at = output.candidates[0]!.nextToken;
        if (at?.kind !== ',') break;
        at = at.next;
      }
      const end = closing.parse(at);
      if (!end.successful) return end;
      const range = between(rangeOf(open as RuleToken), rangeOf(end.candidates[0]!.result));
      return succeed(open, at!.next, { items, range });
    },
  };
}

const list = apply(bracketed(expression, ']'), ({ items, range }): Expression => build.list(items, range));

const parenthesised = apply(seq(expect('('), expression, expect(')')), ([open, inner, close]): Expression => ({
  ...inner,
  ...between(rangeOf(open), rangeOf(close)),
}));

const primary = choose<Expression>(
  {
    identifier: name,
    number: literal('number', (token) => token.value),
    string: literal('string', (token) => token.value),
    true: literal('true', () => true),
    false: literal('false', () => false),
    null: literal('null', () => null),
    undefined: literal('undefined', () => undefined),
    regex: leaf('regex', (token) => build.regex(token.text, rangeOf(token))),
    '(': parenthesised,
    '[': list,
  },
  OPERAND,
);

const property = (optional: boolean): RuleParser<Link> =>
  leaf('identifier', (token) => build.property(token.text, optional, rangeOf(token)), 'a property');
const index = (optional: boolean): RuleParser<Link> =>
  apply(seq(expect('['), expression, expect(']')), ([open, key, close]) =>
    build.index(key, optional, between(rangeOf(open), rangeOf(close))),
  );
const call = (optional: boolean): RuleParser<Link> =>
  apply(bracketed(expression, ')'), ({ items, range }) => build.call(items, optional, range));

const afterDot = <T>(parser: RuleParser<T>): RuleParser<T> => led(parser, (_dot, result) => result);

const link = choose<Link>(
  {
    '.': afterDot(property(false)),
    '?.': afterDot(choose<Link>({ identifier: property(true), '[': index(true), '(': call(true) }, 'a property')),
    '[': index(false),
    '(': call(false),
  },
  'a property or call',
);

const LINK_STARTS: ReadonlySet<string> = new Set(['.', '?.', '[', '(', 'parameters(']);
const chain = extended(primary, LINK_STARTS, many(LINK_STARTS, link), extend);

/** `(a.b).c` is `a.b.c`, unless a `?.` inside the brackets ends there. */
function extend(head: Expression, links: readonly Link[]): Expression {
  const range = between(head, links.at(-1)!);
  return head.type === 'chain' && !head.links.some(({ optional }) => optional)
    ? build.chain(head.head, [...head.links, ...links], range)
    : build.chain(head, links, range);
}

const PREFIXES: ReadonlySet<string> = new Set(['!', '-', '+', 'typeof']);
const unary: RuleParser<Expression> = before(
  PREFIXES,
  led({ parse: (token) => unary.parse(token) }, (prefix, operand) =>
    build.unary(prefix.kind as UnaryOperator, operand, between(rangeOf(prefix), operand)),
  ),
  chain,
);

interface Operation {
  readonly operator: RuleToken;
  readonly operand: Expression;
}

const OPERATORS: ReadonlySet<string> = new Set(LEVEL_OF.keys());
const operations = many(
  OPERATORS,
  led(unary, (operator, operand): Operation => ({ operator, operand })),
);
const operation = extended(unary, OPERATORS, refuse(operations, mixedNullish), (first, rest) =>
  foldOperators(
    [first, ...rest.map(({ operand }) => operand)],
    rest.map(({ operator }) => operator.kind as Operator),
  ),
);

/** JavaScript refuses `??` beside `&&` or `||`: the second of the two that meet. */
function mixedNullish(operations: readonly Operation[]): RuleToken | undefined {
  const nullish = operations.find(({ operator }) => operator.kind === '??')?.operator;
  const other = operations.find(({ operator: { kind } }) => kind === '&&' || kind === '||')?.operator;
  return nullish && other && (nullish.pos.index > other.pos.index ? nullish : other);
}

const conditional = extended(
  operation,
  new Set(['?']),
  seq(expect('?'), expression, expect(':'), expression),
  (test, [, consequent, , alternate]): Expression =>
    build.conditional(test, consequent, alternate, between(test, alternate)),
);

const arrow = apply(
  seq(
    choose<{ items: ArrowNode['parameters']; range: Range }>(
      {
        parameter: leaf('parameter', (token) => {
          const range = rangeOf(token);
          return { items: [build.name(token.text, range)], range };
        }),
        'parameters(': bracketed(name, ')'),
      },
      'a parameter',
    ),
    expect('=>'),
    expression,
  ),
  ([parameters, , body]): Expression => build.arrow(parameters.items, body, between(parameters.range, body)),
);

expression.setPattern(before(new Set(['parameter', 'parameters(']), arrow, conditional));

const definition = apply(
  seq(expect('const'), name, expect('='), expression, expect(';')),
  ([start, named, , value, end]): Definition => build.definition(named, value, between(rangeOf(start), rangeOf(end))),
);

/** A whole rule. Every choice is made by one token, so parsing takes time linear in the text. */
export const ruleGrammar: RuleParser<RuleNode> = apply(
  seq(many(new Set(['const']), definition), expression, maybe(new Set([';']), expect(';'))),
  ([definitions, body]) => build.rule(definitions, body, between(definitions[0] ?? body, body)),
);
