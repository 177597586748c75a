import type { Feature } from '../../common/dsl/plan';
import { FEATURES } from '../../common/dsl/plan';
import type { Kind, SpanEvent, SpanFields, Status } from '../../common/trace/span';
import { KINDS } from '../../common/trace/span';
import type { Attributes, Value } from '../../common/trace/value';
import type { ApmSpan } from './doubts';
import { microsecondsOf } from './timestamps';

/**
 * How spans lie in Elasticsearch, in both layouts, and what each has lost: the one place that knows.
 * OTel: the collector's `elasticsearch` exporter in mapping mode `otel` (`otelserializer/traces.go`), and what receives OTLP
 * in Elasticsearch itself. APM: apm-server's intake of OTLP (`elastic/apm-data`, `input/otlp/traces.go`, `metadata.go`).
 */
export type Layout = 'es_otel' | 'es_apm';

/** Streams that traces lie in; never our own violations, nor the decisions of APM's tail sampling, which are no spans. */
export const TRACE_INDICES = ['traces-apm*', 'traces-*.otel-*'] as const;
export const NOT_TRACE_INDICES = ['-traces-apm.betrace-*', '-traces-apm.sampled-*'] as const;

/** Where the exporter puts events of spans. */
export const EVENT_INDICES = ['logs-*.otel-*'] as const;

/** Fields that both layouts have by the same name; in OTel's they are aliases. */
export const TRACE_ID = 'trace.id';
export const TIMESTAMP = '@timestamp';

/** Present in every document of the OTel layout and in none of APM's. */
export const OTEL_MARK = 'span_id';

/** What a layout does not keep, by the names that rules are checked for. Events of OTel's are kept elsewhere. */
export const LOST: Readonly<Record<Layout, readonly Feature[]>> = {
  es_otel: [],
  es_apm: FEATURES,
};

/** A span as a layout has it: flags are in none, and events are kept elsewhere. */
export interface StoredSpan extends Omit<SpanFields, 'flags' | 'events'> {
  readonly layout: Layout;
  /** Some number is beyond what JSON's readers keep exactly. */
  readonly inexact: boolean;
  /** What hangs on it in APM's layout alone. */
  readonly apm?: ApmSpan;
}

type Json = Readonly<Record<string, unknown>>;

/** A span of a document; undefined of a document that is none. */
export function readSpan(source: Json): StoredSpan | undefined {
  return text(source, 'span_id') === undefined ? readApm(source) : readOtel(source);
}

const KIND_OF: ReadonlyMap<string, Kind> = new Map(KINDS.map((kind) => [kind, kind]));
const STATUS_OF: Readonly<Record<string, Status>> = { ok: 'OK', error: 'ERROR', unset: 'UNSET' };

function readOtel(source: Json): StoredSpan | undefined {
  const traceId = text(source, 'trace_id');
  const spanId = text(source, 'span_id');
  const start = microsecondsOf(source['@timestamp']);
  if (traceId === undefined || spanId === undefined || start === undefined) return undefined;
  const duration = number(source, 'duration') ?? 0;
  const exactness = { inexact: false };
  const resource = object(source, 'resource');
  const scope = object(source, 'scope');
  return {
    layout: 'es_otel',
    traceId,
    spanId,
    parentSpanId: text(source, 'parent_span_id') ?? null,
    name: text(source, 'name') ?? '',
    kind: KIND_OF.get((text(source, 'kind') ?? '').toUpperCase()) ?? 'UNSPECIFIED',
    status: STATUS_OF[(text(source, 'status', 'code') ?? '').toLowerCase()] ?? 'UNSET',
    statusMessage: text(source, 'status', 'message') ?? '',
    startUs: start.us,
    endUs: start.us + Math.floor((start.ns + duration) / 1000),
    attributes: attributesOf(object(source, 'attributes'), exactness),
    resource: attributesOf(object(resource, 'attributes'), exactness),
    scope: { name: text(scope, 'name') ?? '', version: text(scope, 'version') ?? '' },
    links: list(source, 'links').map((link) => ({
      traceId: text(link, 'trace_id') ?? '',
      spanId: text(link, 'span_id') ?? '',
      attributes: attributesOf(object(link, 'attributes'), exactness),
    })),
    dropped: {
      attributes: number(source, 'dropped_attributes_count') ?? 0,
      events: number(source, 'dropped_events_count') ?? 0,
      links: number(source, 'dropped_links_count') ?? 0,
    },
    inexact: exactness.inexact,
  };
}

