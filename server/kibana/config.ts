import { schema, type TypeOf } from '@kbn/config-schema';

const text = (maxLength = 10_000) => schema.maybe(schema.string({ minLength: 1, maxLength }));
const milliseconds = (defaultValue: number, max: number) => schema.number({ defaultValue, min: 1, max });

/** Every setting below `betrace.` in kibana.yml; `docs/reference/kibana.md` documents each. */
export const configSchema = schema.object({
  enabled: schema.boolean({ defaultValue: true }),
  evidence: schema.oneOf([schema.literal('mentioned'), schema.literal('all'), schema.literal('none')], {
    defaultValue: 'mentioned',
  }),
  maxViolationsPerRule: schema.number({ defaultValue: 600, min: 1, max: 1_000_000 }),
  bridge: schema.object(
    {
      enabled: schema.boolean({ defaultValue: true }),
      host: schema.string({ defaultValue: '127.0.0.1', minLength: 1, maxLength: 255 }),
      port: schema.number({ defaultValue: 4319, min: 0, max: 65_535 }),
      allowedHosts: schema.arrayOf(schema.string({ minLength: 1, maxLength: 255 }), { defaultValue: [], maxSize: 100 }),
      settleMs: milliseconds(5_000, 3_600_000),
      maxTraceMs: milliseconds(60_000, 86_400_000),
    },
    {
      validate: ({ settleMs, maxTraceMs }) =>
        maxTraceMs < settleMs ? 'maxTraceMs must be at least settleMs' : undefined,
    },
  ),
  signing: schema.object({
    key: text(),
    keyFile: text(),
    verifyKeys: schema.arrayOf(schema.string({ minLength: 1, maxLength: 10_000 }), { defaultValue: [], maxSize: 100 }),
    trustNewKey: schema.boolean({ defaultValue: false }),
  }),
  elasticsearch: schema.object({ apiKey: text() }),
});

export type KibanaConfig = TypeOf<typeof configSchema>;
