import { join, resolve } from 'node:path';
import { parseRum, type RumSettings } from '../../common/rum';
import type { IngestSettings } from '../bridge/ingest_settings';
import { isLoopback } from '../bridge/loopback';
import type { ElasticsearchSettings } from '../elasticsearch/client';
import type { PullSettings } from '../host/pull/pull_mode';
import { DEFAULT_RETENTION, type Retention, retentionProblem } from '../../ingest/retention';
import { DEFAULT_INDICES, patternsOf, type StoredPatterns } from '../traces/stored_traces';
import { ConfigError } from './config_error';
import { type EmitSettings, parseEmit } from '../host/emit/emit_settings';
import { INGEST_SETTINGS, readIngest } from './ingest_config';

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly allowedHosts: readonly string[];
  readonly dataDir: string;
  readonly elasticsearch: ElasticsearchSettings;
  readonly settleMs: number;
  readonly rootSettleMs: number;
  readonly maxTraceMs: number;
  readonly lateMs: number;
  readonly journal?: { readonly folder: string; readonly maxBytes: number };
  readonly maxViolationsPerRule: number;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly signing: {
    readonly key: string | undefined;
    readonly keyFile: string | undefined;
    readonly verifyKeys: readonly string[];
    readonly trustNewKey: boolean;
  };
  readonly evidence: (typeof EVIDENCE)[number];
  /** How long documents are kept. */
  readonly retention: Retention;
  /** Where traces lie that previews and pull mode read. */
  readonly traces: StoredPatterns;
  readonly pull: PullSettings;
  readonly maxBodyBytes: number;
  readonly ingest: IngestSettings;
  /** Where violations are sent as spans besides. */
  readonly emit?: EmitSettings;
  /** The agent that the pages start in the browser. */
  readonly rum?: RumSettings;
}

const MEBIBYTE = 1024 * 1024;
const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
const GIBIBYTE = 1024 * MEBIBYTE;
/** Of a cluster beside this one where it has a colon; nothing is excluded. */
const INDEX_PATTERN = /^(?:[\w*.-]+:)?[a-z0-9.*_][\w.*-]*$/;
const EVIDENCE = ['mentioned', 'all', 'none'] as const;

/** Every setting there is; `docs/reference/settings.md` documents each. */
export const SETTINGS = [
  'BETRACE_HTTP_PORT',
  'BETRACE_HOST',
  'BETRACE_ALLOWED_HOSTS',
  'BETRACE_DATA_DIR',
  'BETRACE_SETTLE_MS',
  'BETRACE_ROOT_SETTLE_MS',
  'BETRACE_MAX_TRACE_MS',
  'BETRACE_LATE_MS',
  'BETRACE_JOURNAL',
  'BETRACE_JOURNAL_MAX_BYTES',
  'BETRACE_MAX_VIOLATIONS_PER_RULE',
  'BETRACE_LOG_LEVEL',
  'BETRACE_SIGNING_KEY',
  'BETRACE_SIGNING_KEY_FILE',
  'BETRACE_SIGNING_VERIFY_KEYS',
  'BETRACE_SIGNING_TRUST_NEW_KEY',
  'BETRACE_EVIDENCE',
  'BETRACE_RETENTION_VIOLATIONS',
  'BETRACE_RETENTION_EVIDENCE',
  'BETRACE_RETENTION_METRICS',
  'BETRACE_EMIT_OTLP_URL',
  'BETRACE_EMIT_OTLP_HEADERS',
  'BETRACE_RUM_SERVER_URL',
  'BETRACE_RUM_SERVICE_NAME',
  'BETRACE_RUM_ENVIRONMENT',
  'BETRACE_RUM_SAMPLE_RATE',
  'BETRACE_TRACES_INDICES',
  'BETRACE_PULL_INTERVAL_MS',
  'BETRACE_PULL_DELAY_MS',
  'BETRACE_PULL_LATE_MS',
  ...INGEST_SETTINGS,
  'ELASTICSEARCH_URL',
  'ELASTICSEARCH_API_KEY',
  'ELASTICSEARCH_USERNAME',
  'ELASTICSEARCH_PASSWORD',
] as const;

