export { DIALECT_LIMITS } from './limits';
export { NOTES, REFUSALS } from './problems';
export type { Translation } from './translate';
export { isDialect, translate } from './translate';
