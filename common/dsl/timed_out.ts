import type { CheckContext } from './check_context';
import type { ValuePlan } from './plan';

/** The attributes by which a span, or an exception event of it, says that it timed out. */
const TIMED_OUT_KEYS = [
  'error.type',
  'exception.type',
  'http.response.status_code',
  'http.status_code',
  'rpc.grpc.status_code',
  'rpc.response.status_code',
] as const;

/** Keys that a rule asks for, of all that it reads: those by which `timedOut` is told need not be there. */
export function askedKeys(read: readonly string[]): readonly string[] {
  const isTimeout = TIMED_OUT_KEYS.every((key) => read.includes(key));
  return isTimeout ? read.filter((key) => !(TIMED_OUT_KEYS as readonly string[]).includes(key)) : read;
}

/** Reading `timedOut` of a span, which reads attributes and events in turn. */
export function readTimedOut(of: ValuePlan, context: CheckContext): ValuePlan {
  for (const key of TIMED_OUT_KEYS) context.touchAttribute(key);
  context.features.add('events').add('status_message');
  return { type: 'field', of, field: 'timedOut' };
}
