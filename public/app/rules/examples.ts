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
];
