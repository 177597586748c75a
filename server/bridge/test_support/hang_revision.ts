/** Of rules that `hanging_worker.ts` hangs over. */
export const HANG_REVISION = 666;
