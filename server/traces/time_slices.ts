import { setImmediate as nextTurn } from 'node:timers/promises';

const SLICE_MS = 15;

/** Lets others have their turn once work has gone on for a while. */
export class TimeSlices {
  private until = performance.now() + SLICE_MS;

  /** Between two pieces of work. */
  async pause(): Promise<void> {
    if (performance.now() < this.until) return;
    await nextTurn();
    this.until = performance.now() + SLICE_MS;
  }
}