type Setting = (typeof SETTINGS)[number];

/**
 * The settings of an environment, with their defaults.
 * @throws ConfigError, naming the setting, for a value that can't be used or a BETRACE_ name that is none of ours
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  for (const name of Object.keys(environment)) {
    if (name.startsWith('BETRACE_') && !FOREIGN.has(name) && !SETTINGS.includes(name as Setting)) {
      throw new ConfigError(`${name} is not a setting of BeTrace. There are: ${SETTINGS.join(', ')}.`);
    }
  }
  const text = (name: Setting): string | undefined => environment[name]?.trim() || undefined;
  const list = (name: Setting): string[] => (text(name) ?? '').split(',').flatMap((item) => item.trim() || []);
  const integer = (name: Setting, fallback: number, min: number, max: number): number => {
    const value = text(name);
    if (value === undefined) return fallback;
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= min && number <= max) return number;
    throw new ConfigError(`${name} must be a whole number from ${min} to ${max}, and is "${value}".`);
  };
  const choice = <T extends string>(name: Setting, fallback: T, values: readonly T[]): T => {
    const value = text(name) ?? fallback;
    const found = values.find((candidate) => candidate === value);
    if (found !== undefined) return found;
    throw new ConfigError(`${name} must be one of ${values.join(', ')}, and is "${value}".`);
  };

  const retention = (name: Setting, fallback: string): string => {
    const value = text(name) ?? fallback;
    const problem = retentionProblem(value);
    if (problem === undefined) return value;
    throw new ConfigError(`${name} ${problem}, and is "${value}".`);
  };
  const indices = (name: Setting): readonly string[] => {
    const given = list(name);
    const wrong = given.find((pattern) => !INDEX_PATTERN.test(pattern));
    if (wrong !== undefined) throw new ConfigError(`${name} has "${wrong}", which is no name or pattern of indices.`);
    return given.length > 0 ? given : DEFAULT_INDICES;
  };
  const settleMs = integer('BETRACE_SETTLE_MS', 5_000, 1, 3_600_000);
  const maxTraceMs = integer('BETRACE_MAX_TRACE_MS', 60_000, 1, 86_400_000);
  const rootSettleMs = integer('BETRACE_ROOT_SETTLE_MS', settleMs, 1, settleMs);
  const dataDir = resolve(text('BETRACE_DATA_DIR') ?? 'data');
  const maxBytes = integer('BETRACE_JOURNAL_MAX_BYTES', 8 * GIBIBYTE, 256 * MEBIBYTE, 2 ** 50);
  if (maxTraceMs < settleMs) throw new ConfigError('BETRACE_MAX_TRACE_MS must be at least BETRACE_SETTLE_MS.');
  const host = text('BETRACE_HOST') ?? '127.0.0.1';
  return {
    host,
    port: integer('BETRACE_HTTP_PORT', 8080, 0, 65_535),
    allowedHosts: list('BETRACE_ALLOWED_HOSTS').map((name) => name.toLowerCase()),
    dataDir,
    elasticsearch: readElasticsearch(text),
    settleMs,
    rootSettleMs,
    maxTraceMs,
    lateMs: integer('BETRACE_LATE_MS', 120_000, 0, 86_400_000),
    ...(choice('BETRACE_JOURNAL', 'on', ['on', 'off']) === 'on'
      ? { journal: { folder: join(dataDir, 'journal'), maxBytes } }
      : {}),
    maxViolationsPerRule: integer('BETRACE_MAX_VIOLATIONS_PER_RULE', 600, 1, 1_000_000),
    logLevel: choice('BETRACE_LOG_LEVEL', 'info', LOG_LEVELS),
    signing: {
      key: text('BETRACE_SIGNING_KEY'),
      keyFile: text('BETRACE_SIGNING_KEY_FILE'),
      verifyKeys: list('BETRACE_SIGNING_VERIFY_KEYS'),
      trustNewKey: choice('BETRACE_SIGNING_TRUST_NEW_KEY', 'false', ['true', 'false']) === 'true',
    },
    evidence: choice('BETRACE_EVIDENCE', 'mentioned', EVIDENCE),
    retention: {
      violations: retention('BETRACE_RETENTION_VIOLATIONS', DEFAULT_RETENTION.violations),
      evidence: retention('BETRACE_RETENTION_EVIDENCE', DEFAULT_RETENTION.evidence),
      metrics: retention('BETRACE_RETENTION_METRICS', DEFAULT_RETENTION.metrics),
    },
    pull: {
      intervalMs: integer('BETRACE_PULL_INTERVAL_MS', 30_000, 100, 3_600_000),
      delayMs: integer('BETRACE_PULL_DELAY_MS', 60_000, 0, 3_600_000),
      lateMs: integer('BETRACE_PULL_LATE_MS', 600_000, 0, 86_400_000),
    },
    traces: patternsOf(indices('BETRACE_TRACES_INDICES')),
    maxBodyBytes: integer('BETRACE_MAX_BODY_BYTES', 64 * MEBIBYTE, 1_024, 512 * MEBIBYTE),
    ingest: readIngest({ text, list, integer }, !isLoopback(host)),
    ...readEmit(text),
    ...readRum(text),
  };
}

/** Settings of the scripts and tests around the host, not of the host. */
const FOREIGN = new Set(['BETRACE_CACHE_DIR', 'BETRACE_TEST_FULL']);

