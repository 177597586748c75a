/**
 * Keeps what belongs together in its order: of each key one entry is under way, the others wait until it has left. Entries
 * with different keys don't wait for each other.
 */
export class Lanes<Entry extends { readonly key: string }> {
  private readonly waiting = new Map<string, Entry[]>();

  /** True where the entry may go at once; else it is given back by `leave` in its turn. */
  enter(entry: Entry): boolean {
    const lane = this.waiting.get(entry.key);
    if (lane) lane.push(entry);
    else this.waiting.set(entry.key, []);
    return lane === undefined;
  }

  /** @returns whose turn it is now */
  leave({ key }: Pick<Entry, 'key'>): Entry | undefined {
    const next = this.waiting.get(key)?.shift();
    if (next === undefined) this.waiting.delete(key);
    return next;
  }
}
