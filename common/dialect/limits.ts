import { LIMITS } from '../dsl';

/** What a rule of the other edition may be at most, checked before any parser runs. */
export const DIALECT_LIMITS = {
  /** UTF-16 units. */
  textLength: LIMITS.textLength,
  tokens: LIMITS.tokens,
  /** Brackets within each other. */
  nesting: LIMITS.nesting,
} as const;