function readEmit(text: (name: Setting) => string | undefined): { emit?: EmitSettings } {
  const url = text('BETRACE_EMIT_OTLP_URL');
  const headers = text('BETRACE_EMIT_OTLP_HEADERS');
  if (url === undefined) {
    if (headers === undefined) return {};
    throw new ConfigError('BETRACE_EMIT_OTLP_HEADERS is for BETRACE_EMIT_OTLP_URL, which is not set.');
  }
  const emit = parseEmit(url, headers);
  if (typeof emit === 'string') throw new ConfigError(`BETRACE_EMIT_OTLP_URL ${emit}.`);
  return { emit };
}

const RUM_NAMES: Readonly<Record<string, Setting>> = {
  serverUrl: 'BETRACE_RUM_SERVER_URL',
  serviceName: 'BETRACE_RUM_SERVICE_NAME',
  environment: 'BETRACE_RUM_ENVIRONMENT',
  sampleRate: 'BETRACE_RUM_SAMPLE_RATE',
};

function readRum(text: (name: Setting) => string | undefined): { rum?: RumSettings } {
  const rate = text('BETRACE_RUM_SAMPLE_RATE');
  const rum = parseRum({
    serverUrl: text('BETRACE_RUM_SERVER_URL'),
    serviceName: text('BETRACE_RUM_SERVICE_NAME'),
    environment: text('BETRACE_RUM_ENVIRONMENT'),
    sampleRate: rate === undefined ? undefined : Number(rate),
  });
  if (typeof rum !== 'string') return rum ? { rum } : {};
  throw new ConfigError(`${rum.replace(/\b\w+\b/g, (word) => RUM_NAMES[word] ?? word)}.`);
}

function readElasticsearch(text: (name: Setting) => string | undefined): ElasticsearchSettings {
  const url = text('ELASTICSEARCH_URL');
  if (url === undefined) {
    throw new ConfigError('ELASTICSEARCH_URL is not set; `npm start` brings up an Elasticsearch of its own.');
  }
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) {
    throw new ConfigError('ELASTICSEARCH_URL must be an http or https URL.');
  }
  if (parsed.username || parsed.password) {
    throw new ConfigError(
      'ELASTICSEARCH_URL must not hold credentials; ELASTICSEARCH_USERNAME and _PASSWORD are for them.',
    );
  }
  const apiKey = text('ELASTICSEARCH_API_KEY');
  const username = text('ELASTICSEARCH_USERNAME');
  const password = text('ELASTICSEARCH_PASSWORD');
  if (apiKey && username) {
    throw new ConfigError('Give ELASTICSEARCH_API_KEY or ELASTICSEARCH_USERNAME, not both.');
  }
  if ((username === undefined) !== (password === undefined)) {
    throw new ConfigError('ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD go together.');
  }
  return { url, apiKey, username, password };
}
