import { i18n } from '@kbn/i18n';

/** Rules to begin with; that they compile is tested. */
export const EXAMPLES: readonly { readonly title: () => string; readonly dsl: string }[] = [
  {
    title: () => i18n.translate('betrace.example.pii', { defaultMessage: 'Personal data read, and no audit record' }),
    dsl: "trace.has(span => span.attributes['data.contains_pii'] === true)\n  .and(trace.missing(span => span.name === 'audit.log'))",
  },
  {
    title: () => i18n.translate('betrace.example.slowQuery', { defaultMessage: 'A slow query below a payment' }),
    dsl: "trace.where(span => span.name.startsWith('payment'))\n  .has(span => span.name.includes('db.query') && span.duration > 1000)",
  },
  {
    title: () => i18n.translate('betrace.example.login', { defaultMessage: 'A failed login, then one that succeeds' }),
    dsl: "trace.has(span => span.name === 'auth.login' && span.status === 'ERROR')\n  .and(trace.has(span => span.name === 'auth.login' && span.status === 'OK'))\n  .within('5 seconds')",
  },
  {
    title: () =>
      i18n.translate('betrace.example.fraudCheck', { defaultMessage: 'A large payment with no fraud check before it' }),
    dsl: "trace.has(span => span.name === 'payment.charge' && span.attributes['payment.amount'] > 1000)\n  .precededBy(trace.missing(span => span.name === 'fraud.check'))",
  },
  {
    title: () => i18n.translate('betrace.example.retries', { defaultMessage: 'More than three retries of one call' }),
    dsl: "trace.has(span => span.name === 'http.retry').within('1 minute').count() > 3",
  },
  {
    title: () => i18n.translate('betrace.example.manyQueries', { defaultMessage: 'The same query again and again' }),
    dsl: "trace\n  .groupBy(span => [span.parentSpanId, span.attributes['db.statement']])\n  .count(span => 'db.statement' in span.attributes) > 10",
  },
  {
    title: () =>
      i18n.translate('betrace.example.slowTrace', { defaultMessage: 'A checkout that takes over 5 seconds' }),
    dsl: "trace.where(span => span.isRoot && span.name.includes('checkout')).duration > '5 seconds'",
  },
  {
    title: () => i18n.translate('betrace.example.cascade', { defaultMessage: 'An error that its caller hides' }),
    dsl: "trace.has(span => span.status === 'ERROR' && span.parent?.status === 'OK')",
  },
];
