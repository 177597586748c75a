import { connectorsOf, type KibanaConnector, ruleBody } from './alert_rule';

const STREAM = 'traces-apm.betrace-shop';
const connector = (type: string, more: Partial<KibanaConnector> = {}): KibanaConnector => ({
  id: type.slice(1),
  name: `by ${type}`,
  connector_type_id: type,
  ...more,
});

const request = {
  name: 'Severe',
  severities: ['CRITICAL', 'HIGH'] as const,
  ruleId: 'rule "1"',
  atLeast: 5,
  withinMinutes: 10,
  connectors: [],
  addresses: [],
};

test('asks for what stands, by when it was found', () => {
  const body = ruleBody(request, STREAM) as { params: { esQuery: string } };
  expect(body).toMatchObject({
    rule_type_id: '.es-query',
    consumer: 'stackAlerts',
    name: 'Severe',
    actions: [],
    params: {
      index: [STREAM],
      timeField: 'event.created',
      threshold: [5],
      thresholdComparator: '>=',
      timeWindowSize: 10,
      timeWindowUnit: 'm',
      excludeHitsFromPreviousRun: true,
    },
  });
  expect(JSON.parse(body.params.esQuery)).toEqual({
    query: {
      bool: {
        filter: [
          { term: { 'betrace.violation.verdict': 'violated' } },
          { term: { 'betrace.violation.superseded': false } },
          { terms: { 'betrace.violation.severity': ['CRITICAL', 'HIGH'] } },
          { term: { 'betrace.violation.rule_id': 'rule "1"' } },
        ],
      },
    },
  });
  const anything = ruleBody({ ...request, severities: [], ruleId: undefined }, STREAM) as typeof body;
  expect(JSON.parse(anything.params.esQuery)).toMatchObject({ query: { bool: { filter: { length: 2 } } } });
});

test('offers the connectors whose message it can tell, and tells it', () => {
  const types = ['.server-log', '.slack', '.teams', '.webhook', '.index', '.pagerduty', '.opsgenie', '.email'];
  const all = [...types.map((type) => connector(type)), connector('.jira'), connector('.gen-ai')];
  const broken = connector('.slack', { id: 'broken', is_missing_secrets: true });
  const connectors = connectorsOf([...all, broken]);
  expect(connectors.map(({ type }) => type)).toEqual(types);
  expect(connectors.filter(({ needsAddress }) => needsAddress).map(({ type }) => type)).toEqual(['.email']);
  const { actions } = ruleBody({ ...request, connectors, addresses: ['ops@example.org'] }, STREAM) as {
    actions: { id: string; group: string; params: object }[];
  };
  expect(actions).toHaveLength(types.length);
  for (const { group, params } of actions) {
    expect(group).toBe('query matched');
    expect(JSON.stringify(params)).toContain('{{rule.name}}');
  }
  expect(actions.at(-1)?.params).toMatchObject({ to: ['ops@example.org'] });
});
