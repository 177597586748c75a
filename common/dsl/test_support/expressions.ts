import fc from 'fast-check';
import type { BinaryOperator, Expression, Link, LogicalOperator, RuleNode } from '../ast';
import { build } from '../builder';
import { childrenOf } from '../walker';
import { LEVELS } from '../precedence';

const names = fc.constantFrom('span', 'trace', 'a', 'b_1', '$c', 'été', 'and');
const properties = fc.constantFrom('name', 'attributes', 'has', 'in', 'const', 'length');
const literals = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\\', "'", '\n\r\u2028', '${x}', '\ud800', '\0' + '1'),
  fc.nat(),
  fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map(Math.abs),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 70n }),
  fc.boolean(),
  fc.constantFrom(null, undefined),
);

const EQUALITY = LEVELS[3] as BinaryOperator[];
const RELATION = LEVELS[4] as BinaryOperator[];
const SUM = LEVELS[5] as BinaryOperator[];
const PRODUCT = LEVELS[6] as BinaryOperator[];

/** Any expression of the grammar, meaningful or not. */
export const expressions: fc.Arbitrary<Expression> = fc.letrec<{ expression: Expression; link: Link }>((tie) => {
  const inner = tie('expression');
  return {
    link: fc.oneof(
      fc.tuple(properties, fc.boolean()).map(([name, optional]) => build.property(name, optional)),
      fc.tuple(inner, fc.boolean()).map(([index, optional]) => build.index(index, optional)),
      fc.tuple(fc.array(inner, { maxLength: 2 }), fc.boolean()).map(([args, optional]) => build.call(args, optional)),
    ),
    expression: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'expression' },
      literals.map((value) => build.literal(value)),
      names.map((name) => build.name(name)),
      fc.constantFrom('/a/', '/[/]\\//gi').map((text) => build.regex(text)),
      fc.array(inner, { maxLength: 3 }).map((items) => build.list(items)),
      fc.tuple(fc.array(names, { maxLength: 3 }), inner).map(([parameters, body]) =>
        build.arrow(
          parameters.map((name) => build.name(name)),
          body,
        ),
      ),
      fc
        .tuple(inner, fc.array(tie('link'), { minLength: 1, maxLength: 3 }))
        .filter(([head]) => head.type !== 'chain' || head.links.some(({ optional }) => optional))
        .map(([head, links]) => build.chain(head, links)),
      fc
        .tuple(fc.constantFrom('!', '-', '+', 'typeof'), inner)
        .map(([operator, operand]) => build.unary(operator as '!' | '-' | '+' | 'typeof', operand)),
      fc
        .tuple(fc.constantFrom('??', '||', '&&'), fc.array(inner, { minLength: 2, maxLength: 3 }))
        .map(([operator, operands]) => build.logical(operator as LogicalOperator, operands)),
      fc
        .tuple(
          fc.constantFrom(EQUALITY, RELATION, SUM, PRODUCT),
          fc.array(inner, { minLength: 2, maxLength: 4 }),
          fc.array(fc.nat(6), { minLength: 3, maxLength: 3 }),
        )
        .map(([level, operands, picks]) => {
          const operators = operands.slice(1).map((_, i) => level[picks[i]! % level.length]!);
          return build.binary(operators, operands);
        }),
      fc.tuple(inner, inner, inner).map(([a, b, c]) => build.conditional(a, b, c)),
    ),
  };
}).expression;

export const rules: fc.Arbitrary<RuleNode> = fc
  .tuple(fc.array(fc.tuple(names, expressions), { maxLength: 2 }), expressions)
  .map(([definitions, body]) =>
    build.rule(
      definitions.map(([name, value]) => build.definition(build.name(name), value)),
      body,
    ),
  );

/** The same without ranges. */
export function bare(rule: RuleNode): unknown {
  const strip = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(strip);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(
      Object.entries(node).flatMap(([key, value]) =>
        key === 'offset' || key === 'length' ? [] : [[key, strip(value)]],
      ),
    );
  };
  return strip(rule);
}

export const depthOf = (node: Expression): number => 1 + Math.max(0, ...childrenOf(node).map(depthOf));
