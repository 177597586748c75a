const { SpanStatusCode, trace } = require('@opentelemetry/api');

const tracer = trace.getTracer('shop');

/**
 * Does some work within a span of its own; what the work throws is recorded as the span's error and thrown on.
 * @template T
 * @param {string} name
 * @param {import('@opentelemetry/api').Attributes} attributes
 * @param {(span: import('@opentelemetry/api').Span) => Promise<T>} work
 * @returns {Promise<T>}
 */
function inSpan(name, attributes, work) {
  return tracer.startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      const { message } = /** @type {Error} */ (error);
      span.recordException(/** @type {Error} */ (error));
      span.setStatus({ code: SpanStatusCode.ERROR, message });
      throw error;
    } finally {
      span.end();
    }
  });
}

module.exports = { inSpan };