/** An event of a span, which the exporter writes as a document of its own, with its name among the attributes besides. */
export function readEvent(source: Json): { spanId: string; traceId: string; event: SpanEvent } | undefined {
  const traceId = text(source, 'trace_id');
  const spanId = text(source, 'span_id');
  const time = microsecondsOf(source['@timestamp']);
  if (traceId === undefined || spanId === undefined || time === undefined) return undefined;
  const name = text(source, 'event_name') ?? '';
  const attributes = new Map(attributesOf(object(source, 'attributes'), { inexact: false }));
  if (attributes.get('event.name') === name) attributes.delete('event.name');
  return { traceId, spanId, event: { name, timeUs: time.us, attributes } };
}

/** Attributes that APM has fields of its own for, and keeps whole; others are labels. */
const APM_RESOURCE: readonly (readonly [key: string, ...path: string[]])[] = [
  ['service.name', 'service', 'name'],
  ['service.version', 'service', 'version'],
  ['service.instance.id', 'service', 'node', 'name'],
  ['deployment.environment', 'service', 'environment'],
  ['host.name', 'host', 'hostname'],
];

const OUTCOMES: Readonly<Record<string, Status>> = { failure: 'ERROR', success: 'OK', unknown: 'UNSET' };

function readApm(source: Json): StoredSpan | undefined {
  const traceId = text(source, 'trace', 'id');
  const spanId = text(source, 'span', 'id') ?? text(source, 'transaction', 'id');
  const given = number(source, 'timestamp', 'us');
  const startUs = given ?? microsecondsOf(source['@timestamp'])?.us;
  if (traceId === undefined || spanId === undefined || startUs === undefined) return undefined;
  const isTransaction = text(source, 'processor', 'event') === 'transaction';
  const own = isTransaction ? 'transaction' : 'span';
  const durationUs = number(source, own, 'duration', 'us') ?? (number(source, 'event', 'duration') ?? 0) / 1000;
  const parentSpanId = text(source, 'parent', 'id') ?? null;
  const resource = new Map<string, Value>();
  for (const [key, ...path] of APM_RESOURCE) {
    const value = text(source, ...path);
    if (value !== undefined) resource.set(key, value);
  }
  const labels = new Map(flattened(object(source, 'labels')));
  const numbers = new Map(flattened(object(source, 'numeric_labels')));
  const name = text(source, own, 'name') ?? '';
  const outcome = text(source, 'event', 'outcome') ?? '';
  const endUs = startUs + Math.floor(durationUs);
  return {
    layout: 'es_apm',
    apm: {
      ...{ name, labels, numbers, isTransaction, outcome },
      service: text(source, 'service', 'name') ?? 'unknown',
      isRoot: parentSpanId === null,
      httpStatus: number(source, 'http', 'response', 'status_code'),
      durationMs: (endUs - startUs) / 1000,
      endMs: endUs / 1000,
    },
    traceId,
    spanId,
    parentSpanId,
    name,
    kind: isTransaction && parentSpanId !== null ? 'SERVER' : 'UNSPECIFIED',
    status: OUTCOMES[outcome] ?? 'UNSET',
    statusMessage: '',
    startUs,
    endUs,
    attributes: new Map([...labels, ...numbers]),
    resource,
    scope: { name: '', version: '' },
    links: [],
    dropped: { attributes: 0, events: 0, links: 0 },
    inexact: false,
  };
}

