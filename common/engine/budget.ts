/** More steps than this and a verdict is inconclusive: `BT_TOO_COSTLY`. */
const LIMIT = 1e7;

export class TooCostly extends Error {}

/** The steps that deciding one rule on one trace may take. They depend on the rule and the set of spans alone. */
export class Budget {
  private left = LIMIT;

  /** Called before the steps are taken. */
  spend(steps: number): void {
    this.left -= steps;
    if (this.left < 0) throw new TooCostly();
  }
}
