/** What a rule may be at most. Each has a problem code; the first three are checked before any parser runs. */
export const LIMITS = {
  /** UTF-16 units. */
  textLength: 64 * 1024,
  tokens: 4096,
  /** Brackets, unary operators, arrows and `?:` within each other. */
  nesting: 64,
  /** Arrow functions, those reached through a name counted at each use. */
  predicates: 256,
  /** Spans bound at once, those of collections included. */
  variables: 3,
  /** UTF-16 units of a regular expression, and instructions that it compiles to. */
  regexLength: 500,
  regexInstructions: 2000,
} as const;
