import type { AlertRequest, Connector } from '../app/host_apps/host_apps';

/** As `GET /api/actions/connectors` has them. */
export interface KibanaConnector {
  readonly id: string;
  readonly name: string;
  readonly connector_type_id: string;
  readonly is_missing_secrets?: boolean;
}

/** What is told, in Kibana's own template language. */
const SUMMARY = '{{rule.name}}: {{context.value}}';
const MESSAGE = `{{rule.name}}: {{context.value}}

{{#context.hits}}
- {{_source.betrace.violation.severity}} {{_source.rule.name}} ({{_source.service.name}}): {{_source.betrace.violation.message}}
{{/context.hits}}

{{context.link}}`;
const DOCUMENT = {
  rule: '{{rule.name}}',
  value: '{{context.value}}',
  message: '{{context.message}}',
  link: '{{context.link}}',
};

/** By type of connector, what an action of it says; other types need what only Kibana's own page asks for. */
const PARAMS: Readonly<Record<string, (addresses: readonly string[]) => object>> = {
  '.server-log': () => ({ level: 'warn', message: MESSAGE }),
  '.slack': () => ({ message: MESSAGE }),
  '.teams': () => ({ message: MESSAGE }),
  '.webhook': () => ({ body: JSON.stringify(DOCUMENT) }),
  '.index': () => ({ documents: [{ '@timestamp': '{{date}}', ...DOCUMENT }] }),
  '.pagerduty': () => ({ eventAction: 'trigger', severity: 'error', summary: SUMMARY, dedupKey: '{{rule.id}}' }),
  '.opsgenie': () => ({
    subAction: 'createAlert',
    subActionParams: { message: SUMMARY, description: MESSAGE, alias: '{{rule.id}}' },
  }),
  '.email': (to) => ({ to, subject: SUMMARY, message: MESSAGE }),
};
const ADDRESSED = '.email';

/** A connector that also knows its type. */
interface TypedConnector extends Connector {
  readonly type: string;
}

/** Those whose message can be told from here. */
export const connectorsOf = (all: readonly KibanaConnector[]): TypedConnector[] =>
  all.flatMap(({ id, name, connector_type_id: type, is_missing_secrets }) =>
    PARAMS[type] && is_missing_secrets !== true ? [{ id, name, type, needsAddress: type === ADDRESSED }] : [],
  );

const MAX_HITS = 10;

/**
 * The body of `POST /api/alerting/rule`: Kibana's Elasticsearch query over the violations of a stream, by when they were found;
 * each is told once.
 */
export function ruleBody(request: AlertRequest, stream: string): object {
  const { name, severities, ruleId, atLeast, withinMinutes, connectors, addresses } = request;
  const filter = [
    { term: { 'betrace.violation.verdict': 'violated' } },
    { term: { 'betrace.violation.superseded': false } },
    ...(severities.length > 0 ? [{ terms: { 'betrace.violation.severity': severities } }] : []),
    ...(ruleId === undefined ? [] : [{ term: { 'betrace.violation.rule_id': ruleId } }]),
  ];
  return {
    rule_type_id: '.es-query',
    consumer: 'stackAlerts',
    name,
    tags: ['betrace'],
    schedule: { interval: '1m' },
    params: {
      searchType: 'esQuery',
      index: [stream],
      timeField: 'event.created',
      esQuery: JSON.stringify({ query: { bool: { filter } } }),
      size: MAX_HITS,
      threshold: [atLeast],
      thresholdComparator: '>=',
      timeWindowSize: withinMinutes,
      timeWindowUnit: 'm',
      aggType: 'count',
      groupBy: 'all',
      excludeHitsFromPreviousRun: true,
    },
    actions: (connectors as readonly TypedConnector[]).map(({ id, type }) => ({
      id,
      group: 'query matched',
      params: PARAMS[type]?.(addresses) ?? {},
      frequency: { summary: false, notify_when: 'onActiveAlert', throttle: null },
    })),
  };
}
