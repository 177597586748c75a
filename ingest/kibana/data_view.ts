import { SEVERITIES, type Severity } from '../../common/rules/rule';
import { metricsStream, namespaceOf, violationsStream } from '../../common/violations/namespace';
import { type SavedObject, savedObject } from './saved_object';

export const dataViewId = (space: string): string => `betrace-violations-${namespaceOf(space)}`;

export const metricsViewId = (space: string): string => `betrace-metrics-${namespaceOf(space)}`;

/** How long after it happened a violation was found; of no document, but reckoned from two of its times. */
export const TIME_TO_DETECT = 'betrace.time_to_detect_ms';

const LABELS: Readonly<Record<string, string>> = {
  '@timestamp': 'Happened',
  'event.created': 'Found',
  'rule.name': 'Rule',
  'rule.id': 'Rule id',
  'rule.version': 'Rule version',
  'service.name': 'Service',
  'service.environment': 'Environment',
  'trace.id': 'Trace',
  'span.duration.us': 'Duration of the span',
  'error.message': 'What happened',
  'betrace.violation.id': 'Violation',
  'betrace.violation.severity': 'Severity',
  'betrace.violation.priority': 'Priority',
  'betrace.violation.message': 'Message',
  'betrace.violation.status': 'Status',
  'betrace.violation.verdict': 'Verdict',
  'betrace.violation.tags': 'Tags',
  'betrace.violation.superseded': 'Superseded',
  'betrace.violation.completeness.waited_ms': 'Waited for the trace',
  'betrace.violation.completeness.late_spans': 'Late spans',
  'betrace.violation.completeness.dropped': 'Spans dropped',
  'betrace.violation.suppressed.count': 'Not written',
  [TIME_TO_DETECT]: 'Time to detect',
};

/** As Kibana's page has them: above `…/app/`, whatever its base path and space. */
const link = (path: string): object => ({
  id: 'url',
  params: { type: 'a', urlTemplate: `../app/${path}/{{value}}`, labelTemplate: '{{value}}' },
});

const duration = (inputFormat: 'microseconds' | 'milliseconds'): object => ({
  id: 'duration',
  params: { inputFormat, outputFormat: 'humanizePrecise', outputPrecision: 1, useShortSuffix: true },
});

/** Those of the app's own badges. */
const COLOURS: Readonly<Record<Severity, { readonly text: string; readonly background: string }>> = {
  CRITICAL: { text: '#FFFFFF', background: '#BD271E' },
  HIGH: { text: '#000000', background: '#FEC514' },
  MEDIUM: { text: '#FFFFFF', background: '#0077CC' },
  LOW: { text: '#000000', background: '#D3DAE6' },
};

const FORMATS: Readonly<Record<string, object>> = {
  'trace.id': link('apm/link-to/trace'),
  'rule.id': link('betrace/rules'),
  'betrace.violation.id': link('betrace/violations'),
  'span.duration.us': duration('microseconds'),
  'betrace.violation.completeness.waited_ms': duration('milliseconds'),
  [TIME_TO_DETECT]: duration('milliseconds'),
  'betrace.violation.severity': {
    id: 'color',
    params: {
      fieldType: 'string',
      colors: SEVERITIES.map((regex) => ({ range: '-Infinity:Infinity', regex, ...COLOURS[regex] })),
    },
  },
};

const METRICS_LABELS: Readonly<Record<string, string>> = {
  '@timestamp': 'Interval until',
  'betrace.interval_ms': 'Length of the interval',
  'betrace.scope': 'About',
  'betrace.space_id': 'Space',
  'betrace.verdicts.violated': 'Violated',
  'betrace.verdicts.inconclusive': 'Inconclusive',
  'betrace.verdicts.retracted': 'Retracted',
  'betrace.verdicts.suppressed': 'Violations not written',
  'betrace.bridge.requests': 'Requests',
  'betrace.bridge.requests_refused': 'Requests refused',
  'betrace.bridge.spans_received': 'Spans received',
  'betrace.bridge.spans_rejected': 'Spans rejected',
  'betrace.bridge.spans_late': 'Late spans',
  'betrace.bridge.traces_judged': 'Traces judged',
  'betrace.bridge.traces_evicted': 'Traces judged early',
  'betrace.bridge.open_traces': 'Open traces',
  'betrace.bridge.journal_bytes': 'Journal on disk',
  'betrace.bridge.index_pending': 'Waiting for Elasticsearch',
  'service.ephemeral_id': 'Run of a host',
};

const METRICS_FORMATS: Readonly<Record<string, object>> = {
  'betrace.interval_ms': duration('milliseconds'),
  'betrace.bridge.journal_bytes': { id: 'bytes' },
};

const milliseconds = (field: string): string => `doc['${field}'].value.toInstant().toEpochMilli()`;

const RUNTIME_FIELDS = {
  [TIME_TO_DETECT]: {
    type: 'long',
    script: {
      source: `if (doc['event.created'].size() > 0 && doc['@timestamp'].size() > 0) { emit(${milliseconds('event.created')} - ${milliseconds('@timestamp')}); }`,
    },
  },
};

interface View {
  readonly id: string;
  readonly stream: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly formats: Readonly<Record<string, object>>;
  readonly runtimeFields: Readonly<Record<string, object>>;
}

const viewObject = ({ id, stream, name, labels, formats, runtimeFields }: View): SavedObject =>
  savedObject({
    id,
    type: 'index-pattern',
    attributes: {
      title: stream,
      name,
      timeFieldName: '@timestamp',
      allowNoIndex: true,
      fieldAttrs: JSON.stringify(
        Object.fromEntries(Object.entries(labels).map(([field, customLabel]) => [field, { customLabel }])),
      ),
      fieldFormatMap: JSON.stringify(formats),
      runtimeFieldMap: JSON.stringify(runtimeFields),
      sourceFilters: '[]',
      typeMeta: '{}',
    },
    references: [],
  });

/** The violations of one space. */
export const dataView = (space: string): SavedObject =>
  viewObject({
    id: dataViewId(space),
    stream: violationsStream(space),
    name: 'BeTrace violations',
    labels: LABELS,
    formats: FORMATS,
    runtimeFields: RUNTIME_FIELDS,
  });

/** How many verdicts there were of one space; of `default`, how bridges fared besides. */
export const metricsView = (space: string): SavedObject =>
  viewObject({
    id: metricsViewId(space),
    stream: metricsStream(space),
    name: 'BeTrace metrics',
    labels: METRICS_LABELS,
    formats: METRICS_FORMATS,
    runtimeFields: {},
  });

/** Fields that a data view says something of. */
export const LABELLED_FIELDS: Readonly<Record<'violations' | 'metrics', readonly string[]>> = {
  violations: Object.keys({ ...LABELS, ...FORMATS }),
  metrics: Object.keys({ ...METRICS_LABELS, ...METRICS_FORMATS }),
};
