import type { Parser } from 'typescript-parsec';
import { apply, kmid, kright, rule, seq } from 'typescript-parsec';
import { choose, expect as expectToken, many, maybe } from '../dsl/combinators';
import type {
  AttributeTest,
  Clause,
  Comparison,
  Condition,
  CountCheck,
  DialectRule,
  HasCheck,
  Joined,
  Name,
  Operation,
  SpanCondition,
  Value,
} from './ast';
import type { Range } from './problems';
import { type DialectToken, type Kind, KEYWORDS } from './tokens';

type DialectParser<T> = Parser<Kind, T>;

const expect = expectToken<DialectToken>;
const kinds = (...names: Kind[]): ReadonlySet<Kind> => new Set(names);
const KEYWORD_WORDS: ReadonlySet<string> = new Set(KEYWORDS);
const COMPARISONS = ['==', '!=', '<', '<=', '>', '>=', 'in', 'matches', 'contains'] as const;
const COUNT_COMPARISONS = ['==', '!=', '<', '<=', '>', '>='] as const;
const COMPARISON_KINDS = kinds(...COMPARISONS);

const between = (from: Range, to: Range): Range => ({
  offset: from.offset,
  length: to.offset + to.length - from.offset,
});

const operatorOf = (names: readonly Comparison[]): DialectParser<DialectToken> =>
  choose(Object.fromEntries(names.map((name) => [name, expect(name)])), 'a comparison such as == or >');

const word = expect('word', 'a name');

/** `payment.charge` */
const name: DialectParser<Name> = apply(
  seq(word, many(kinds('.'), kright(expect('.'), word))),
  ([first, more]): Name => {
    const words = [first, ...more];
    return {
      text: words.map(({ text }) => text).join('.'),
      quoted: false,
      words: words.length,
      hasKeyword: more.some(({ text }) => KEYWORD_WORDS.has(text)),
      ...between(first, words.at(-1)!),
    };
  },
);

const quotedName: DialectParser<Name> = apply(expect('string'), (token) => ({
  text: token.text.slice(1, -1),
  quoted: true,
  words: 1,
  hasKeyword: false,
  ...between(token, token),
}));

const text = (token: DialectToken): Value => ({
  type: 'text',
  text: token.kind === 'string' ? token.text.slice(1, -1) : token.text,
  quoted: token.kind === 'string',
  ...between(token, token),
});
const number = (token: DialectToken): Value => ({ type: 'number', text: token.text, ...between(token, token) });
const boolean = (token: DialectToken): Value => ({
  type: 'boolean',
  value: token.kind === 'true',
  ...between(token, token),
});

const dottedText = apply(name, ({ text: joined, offset, length }): Value => ({
  type: 'text',
  text: joined,
  quoted: false,
  offset,
  length,
}));

const item = choose<Value, Kind>(
  {
    string: apply(expect('string'), text),
    word: dottedText,
    number: apply(expect('number'), number),
    true: apply(expect('true'), boolean),
    false: apply(expect('false'), boolean),
  },
  'a text or a number',
);

const list: DialectParser<Value> = apply(
  seq(expect('['), item, many(kinds(','), kright(expect(','), item)), expect(']')),
  ([open, first, more, close]): Value => ({ type: 'list', items: [first, ...more], ...between(open, close) }),
);

const countOf = apply(
  seq(expect('count'), expect('('), name, expect(')')),
  ([from, , counted, to]): Value & { type: 'count' } => ({ type: 'count', name: counted, ...between(from, to) }),
);

const value = choose<Value, Kind>(
  {
    string: item,
    word: item,
    number: item,
    true: item,
    false: item,
    '[': list,
    count: countOf,
  },
  'a value',
);

const operation = (names: readonly Comparison[]): DialectParser<Operation> =>
  apply(seq(operatorOf(names), value), ([operator, operand]) => ({
    operator: operator.kind as Comparison,
    value: operand,
    ...between(operator, operand),
  }));

const anyOperation = operation(COMPARISONS);

/** `and` binds tighter than `or`, and `not` tighter than both. */
function joined<Leaf>(leaf: DialectParser<Joined<Leaf>>): DialectParser<Joined<Leaf>> {
  const run = (keyword: 'and' | 'or', operand: DialectParser<Joined<Leaf>>): DialectParser<Joined<Leaf>> =>
    apply(seq(operand, many(kinds(keyword), kright(expect(keyword), operand))), ([first, more]) =>
      more.length === 0 ? first : { type: keyword, operands: [first, ...more] },
    );
  return run('or', run('and', leaf));
}

const spanCondition = rule<Kind, SpanCondition>();
const attributeTest = (named: DialectParser<Name>, mustCompare: boolean): DialectParser<SpanCondition> =>
  apply(
    seq(named, mustCompare ? anyOperation : maybe(COMPARISON_KINDS, anyOperation)),
    ([attribute, compared]): AttributeTest => ({
      type: 'attribute',
      name: attribute,
      operation: compared,
      ...between(attribute, compared ?? attribute),
    }),
  );
const spanAtoms = {
  '(': kmid(expect('('), spanCondition, expect(')')),
  string: attributeTest(quotedName, true),
  word: attributeTest(name, false),
};
const AN_ATTRIBUTE = 'an attribute';
spanCondition.setPattern(
  joined<AttributeTest>(
    choose<SpanCondition, Kind>(
      {
        ...spanAtoms,
        not: apply(kright(expect('not'), choose(spanAtoms, AN_ATTRIBUTE)), (operand) => ({ type: 'not', operand })),
      },
      AN_ATTRIBUTE,
    ),
  ),
);

const where = kmid(seq(expect('.where'), expect('(')), spanCondition, expect(')'));
const hasCheck: DialectParser<Condition> = apply(
  seq(name, many(kinds('.where'), where), maybe(COMPARISON_KINDS, anyOperation)),
  ([span, conditions, compared]): HasCheck => ({
    type: 'has',
    name: span,
    where: conditions,
    operation: compared,
    ...between(span, compared ?? span),
  }),
);
const countCheck: DialectParser<Condition> = apply(
  seq(countOf, operation(COUNT_COMPARISONS)),
  ([counted, compared]): CountCheck => ({
    type: 'count',
    name: counted.name,
    operation: compared,
    ...between(counted, compared),
  }),
);

const condition = rule<Kind, Condition>();
const atoms = {
  '(': kmid(expect('('), condition, expect(')')),
  word: hasCheck,
  count: countCheck,
};
const A_SPAN = 'the name of a span';
condition.setPattern(
  joined<HasCheck | CountCheck>(
    choose<Condition, Kind>(
      { ...atoms, not: apply(kright(expect('not'), choose(atoms, A_SPAN)), (operand) => ({ type: 'not', operand })) },
      A_SPAN,
    ),
  ),
);

const block = kmid(expect('{'), condition, expect('}'));
const clause = (keyword: 'always' | 'never'): DialectParser<Clause> =>
  apply(seq(expect(keyword), block), ([token, inner]) => ({ keyword, condition: inner, ...between(token, token) }));
const clauses = choose<Clause, Kind>({ always: clause('always'), never: clause('never') }, '`always` or `never`');

/** `when { … } always { … } never { … }`, the last two in any number and order: what is too much is said by its name. */
export const dialectGrammar: DialectParser<DialectRule> = apply(
  seq(expect('when'), block, many(kinds('always', 'never'), clauses)),
  ([, condition_, found]) => ({ when: condition_, clauses: found }),
);
