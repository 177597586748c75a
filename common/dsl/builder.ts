import type {
  ArrowNode,
  BinaryNode,
  BinaryOperator,
  CallLink,
  ChainNode,
  ConditionalNode,
  Definition,
  Expression,
  IndexLink,
  Link,
  ListNode,
  LiteralNode,
  LiteralValue,
  LogicalNode,
  LogicalOperator,
  NameNode,
  PropertyLink,
  RegexNode,
  RuleNode,
  UnaryNode,
  UnaryOperator,
} from './ast';
import type { Range } from './problems';

const NOWHERE: Range = { offset: 0, length: 0 };

/** Makes nodes; the range is where the text has them, nowhere for nodes that no text has. */
export const build = {
  literal: (value: LiteralValue, { offset, length } = NOWHERE): LiteralNode => ({
    type: 'literal',
    value,
    offset,
    length,
  }),
  regex: (text: string, { offset, length } = NOWHERE): RegexNode => ({ type: 'regex', text, offset, length }),
  name: (name: string, { offset, length } = NOWHERE): NameNode => ({ type: 'name', name, offset, length }),
  list: (items: readonly Expression[], { offset, length } = NOWHERE): ListNode => ({
    type: 'list',
    items,
    offset,
    length,
  }),
  arrow: (parameters: readonly NameNode[], body: Expression, { offset, length } = NOWHERE): ArrowNode => ({
    type: 'arrow',
    parameters,
    body,
    offset,
    length,
  }),
  chain: (head: Expression, links: readonly Link[], { offset, length } = NOWHERE): ChainNode => ({
    type: 'chain',
    head,
    links,
    offset,
    length,
  }),
  property: (name: string, optional = false, { offset, length } = NOWHERE): PropertyLink => ({
    type: 'property',
    name,
    optional,
    offset,
    length,
  }),
  index: (index: Expression, optional = false, { offset, length } = NOWHERE): IndexLink => ({
    type: 'index',
    index,
    optional,
    offset,
    length,
  }),
  call: (args: readonly Expression[], optional = false, { offset, length } = NOWHERE): CallLink => ({
    type: 'call',
    arguments: args,
    optional,
    offset,
    length,
  }),
  unary: (operator: UnaryOperator, operand: Expression, { offset, length } = NOWHERE): UnaryNode => ({
    type: 'unary',
    operator,
    operand,
    offset,
    length,
  }),
  logical: (operator: LogicalOperator, operands: readonly Expression[], { offset, length } = NOWHERE): LogicalNode => ({
    type: 'logical',
    operator,
    operands,
    offset,
    length,
  }),
  binary: (
    operators: readonly BinaryOperator[],
    operands: readonly Expression[],
    { offset, length } = NOWHERE,
  ): BinaryNode => ({ type: 'binary', operators, operands, offset, length }),
  conditional: (
    test: Expression,
    consequent: Expression,
    alternate: Expression,
    { offset, length } = NOWHERE,
  ): ConditionalNode => ({ type: 'conditional', test, consequent, alternate, offset, length }),
  definition: (name: NameNode, value: Expression, { offset, length } = NOWHERE): Definition => ({
    name,
    value,
    offset,
    length,
  }),
  rule: (definitions: readonly Definition[], body: Expression, { offset, length } = NOWHERE): RuleNode => ({
    definitions,
    body,
    offset,
    length,
  }),
};

/** The range from the start of one to the end of another. */
export const between = (from: Range, to: Range): Range => ({
  offset: from.offset,
  length: to.offset + to.length - from.offset,
});
