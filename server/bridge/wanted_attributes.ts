/** Which attributes are decoded of what is received now. */
export interface WantedAttributes {
  /** Undefined: all. */
  readonly keys: ReadonlySet<string> | undefined;
  /** Grows whenever a key is added: what was decoded under a smaller number may lack it. */
  readonly generation: number;
}

export const ALL_ATTRIBUTES: WantedAttributes = { keys: undefined, generation: 0 };

/** What is wanted from now on, where rules read these attributes. */
export function wantMore({ keys, generation }: WantedAttributes, read: ReadonlySet<string>): WantedAttributes {
  const hasAll = keys === undefined || [...read].every((key) => keys.has(key));
  return { keys: read, generation: hasAll ? generation : generation + 1 };
}
