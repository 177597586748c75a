import { schema, type TypeOf } from '@kbn/config-schema';

const text = (maxLength = 10_000) => schema.maybe(schema.string({ minLength: 1, maxLength }));
const MEBIBYTE = 1024 * 1024;
const GIBIBYTE = 1024 * MEBIBYTE;
const milliseconds = (defaultValue: number, max: number) => schema.number({ defaultValue, min: 1, max });

/** Every setting below `betrace.` in kibana.yml; `docs/reference/kibana.md` documents each. */
export const configSchema = schema.object({
  enabled: schema.boolean({ defaultValue: true }),
  evidence: schema.oneOf([schema.literal('mentioned'), schema.literal('all'), schema.literal('none')], {
    defaultValue: 'mentioned',
  }),
  bridge: schema.object(
    {
      enabled: schema.boolean({ defaultValue: true }),
      host: schema.string({ defaultValue: '127.0.0.1', minLength: 1, maxLength: 255 }),
      port: schema.number({ defaultValue: 4319, min: 0, max: 65_535 }),
      allowedHosts: schema.arrayOf(schema.string({ minLength: 1, maxLength: 255 }), { defaultValue: [], maxSize: 100 }),
      settleMs: milliseconds(5_000, 3_600_000),
      rootSettleMs: schema.maybe(schema.number({ min: 1, max: 3_600_000 })),
      maxTraceMs: milliseconds(60_000, 86_400_000),
      lateMs: schema.number({ defaultValue: 120_000, min: 0, max: 86_400_000 }),
      journal: schema.object({
        enabled: schema.boolean({ defaultValue: true }),
        maxBytes: schema.number({ defaultValue: 8 * GIBIBYTE, min: 256 * MEBIBYTE }),
      }),
    },
    {
      validate: ({ settleMs, rootSettleMs = settleMs, maxTraceMs }) => {
        if (maxTraceMs < settleMs) return 'maxTraceMs must be at least settleMs';
        return rootSettleMs > settleMs ? 'rootSettleMs must be at most settleMs' : undefined;
      },
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
