import type { CheckContext } from './check_context';
import type { ValuePlan } from './plan';

/** The attributes by which a span says that it timed out. */
export const TIMED_OUT_KEYS = [
  'error.type',
  'http.response.status_code',
  'http.status_code',
  'rpc.grpc.status_code',
  'rpc.response.status_code',
] as const;

/** Reading `timedOut` of a span, which reads attributes and events in turn. */
export function readTimedOut(of: ValuePlan, context: CheckContext): ValuePlan {
  for (const key of TIMED_OUT_KEYS) context.attributes.add(key);
  context.features.add('events').add('status_message');
  return { type: 'field', of, field: 'timedOut' };
}
