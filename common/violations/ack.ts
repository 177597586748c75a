/**
 * What became of one finding in the store. `exists`: what it says stands there already. `counted`: nothing is written of it
 * (inconclusive, or a rule in shadow mode). `suppressed`: its rule has had its share of this minute; a document of its own
 * says how many were. `rejected` is for good: the document can't be written, whatever is tried.
 */
export type Ack = 'created' | 'exists' | 'counted' | 'suppressed' | { readonly rejected: string };
