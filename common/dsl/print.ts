import type { Expression, LiteralValue, Link, RuleNode } from './ast';
import { LEVEL_OF, LEVELS } from './precedence';

/** How tightly a node binds: what binds less than its place asks for gets brackets. */
const LOOSEST = -2;
const OPERATION = 0;
const UNARY = LEVELS.length;
const CHAIN = UNARY + 1;

/** The rule in canonical form, without comments: equal for rules that differ only in layout, brackets and quotes. */
export function print(rule: RuleNode): string {
  const definitions = rule.definitions.map(({ name, value }) => `const ${name.name} = ${printExpression(value)};\n`);
  return definitions.join('') + printExpression(rule.body);
}

/** An expression in canonical form. Properties of `implied` are printed bare: `span.name` as `name`. */
export function printExpression(node: Expression, implied?: string): string {
  return place(node, LOOSEST, implied);
}

function place(node: Expression, atLeast: number, implied: string | undefined): string {
  const text = printNode(node, implied);
  return tightness(node) < atLeast ? `(${text})` : text;
}

function tightness(node: Expression): number {
  switch (node.type) {
    case 'arrow':
      return LOOSEST;
    case 'conditional':
      return OPERATION - 1;
    case 'logical':
      return LEVEL_OF.get(node.operator)!;
    case 'binary':
      return LEVEL_OF.get(node.operators[0]!)!;
    case 'unary':
      return UNARY;
    default:
      return CHAIN;
  }
}

function printNode(node: Expression, implied: string | undefined): string {
  switch (node.type) {
    case 'literal':
      return printLiteral(node.value);
    case 'regex':
      return node.text;
    case 'name':
      return node.name;
    case 'list':
      return `[${node.items.map((item) => place(item, LOOSEST, implied)).join(', ')}]`;
    case 'arrow': {
      const names = node.parameters.map(({ name }) => name);
      const hidden = implied !== undefined && names.includes(implied) ? undefined : implied;
      return `${names.length === 1 ? names[0]! : `(${names.join(', ')})`} => ${place(node.body, LOOSEST, hidden)}`;
    }
    case 'chain':
      return printChain(node.head, node.links, implied);
    case 'unary':
      return printUnary(node.operator, place(node.operand, UNARY, implied));
    case 'logical':
      return node.operands
        .map((operand) =>
          mixesNullish(node.operator, operand)
            ? `(${place(operand, LOOSEST, implied)})`
            : place(operand, tightness(node) + 1, implied),
        )
        .join(` ${node.operator} `);
    case 'binary':
      return node.operands
        .map(
          (operand, i) => (i === 0 ? '' : ` ${node.operators[i - 1]!} `) + place(operand, tightness(node) + 1, implied),
        )
        .join('');
    case 'conditional':
      return `${place(node.test, OPERATION, implied)} ? ${place(node.consequent, LOOSEST, implied)} : ${place(node.alternate, LOOSEST, implied)}`;
  }
}

/** `a ?? b || c` is refused by JavaScript however tight `||` binds. */
const mixesNullish = (operator: string, operand: Expression): boolean =>
  operand.type === 'logical' && operand.operator !== operator && (operator === '??' || operand.operator === '??');

function printUnary(operator: string, operand: string): string {
  // `- -x` must not become a decrement.
  const spaced = operator === 'typeof' || operand.startsWith(operator === '!' ? ' ' : operator);
  return operator + (spaced ? ' ' : '') + operand;
}

function printChain(head: Expression, links: readonly Link[], implied: string | undefined): string {
  const [first] = links;
  const bare = head.type === 'name' && head.name === implied && first?.type === 'property';
  // `1.x` would read as a number.
  const needsBrackets = head.type === 'chain' || (head.type === 'literal' && isNumeric(head.value));
  const start = needsBrackets ? `(${printExpression(head, implied)})` : place(head, CHAIN, implied);
  let text = bare ? '' : start;
  for (const link of links) text += printLink(link, implied);
  return bare ? text.slice(first.optional ? 2 : 1) : text;
}

function printLink(link: Link, implied: string | undefined): string {
  switch (link.type) {
    case 'property':
      return (link.optional ? '?.' : '.') + link.name;
    case 'index':
      return `${link.optional ? '?.' : ''}[${printExpression(link.index, implied)}]`;
    case 'call':
      return `${link.optional ? '?.' : ''}(${link.arguments.map((item) => printExpression(item, implied)).join(', ')})`;
  }
}

const isNumeric = (value: LiteralValue): boolean => typeof value === 'number' || typeof value === 'bigint';

/** A literal as a rule would have it, strings in single quotes. */
export function printLiteral(value: LiteralValue): string {
  if (typeof value === 'string') return printString(value);
  // Digits alone would read as an exact integer.
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? Number(value).toExponential() : String(value);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
};

const PLAIN = /^[\x20-\x26\x28-\x5b\x5d-\x7e]*$/;

function printString(value: string): string {
  if (PLAIN.test(value)) return `'${value}'`;
  const escaped = value.replace(/[\\'\p{Cc}\p{Cs}\u2028\u2029\ufeff]/gu, (character) => {
    return ESCAPES[character] ?? '\\u' + character.charCodeAt(0).toString(16).padStart(4, '0');
  });
  return `'${escaped}'`;
}
