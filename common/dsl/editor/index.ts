export type { Completion, Known } from './completion';
export { completions } from './completions';
export type { Diagnostic } from './diagnostics';
export { problems } from './diagnostics';
export type { Hover } from './hover';
export { hover } from './hover';
export type { TextRange } from './scan';
export type { HighlightedToken, TokenClass } from './tokens';
export { tokens } from './tokens';
