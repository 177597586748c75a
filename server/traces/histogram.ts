const MOST_INTERVALS = 60;
const STEPS_MS = [1, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400].map((s) => s * 1000);

/** Counts by time, in intervals of a length that people use. */
export class Histogram {
  readonly intervalMs: number;
  readonly violated: number[];
  readonly inconclusive: number[];

  constructor(
    private readonly from: Date,
    to: Date,
  ) {
    const length = to.getTime() - from.getTime();
    this.intervalMs = STEPS_MS.find((step) => length / step <= MOST_INTERVALS) ?? STEPS_MS.at(-1)!;
    const count = Math.max(1, Math.ceil(length / this.intervalMs));
    this.violated = new Array<number>(count).fill(0);
    this.inconclusive = new Array<number>(count).fill(0);
  }

  add(kind: 'violated' | 'inconclusive', startUs: number): void {
    const at = Math.floor((startUs / 1000 - this.from.getTime()) / this.intervalMs);
    this[kind][Math.max(0, Math.min(at, this.violated.length - 1))]! += 1;
  }
}