/** The label that APM makes of an attribute's key. */
export const labelOf = (key: string): string => key.replaceAll('.', '_');

/** The name that APM gives a service; `unknown` where there is none. */
export const apmServiceOf = (name: string): string => cut(name).replace(/[^a-zA-Z0-9 _-]/g, '_');

/** What APM keeps of a text, in characters of Unicode. */
export const APM_TEXT_LENGTH = 1024;
export const cut = (value: string): string =>
  value.length <= APM_TEXT_LENGTH ? value : [...value].slice(0, APM_TEXT_LENGTH).join('');

/** Attributes that APM moves elsewhere, changes or drops; the prefixes end in a dot. */
const APM_MOVED =
  /^(http|net|peer|rpc|db|messaging|message_bus|url|server|session|service|deployment|telemetry|cloud|container|k8s|host|process|os|device|user_agent|data_stream|sampler|opencensus|code)\.|^(type|sql\.query|span\.kind)$/;

export const isMovedByApm = (key: string): boolean => APM_MOVED.test(key);

/** Attributes that the OTel layout puts elsewhere, or together: they can't be asked for by their own name. */
export const isMovedByOtel = (key: string): boolean =>
  /^data_stream\.|^elasticsearch\.|(^|\.)geo\.location\.(lat|lon)$/.test(key);

/** Values as the exporter writes them; a pair of coordinates becomes the two attributes again that it was. */
function attributesOf(found: Json | undefined, exactness: { inexact: boolean }): Attributes {
  const attributes = new Map<string, Value>();
  for (const [key, value] of Object.entries(found ?? {})) {
    if (/(^|\.)geo\.location$/.test(key) && Array.isArray(value) && value.length === 2) {
      attributes.set(`${key}.lon`, valueOf(value[0], exactness));
      attributes.set(`${key}.lat`, valueOf(value[1], exactness));
    } else attributes.set(key, valueOf(value, exactness));
  }
  return attributes;
}

function valueOf(json: unknown, exactness: { inexact: boolean }): Value {
  if (typeof json === 'number' && Number.isInteger(json) && !Number.isSafeInteger(json)) exactness.inexact = true;
  if (Array.isArray(json)) return json.map((item) => valueOf(item, exactness));
  if (typeof json === 'object' && json !== null) {
    return new Map(Object.entries(json).map(([key, value]) => [key, valueOf(value, exactness)]));
  }
  return json as Value;
}

/** Labels, which an index without stored sources gives back nested. */
function* flattened(labels: Json | undefined, prefix = ''): Generator<[string, Value]> {
  for (const [key, value] of Object.entries(labels ?? {})) {
    if (isObject(value)) yield* flattened(value, `${prefix}${key}.`);
    else yield [prefix + key, valueOf(value, { inexact: false })];
  }
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What lies under a path, whether it is written as nested objects, as one dotted key, or half and half. */
function at(source: Json | undefined, path: readonly string[]): unknown {
  if (source === undefined) return undefined;
  for (let length = path.length; length > 0; length--) {
    const key = path.slice(0, length).join('.');
    if (!Object.hasOwn(source, key)) continue;
    const found = source[key];
    if (length === path.length) return found;
    const inner = isObject(found) ? at(found, path.slice(length)) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function text(source: Json | undefined, ...path: string[]): string | undefined {
  const found = at(source, path);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

function number(source: Json | undefined, ...path: string[]): number | undefined {
  const found = at(source, path);
  return typeof found === 'number' ? found : undefined;
}

function object(source: Json | undefined, ...path: string[]): Json | undefined {
  const found = at(source, path);
  return isObject(found) ? found : undefined;
}

function list(source: Json | undefined, ...path: string[]): readonly Json[] {
  const found = at(source, path);
  return (Array.isArray(found) ? found : isObject(found) ? [found] : []).filter(isObject);
}
