import type { Range } from './problems';

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'matches' | 'contains';

/** Words joined by dots, or one string in quotes. */
export interface Name extends Range {
  readonly text: string;
  readonly quoted: boolean;
  /** How many words; 1 where quoted. */
  readonly words: number;
  /** Has a word that is a keyword elsewhere. */
  readonly hasKeyword: boolean;
}

export type Value =
  | (Range & { readonly type: 'text'; readonly text: string; readonly quoted: boolean })
  | (Range & { readonly type: 'number'; readonly text: string })
  | (Range & { readonly type: 'boolean'; readonly value: boolean })
  | (Range & { readonly type: 'list'; readonly items: readonly Value[] })
  | (Range & { readonly type: 'count'; readonly name: Name });

export interface Operation extends Range {
  readonly operator: Comparison;
  readonly value: Value;
}

/** One operand stands by itself: `and` and `or` have two or more. */
export type Joined<Leaf> =
  | { readonly type: 'and' | 'or'; readonly operands: readonly Joined<Leaf>[] }
  | { readonly type: 'not'; readonly operand: Joined<Leaf> }
  | Leaf;

/** What one span must be: compared, or true by itself. */
export interface AttributeTest extends Range {
  readonly type: 'attribute';
  readonly name: Name;
  readonly operation: Operation | undefined;
}

export type SpanCondition = Joined<AttributeTest>;

export interface HasCheck extends Range {
  readonly type: 'has';
  readonly name: Name;
  /** One for each `.where( )`. */
  readonly where: readonly SpanCondition[];
  /** Of `payment.amount > 1000`. */
  readonly operation: Operation | undefined;
}

export interface CountCheck extends Range {
  readonly type: 'count';
  readonly name: Name;
  readonly operation: Operation;
}

export type Condition = Joined<HasCheck | CountCheck>;

export interface Clause extends Range {
  readonly keyword: 'always' | 'never';
  readonly condition: Condition;
}

export interface DialectRule {
  readonly when: Condition;
  /** In the order of the text. */
  readonly clauses: readonly Clause[];
}
