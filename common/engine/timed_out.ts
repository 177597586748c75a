import type { SpanView } from '../trace/span';

const SAYS_TIMEOUT = /time[d]?[ _-]?out|deadline[ _-]?exceeded|ETIMEDOUT/i;

/** Whether a span failed and says, in one of the ways that SDKs have, that time ran out. */
export function timedOut(span: SpanView): boolean {
  if (span.status !== 'ERROR') return false;
  return (
    saysTimeout(span.statusMessage) ||
    saysTimeout(span.attribute('error.type')) ||
    isDeadlineExceeded(span.attribute('rpc.grpc.status_code')) ||
    isDeadlineExceeded(span.attribute('rpc.response.status_code')) ||
    isTimeoutStatus(span.attribute('http.response.status_code')) ||
    isTimeoutStatus(span.attribute('http.status_code')) ||
    span.events.some(({ name, attributes }) => name === 'exception' && saysTimeout(attributes.get('exception.type')))
  );
}

const saysTimeout = (value: unknown): boolean => typeof value === 'string' && SAYS_TIMEOUT.test(value);
const isDeadlineExceeded = (code: unknown): boolean => code === 4 || code === '4' || code === 'DEADLINE_EXCEEDED';
const isTimeoutStatus = (code: unknown): boolean => code === 408 || code === 504 || code === '408' || code === '504';
