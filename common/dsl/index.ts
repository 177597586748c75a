export type { CheckResult } from './check';
export { check } from './check';
export { format } from './format';
export { LIMITS } from './limits';
export type { ParseResult } from './parse';
export { parse } from './parse';
export { print } from './print';
export { PROBLEMS, WARNINGS, positionAt, quote } from './problems';
