/** Counts bytes that are held, against a bound. */
export class ByteLedger {
  private held = 0;

  constructor(private readonly limit: number) {}

  get bytes(): number {
    return this.held;
  }

  /** Room for so many bytes, or undefined where there is not enough. */
  reserve(bytes: number): Reservation | undefined {
    const reservation = new Reservation((change) => this.change(change));
    return reservation.grow(bytes) ? reservation : undefined;
  }

  private change(bytes: number): boolean {
    if (bytes > 0 && this.held + bytes > this.limit) return false;
    this.held += bytes;
    return true;
  }
}

/** Bytes that one owner holds; to be released once, whatever happens. */
export class Reservation {
  private held = 0;

  constructor(private readonly change: (bytes: number) => boolean) {}

  get bytes(): number {
    return this.held;
  }

  /** False, and nothing changed, where there is not enough room. */
  grow(bytes: number): boolean {
    if (!this.change(bytes)) return false;
    this.held += bytes;
    return true;
  }

  shrink(bytes: number): void {
    this.change(-bytes);
    this.held -= bytes;
  }

  release(): void {
    this.shrink(this.held);
  }
}
