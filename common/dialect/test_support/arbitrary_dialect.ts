import fc from 'fast-check';

/** Rules as data, so that their text and what they mean come from here and not from the parser that is tested. */
export type Tested =
  | { readonly kind: 'all' | 'any'; readonly of: readonly Tested[] }
  | { readonly kind: 'not'; readonly of: Tested }
  | { readonly kind: 'attribute'; readonly key: string; readonly operator: string; readonly value: Literal }
  | { readonly kind: 'true'; readonly key: string };

export type Literal =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'list'; readonly items: readonly Literal[] }
  | { readonly kind: 'count'; readonly name: string };

export type Asked =
  | { readonly kind: 'all' | 'any'; readonly of: readonly Asked[] }
  | { readonly kind: 'not'; readonly of: Asked }
  | { readonly kind: 'has'; readonly name: string; readonly where: readonly Tested[] }
  | { readonly kind: 'count'; readonly name: string; readonly operator: string; readonly value: Literal };

export interface Sketch {
  readonly when: Asked;
  readonly always: Asked | undefined;
  readonly never: Asked | undefined;
}

const names = fc.constantFrom('a', 'a.b', 'pay', 'audit.log');
const keys = fc.constantFrom('k', 'k', 'v', 'order.id', 'user_id');
const ORDERS = ['<', '<=', '>', '>='];

const word = fc.constantFrom('x', 'y', 'USD', 'k', 'v');
const quoted = fc.constantFrom('x', 'y', 'x y', '1', '2', '1.50', 'true', '', "it's", 'a\\b');
const textLiteral: fc.Arbitrary<Literal> = fc.oneof(
  word.map((text) => ({ kind: 'text' as const, text, quoted: false })),
  quoted.map((text) => ({ kind: 'text' as const, text, quoted: true })),
);
const numberLiteral: fc.Arbitrary<Literal> = fc
  .constantFrom('0', '1', '2', '1.5', '007', '-1', '1e1', '.5', '9007199254740993')
  .map((text) => ({ kind: 'number', text }));
const booleanLiteral: fc.Arbitrary<Literal> = fc.boolean().map((value) => ({ kind: 'boolean', value }));
const countLiteral: fc.Arbitrary<Literal> = names.map((name) => ({ kind: 'count', name }));
const listLiteral: fc.Arbitrary<Literal> = fc
  .array(fc.oneof(textLiteral, textLiteral, numberLiteral, booleanLiteral), { minLength: 1, maxLength: 3 })
  .map((items) => ({ kind: 'list', items }));

export const PATTERNS = ['^x', 'x.*', '[xy]+$', '(?i)US', '\\d', '', '.*', '^\\s*$', 'x|\\pN', 'y(?:\\.5)?'];
const patternLiteral: fc.Arbitrary<Literal> = fc
  .constantFrom(...PATTERNS)
  .map((text) => ({ kind: 'text', text, quoted: true }));

const comparison = fc.oneof(
  fc.tuple(
    fc.constantFrom('==', '!='),
    fc.oneof(textLiteral, textLiteral, numberLiteral, booleanLiteral, countLiteral),
  ),
  fc.tuple(fc.constantFrom(...ORDERS), fc.oneof(textLiteral, numberLiteral, numberLiteral, countLiteral)),
  fc.tuple(fc.constant('in'), listLiteral),
  fc.tuple(fc.constant('contains'), textLiteral),
  fc.tuple(fc.constant('matches'), patternLiteral),
);

const junctions = <T>(of: fc.Arbitrary<T>) =>
  fc.record({
    kind: fc.constantFrom('all' as const, 'any' as const),
    of: fc.array(of, { minLength: 2, maxLength: 3 }),
  });

const tested: fc.Arbitrary<Tested> = fc.letrec<{ tree: Tested }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    {
      weight: 5,
      arbitrary: fc
        .tuple(keys, comparison)
        .map(([key, [operator, value]]): Tested => ({ kind: 'attribute', key, operator, value })),
    },
    { weight: 1, arbitrary: fc.constantFrom('k', 'v').map((key): Tested => ({ kind: 'true', key })) },
    { weight: 2, arbitrary: junctions(tie('tree')) },
    { weight: 2, arbitrary: tie('tree').map((of): Tested => ({ kind: 'not', of })) },
  ),
})).tree;

const asked: fc.Arbitrary<Asked> = fc.letrec<{ tree: Asked }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('has' as const),
        name: names,
        where: fc.array(tested, { maxLength: 2 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('count' as const),
        name: names,
        operator: fc.constantFrom('==', '!=', ...ORDERS),
        value: fc.oneof(numberLiteral, countLiteral),
      }),
    },
    { weight: 2, arbitrary: junctions(tie('tree')) },
    { weight: 2, arbitrary: tie('tree').map((of): Asked => ({ kind: 'not', of })) },
  ),
})).tree;

export const sketches: fc.Arbitrary<Sketch> = fc
  .record({ when: asked, always: fc.option(asked, { nil: undefined }), never: fc.option(asked, { nil: undefined }) })
  .filter(({ always, never }) => always !== undefined || never !== undefined);

/** The text of a rule; brackets only where its grammar needs them. */
export function print({ when, always, never }: Sketch): string {
  const clause = (keyword: string, condition: Asked | undefined): string =>
    condition ? ` ${keyword} { ${printTree(condition, printAsked)} }` : '';
  return `when { ${printTree(when, printAsked)} }${clause('always', always)}${clause('never', never)}`;
}

type Tree<Leaf> =
  | { readonly kind: 'all' | 'any'; readonly of: readonly Tree<Leaf>[] }
  | { readonly kind: 'not'; readonly of: Tree<Leaf> }
  | Leaf;

function printTree<Leaf extends { kind: string }>(tree: Tree<Leaf>, leaf: (leaf: Leaf) => string, inside = 0): string {
  const branch = tree as { kind: string; of: Tree<Leaf>[] & Tree<Leaf> };
  switch (branch.kind) {
    case 'any': {
      const text = branch.of.map((each) => printTree(each, leaf, 1)).join(' or ');
      return inside > 0 ? `(${text})` : text;
    }
    case 'all': {
      const text = branch.of.map((each) => printTree(each, leaf, 2)).join(' and ');
      return inside > 1 ? `(${text})` : text;
    }
    case 'not':
      return inside > 2 ? `(not ${printTree(branch.of, leaf, 3)})` : `not ${printTree(branch.of, leaf, 3)}`;
    default:
      return leaf(tree as Leaf);
  }
}

function printAsked(check: Extract<Asked, { kind: 'has' | 'count' }>): string {
  if (check.kind === 'count') return `count(${check.name}) ${check.operator} ${printLiteral(check.value)}`;
  return check.name + check.where.map((condition) => `.where(${printTree(condition, printTested)})`).join('');
}

function printTested(test: Extract<Tested, { kind: 'attribute' | 'true' }>): string {
  if (test.kind === 'true') return test.key;
  const key = test.key.includes('.') ? `"${test.key}"` : test.key;
  return `${key} ${test.operator} ${printLiteral(test.value)}`;
}

function printLiteral(literal: Literal): string {
  switch (literal.kind) {
    case 'text':
      return literal.quoted ? `"${literal.text}"` : literal.text;
    case 'number':
      return literal.text;
    case 'boolean':
      return String(literal.value);
    case 'list':
      return `[${literal.items.map(printLiteral).join(', ')}]`;
    case 'count':
      return `count(${literal.name})`;
  }
}
