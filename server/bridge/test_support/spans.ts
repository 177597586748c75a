import type { SpanFields } from '../../../common/trace/span';
import { NO_ATTRIBUTES } from '../../../common/trace/value';
import type { Origin } from '../otlp_span';
import { NO_SCOPE, OtlpSpan } from '../otlp_span';

const ORIGIN: Origin = { resource: NO_ATTRIBUTES, scope: NO_SCOPE, dropped: 0, bytes: 0 };

export const hexId = (number: number, digits: 16 | 32): string => number.toString(16).padStart(digits, '0');

/** A span as the decoders make them. */
export function otlpSpan(
  trace: number,
  span: number,
  fields: Partial<Omit<SpanFields, 'resource' | 'scope'>> = {},
): OtlpSpan {
  return Object.assign(new OtlpSpan(ORIGIN), {
    traceId: hexId(trace, 32),
    spanId: hexId(span, 16),
    startUs: span,
    endUs: span + 1,
    ...fields,
  });
}
