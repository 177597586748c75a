import { schema, type TypeOf } from '@kbn/config-schema';
import { BeTraceError } from '../../common/errors';
import { parseRum } from '../../common/rum';
import { type EmitSettings, parseEmit } from '../host/emit/emit_settings';
import { DEFAULT_RETENTION, retentionProblem } from '../../ingest/retention';
import { DEFAULT_INDICES } from '../traces/stored_traces';
import { ingestProblem } from './ingest_settings';

const text = (maxLength = 10_000) => schema.maybe(schema.string({ minLength: 1, maxLength }));
const texts = (defaultValue: string[] = []) =>
  schema.arrayOf(schema.string({ minLength: 1, maxLength: 1_000 }), { defaultValue, maxSize: 100 });
const rate = () => schema.number({ defaultValue: 0, min: 0, max: 1_000_000_000_000 });
const MEBIBYTE = 1024 * 1024;
const GIBIBYTE = 1024 * MEBIBYTE;
const retention = (defaultValue: string) => schema.string({ defaultValue, maxLength: 100, validate: retentionProblem });
const milliseconds = (defaultValue: number, max: number) => schema.number({ defaultValue, min: 1, max });

/** Every setting below `betrace.` in kibana.yml; `docs/reference/kibana.md` documents each. */
export const settingsSchema = schema.object({
  enabled: schema.boolean({ defaultValue: true }),
  evidence: schema.oneOf([schema.literal('mentioned'), schema.literal('all'), schema.literal('none')], {
    defaultValue: 'mentioned',
  }),
  maxViolationsPerRule: schema.number({ defaultValue: 600, min: 1, max: 1_000_000 }),
  retention: schema.object({
    violations: retention(DEFAULT_RETENTION.violations),
    evidence: retention(DEFAULT_RETENTION.evidence),
    metrics: retention(DEFAULT_RETENTION.metrics),
  }),
  bridge: schema.object(
    {
      enabled: schema.boolean({ defaultValue: true }),
      host: schema.string({ defaultValue: '127.0.0.1', minLength: 1, maxLength: 255 }),
      port: schema.number({ defaultValue: 4319, min: 0, max: 65_535 }),
      routing: schema.oneOf([schema.literal('lease'), schema.literal('trace_id')], { defaultValue: 'lease' }),
      allowedHosts: schema.arrayOf(schema.string({ minLength: 1, maxLength: 255 }), { defaultValue: [], maxSize: 100 }),
      settleMs: milliseconds(5_000, 3_600_000),
      rootSettleMs: schema.maybe(schema.number({ min: 1, max: 3_600_000 })),
      maxTraceMs: milliseconds(60_000, 86_400_000),
      lateMs: schema.number({ defaultValue: 120_000, min: 0, max: 86_400_000 }),
      journal: schema.object({
        enabled: schema.boolean({ defaultValue: true }),
        maxBytes: schema.number({ defaultValue: 8 * GIBIBYTE, min: 256 * MEBIBYTE }),
      }),
      maxBodyBytes: schema.number({ defaultValue: 64 * MEBIBYTE, min: 1_024, max: 512 * MEBIBYTE }),
      maxSpansPerRequest: schema.number({ defaultValue: 100_000, min: 1, max: 10_000_000 }),
      quota: schema.object({
        spansPerSecond: rate(),
        bytesPerSecond: rate(),
        burstSeconds: schema.number({ defaultValue: 10, min: 1, max: 3_600 }),
      }),
      cors: schema.object({
        origins: texts(),
        maxAgeSeconds: schema.number({ defaultValue: 7_200, min: 0, max: 86_400 }),
      }),
      tls: schema.object({ certFile: text(), keyFile: text(), clientCaFile: text() }),
      auth: schema.object({
        jwt: schema.object({
          keyFile: text(),
          secret: text(),
          algorithms: texts(),
          issuer: texts(),
          audience: texts(['betrace']),
          clockToleranceSeconds: schema.number({ defaultValue: 30, min: 0, max: 600 }),
          spacesClaim: schema.string({ defaultValue: 'betrace.spaces', minLength: 1, maxLength: 200 }),
        }),
      }),
    },
    {
      validate: ({ settleMs, rootSettleMs = settleMs, maxTraceMs, ...ingest }) => {
        if (maxTraceMs < settleMs) return 'maxTraceMs must be at least settleMs';
        return rootSettleMs > settleMs ? 'rootSettleMs must be at most settleMs' : ingestProblem(ingest);
      },
    },
  ),
  signing: schema.object({
    key: text(),
    keyFile: text(),
    verifyKeys: schema.arrayOf(schema.string({ minLength: 1, maxLength: 10_000 }), { defaultValue: [], maxSize: 100 }),
    trustNewKey: schema.boolean({ defaultValue: false }),
  }),
  pull: schema.object({
    intervalMs: schema.number({ defaultValue: 30_000, min: 1_000, max: 3_600_000 }),
    delayMs: schema.number({ defaultValue: 60_000, min: 0, max: 3_600_000 }),
    lateMs: schema.number({ defaultValue: 600_000, min: 0, max: 86_400_000 }),
  }),
  traces: schema.object({ indices: texts([...DEFAULT_INDICES]) }),
  elasticsearch: schema.object({ apiKey: text() }),
  rum: schema.object(
    { serverUrl: text(), serviceName: text(), environment: text(), sampleRate: schema.maybe(schema.number()) },
    {
      validate: (given) => {
        const rum = parseRum(given);
        return typeof rum === 'string' ? rum : undefined;
      },
    },
  ),
  emit: schema.object({
    otlp: schema.object(
      { url: text(), headers: text() },
      {
        validate: ({ url, headers }) => {
          if (url === undefined) return headers === undefined ? undefined : 'headers are for url, which is not set';
          const emit = parseEmit(url, headers);
          return typeof emit === 'string' ? `url ${emit}` : undefined;
        },
      },
    ),
  }),
});

/** What every page of Kibana gets of the settings, as they stand in kibana.yml. */
export const BROWSER_SETTINGS = { rum: { serverUrl: true, serviceName: true, environment: true, sampleRate: true } };

export type KibanaConfig = TypeOf<typeof settingsSchema>;

/** What Kibana itself checks, which does not start where a plugin's settings are wrong; the rest is checked by `readConfig`. */
export const configSchema = schema.object({ enabled: schema.boolean({ defaultValue: true }) }, { unknowns: 'allow' });

/**
 * @param given what is below `betrace.`
 * @throws BT_SETTINGS_INVALID that names the setting
 */
export function readConfig(given: unknown): KibanaConfig {
  try {
    return settingsSchema.validate(given, {}, 'betrace');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BeTraceError('BT_SETTINGS_INVALID', `In kibana.yml: ${reason}`);
  }
}

/** Where violations are sent as spans besides; the schema has checked it. */
export function emitSettings({ otlp: { url, headers } }: KibanaConfig['emit']): EmitSettings | undefined {
  const emit = url === undefined ? undefined : parseEmit(url, headers);
  return typeof emit === 'string' ? undefined : emit;
}
