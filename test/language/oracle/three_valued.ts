/** Not known. */
export const U: unique symbol = Symbol('unknown');
export type Tri = boolean | typeof U;

/** A number between two. */
export class Between {
  constructor(
    readonly least: number,
    readonly most: number,
  ) {}
}

/** A list of which `sure` is in it, `maybe` may be, and if it is open anything else as well. */
export class Some {
  constructor(
    readonly sure: unknown[],
    readonly maybe: unknown[],
    readonly open: boolean,
  ) {}

  /** A plain list where nothing is left to doubt. */
  static of(sure: unknown[], maybe: unknown[], open: boolean): unknown {
    return open || maybe.length > sure.length ? new Some(sure, maybe, open) : sure;
  }
}

export const vague = (value: unknown): boolean => value === U || value instanceof Between || value instanceof Some;
export const tri = (value: unknown): Tri => (vague(value) ? U : Boolean(value));
export const not = (value: Tri): Tri => (value === U ? U : !value);
export const and3 = (values: readonly Tri[]): Tri => (values.includes(false) ? false : values.includes(U) ? U : true);
export const or3 = (values: readonly Tri[]): Tri => (values.includes(true) ? true : values.includes(U) ? U : false);
