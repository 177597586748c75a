/**
 * Where a record begins: the segment's number and the offset in it, in one number that is exact and grows in the order of
 * writing. Offsets are below 2^32, numbers below 2^21.
 */
export type Position = number;

const SEGMENT = 2 ** 32;

export const positionOf = (segment: number, offset: number): Position => segment * SEGMENT + offset;
export const segmentOf = (position: Position): number => Math.floor(position / SEGMENT);
export const offsetOf = (position: Position): number => position % SEGMENT;
