import { apply, rule, seq } from 'typescript-parsec';
import type { ArrowNode, Definition, Expression, Link, RuleNode, UnaryOperator } from './ast';
import { between, build } from './builder';
import type { RuleParser } from './combinators';
import { choose, expect, many, maybe, refuse } from './combinators';
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

const name = apply(expect('identifier', 'a name'), (token) => build.name(token.text, rangeOf(token)));
const literal = (kind: TokenKind, valueOf: (token: RuleToken) => RuleToken['value'] | boolean | null | undefined) =>
  apply(expect(kind), (token): Expression => build.literal(valueOf(token), rangeOf(token)));

/** `item, item, …,` up to the closing bracket, both brackets included in the range. */
const bracketed = <T>(
  open: TokenKind,
  item: RuleParser<T>,
  close: TokenKind,
): RuleParser<{ items: T[]; range: Range }> =>
  apply(seq(expect(open), itemsUpTo(item, close)), ([first, { items, last }]) => ({
    items,
    range: between(rangeOf(first), rangeOf(last)),
  }));

interface Items<T> {
  readonly items: T[];
  readonly last: RuleToken;
}

function itemsUpTo<T>(item: RuleParser<T>, close: TokenKind): RuleParser<Items<T>> {
  const closing = expect(close, '`,` or `' + close + '`');
  return {
    parse(token) {
      const items: T[] = [];
      let at = token;
      while (at && at.kind !== close) {
        const output = item.parse(at);
        if (!output.successful) return output;
        items.push(output.candidates[0]!.result);
        at = output.candidates[0]!.nextToken;
        if (at?.kind !== ',') break;
        at = at.next;
      }
      return apply(closing, (last): Items<T> => ({ items, last })).parse(at);
    },
  };
}

const list = apply(bracketed('[', expression, ']'), ({ items, range }): Expression => build.list(items, range));

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
    regex: apply(expect('regex'), (token) => build.regex(token.text, rangeOf(token))),
    '(': parenthesised,
    '[': list,
  },
  OPERAND,
);

const property = (optional: boolean): RuleParser<Link> =>
  apply(expect('identifier', 'a property'), (token) => build.property(token.text, optional, rangeOf(token)));
const index = (optional: boolean): RuleParser<Link> =>
  apply(seq(expect('['), expression, expect(']')), ([open, key, close]) =>
    build.index(key, optional, between(rangeOf(open), rangeOf(close))),
  );
const call = (optional: boolean): RuleParser<Link> =>
  apply(bracketed('(', expression, ')'), ({ items, range }) => build.call(items, optional, range));

const link = choose<Link>(
  {
    '.': apply(seq(expect('.'), property(false)), ([, result]) => result),
    '?.': apply(
      seq(expect('?.'), choose<Link>({ identifier: property(true), '[': index(true), '(': call(true) }, 'a property')),
      ([, result]) => result,
    ),
    '[': index(false),
    '(': call(false),
  },
  'a property or call',
);

const chain = apply(seq(primary, many(new Set(['.', '?.', '[', '(', 'parameters(']), link)), ([head, links]) =>
  links.length === 0 ? head : extend(head, links),
);

/** `(a.b).c` is `a.b.c`, unless a `?.` inside the brackets ends there. */
function extend(head: Expression, links: readonly Link[]): Expression {
  const range = between(head, links.at(-1)!);
  return head.type === 'chain' && !head.links.some(({ optional }) => optional)
    ? build.chain(head.head, [...head.links, ...links], range)
    : build.chain(head, links, range);
}

const PREFIXES: ReadonlySet<string> = new Set(['!', '-', '+', 'typeof']);
const anyToken: RuleParser<RuleToken> = {
  parse: (token) => ({
    candidates: [{ firstToken: token, nextToken: token?.next, result: token as RuleToken }],
    successful: true,
    error: undefined,
  }),
};

const unary = apply(seq(many(PREFIXES, anyToken), chain), ([prefixes, operand]) =>
  prefixes.reduceRight(
    (inner, token) => build.unary(token.kind as UnaryOperator, inner, between(rangeOf(token), inner)),
    operand,
  ),
);

const operation = apply(
  refuse(seq(unary, many(new Set(LEVEL_OF.keys()), seq(anyToken, unary))), ([, rest]) =>
    mixedNullish(rest.map(([token]) => token)),
  ),
  ([first, rest]) =>
    foldOperators(
      [first, ...rest.map(([, operand]) => operand)],
      rest.map(([token]) => token.kind as Operator),
    ),
);

/** JavaScript refuses `??` beside `&&` or `||`: the second of the two that meet. */
function mixedNullish(operators: readonly RuleToken[]): RuleToken | undefined {
  const nullish = operators.find(({ kind }) => kind === '??');
  const other = operators.find(({ kind }) => kind === '&&' || kind === '||');
  return nullish && other && (nullish.pos.index > other.pos.index ? nullish : other);
}

const conditional = apply(
  seq(operation, maybe('?', seq(expect('?'), expression, expect(':'), expression))),
  ([test, branches]) =>
    branches === undefined ? test : build.conditional(test, branches[1], branches[3], between(test, branches[3])),
);

const arrow = apply(
  seq(
    choose<{ items: ArrowNode['parameters']; range: Range }>(
      {
        parameter: apply(expect('parameter'), (token) => {
          const range = rangeOf(token);
          return { items: [build.name(token.text, range)], range };
        }),
        'parameters(': bracketed('parameters(', name, ')'),
      },
      'a parameter',
    ),
    expect('=>'),
    expression,
  ),
  ([parameters, , body]): Expression => build.arrow(parameters.items, body, between(parameters.range, body)),
);

expression.setPattern({
  parse: (token) =>
    token?.kind === 'parameter' || token?.kind === 'parameters(' ? arrow.parse(token) : conditional.parse(token),
});

const definition = apply(
  seq(expect('const'), name, expect('='), expression, expect(';')),
  ([start, named, , value, end]): Definition => build.definition(named, value, between(rangeOf(start), rangeOf(end))),
);

/** A whole rule. Every choice is made by one token, so parsing takes time linear in the text. */
export const ruleGrammar: RuleParser<RuleNode> = apply(
  seq(many(new Set(['const']), definition), expression, maybe(';', expect(';'))),
  ([definitions, body]) => build.rule(definitions, body, between(definitions[0] ?? body, body)),
);
