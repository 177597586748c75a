import type { RuleSet } from '../../common/engine';

/** What the bridge asks of the engine. */
export type Judge = Pick<RuleSet, 'prepare' | 'replace' | 'judge' | 'attributes' | 'size'>;
