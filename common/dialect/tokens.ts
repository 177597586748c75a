import type { Token } from 'typescript-parsec';

export const KEYWORDS = [
  ...(['when', 'always', 'never', 'where', 'count', 'and', 'or', 'not'] as const),
  ...(['in', 'matches', 'contains', 'true', 'false'] as const),
] as const;

/** Longest first, so that the first that fits is the right one. */
export const PUNCTUATORS = ['==', '!=', '<=', '>=', '<', '>', '.', ',', '(', ')', '{', '}', '[', ']'] as const;

/** `.where` is one token, so that the grammar sees at its first token where a name ends. */
export type Kind = 'word' | 'string' | 'number' | '.where' | (typeof KEYWORDS)[number] | (typeof PUNCTUATORS)[number];

export interface DialectToken extends Token<Kind> {
  readonly kind: Kind;
  next: DialectToken | undefined;
  readonly offset: number;
  readonly length: number;
}
