/**
 * What became of one judgement in the store. `counted`: nothing is written of it (inconclusive, or a rule in shadow mode).
 * `rejected` is for good: the document can't be written, whatever is tried.
 */
export type Ack = 'created' | 'exists' | 'counted' | { readonly rejected: string };
