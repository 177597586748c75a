import { Doubt } from '../trace/doubt';

/** What can't be told while something is missing of the trace. */
export const UNKNOWN = Symbol('unknown');

/** A number that is known to lie between two others, which may be infinite. */
export class Range {
  constructor(
    readonly low: number,
    readonly high: number,
  ) {}
}

/** A list of which some items are certain, more are possible, and if it is open there may be any others. */
export class PartialList {
  constructor(
    readonly certain: readonly unknown[],
    readonly possible: readonly unknown[],
    readonly open: boolean,
  ) {}
}

export const isUnknown = (value: unknown): boolean =>
  value === UNKNOWN || value instanceof Range || value instanceof PartialList || value instanceof Doubt;

/** A list as partial as it is. */
export const listOf = (certain: readonly unknown[], possible: readonly unknown[], open: boolean): unknown =>
  open || possible.length > certain.length ? new PartialList(certain, possible, open) : certain;

/** True, false or unknown. */
export type Tri = boolean | typeof UNKNOWN;

export function truthOf(value: unknown): Tri {
  if (value instanceof Doubt && value.isListed) return agreed(value.values.map(Boolean));
  return isUnknown(value) ? UNKNOWN : Boolean(value);
}

const agreed = (truths: readonly boolean[]): Tri =>
  truths.every((truth) => truth === truths[0]) ? (truths[0] ?? UNKNOWN) : UNKNOWN;

export const negate = (truth: Tri): Tri => (truth === UNKNOWN ? UNKNOWN : !truth);

/** `and`, and `or` where the roles of true and false are changed over: `dominant` decides alone. */
export function combineTruth(truths: Iterable<Tri>, dominant: boolean): Tri {
  let result: Tri = !dominant;
  for (const truth of truths) {
    if (truth === dominant) return dominant;
    if (truth === UNKNOWN) result = UNKNOWN;
  }
  return result;
}
