import type { Range } from './problems';

/** What stands on one level of precedence is one node, however long: no text makes a deep tree but nested text. */
export type Expression =
  | LiteralNode
  | RegexNode
  | NameNode
  | ListNode
  | ArrowNode
  | ChainNode
  | UnaryNode
  | LogicalNode
  | BinaryNode
  | ConditionalNode;

export type LiteralValue = string | number | bigint | boolean | null | undefined;

export interface LiteralNode extends Range {
  readonly type: 'literal';
  readonly value: LiteralValue;
}

export interface RegexNode extends Range {
  readonly type: 'regex';
  /** With its slashes and flags. */
  readonly text: string;
}

export interface NameNode extends Range {
  readonly type: 'name';
  readonly name: string;
}

export interface ListNode extends Range {
  readonly type: 'list';
  readonly items: readonly Expression[];
}

export interface ArrowNode extends Range {
  readonly type: 'arrow';
  readonly parameters: readonly NameNode[];
  readonly body: Expression;
}

/** `head.property[index](arguments)…` */
export interface ChainNode extends Range {
  readonly type: 'chain';
  readonly head: Expression;
  readonly links: readonly Link[];
}

export type Link = PropertyLink | IndexLink | CallLink;

export interface PropertyLink extends Range {
  readonly type: 'property';
  readonly optional: boolean;
  readonly name: string;
}

export interface IndexLink extends Range {
  readonly type: 'index';
  readonly optional: boolean;
  readonly index: Expression;
}

export interface CallLink extends Range {
  readonly type: 'call';
  readonly optional: boolean;
  readonly arguments: readonly Expression[];
}

export type UnaryOperator = '!' | '-' | '+' | 'typeof';

export interface UnaryNode extends Range {
  readonly type: 'unary';
  readonly operator: UnaryOperator;
  readonly operand: Expression;
}

export type LogicalOperator = '??' | '||' | '&&';

/** Two or more operands of the same operator. */
export interface LogicalNode extends Range {
  readonly type: 'logical';
  readonly operator: LogicalOperator;
  readonly operands: readonly Expression[];
}

export type EqualityOperator = '===' | '!==' | '==' | '!=';
export type RelationalOperator = '<' | '<=' | '>' | '>=';
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';
export type BinaryOperator = EqualityOperator | RelationalOperator | 'in' | ArithmeticOperator;

/** Two or more operands of operators of one precedence, taken from left to right. */
export interface BinaryNode extends Range {
  readonly type: 'binary';
  readonly operators: readonly BinaryOperator[];
  readonly operands: readonly Expression[];
}

export interface ConditionalNode extends Range {
  readonly type: 'conditional';
  readonly test: Expression;
  readonly consequent: Expression;
  readonly alternate: Expression;
}

/** `const name = span => …;` */
export interface Definition extends Range {
  readonly name: NameNode;
  readonly value: Expression;
}

export interface RuleNode extends Range {
  readonly definitions: readonly Definition[];
  readonly body: Expression;
}
