import { connect } from 'node:net';
import { errors } from '@elastic/elasticsearch';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { Registry } from 'prom-client';
import { hostStatus } from '../../host/status';
import type { RuleImporter } from '../../rules/rule_importer';
import type { RulePacks } from '../../rules/rule_packs';
import type { RuleService } from '../../rules/rule_service';
import type { ViolationService } from '../../violations/violation_service';
import type { ApiKeys } from '../api_keys';
import { IngestAccess } from '../ingest_access';
import { createApp } from './app';
import type { SpaceServices } from './space_services';

const JSON_TYPE = { 'content-type': 'application/json' };

/** What Elasticsearch says of a query that it can't read. */
const refusedQuery = new errors.ResponseError({
  body: { error: { type: 'parse_exception', reason: 'secret of the index' } },
  statusCode: 400,
  headers: {},
  warnings: null,
  meta: {} as never,
});

let app: FastifyInstance;
const search = jest.fn();

const start = (needsKeys: boolean): Promise<FastifyInstance> =>
  createApp({
    version: '1.2.3',
    log: pino({ level: 'silent' }),
    allowedHosts: [],
    needsKeys,
    keys: { authenticate: () => Promise.resolve(undefined) } as unknown as ApiKeys,
    inSpace: (space) => ({
      rules: { list: () => Promise.reject(refusedQuery) } as unknown as RuleService,
      importer: {} as RuleImporter,
      packs: {} as RulePacks,
      violations: { search } as unknown as ViolationService,
      status: () => hostStatus({ version: '1.2.3', reasons: [], pipeline: undefined }, space),
      storedTraces: {} as SpaceServices['storedTraces'],
    }),
    readiness: () => ({ ready: true, reasons: [] }),
    metrics: new Registry(),
    pagesDir: __dirname,
    traces: {
      bridge: { socketPath: '/nowhere', accepting: () => false },
      access: new IngestAccess({
        needed: needsKeys,
        keys: { authenticate: () => Promise.resolve(undefined) },
        tokens: undefined,
      }),
      cors: undefined,
      onRefused: () => undefined,
    },
  });

beforeAll(async () => {
  app = await start(false);
});
afterAll(() => app?.close());
beforeEach(() => search.mockReset().mockResolvedValue({ violations: [], total: 0, cursor: null }));

const oneForm = (body: string): string => {
  const { code, message, problems } = JSON.parse(body) as { code: string; message: string; problems: unknown[] };
  expect(typeof message).toBe('string');
  expect(Array.isArray(problems)).toBe(true);
  return code;
};

test.each([
  ['/api/v1/rules/%zz', 400, 'BT_INVALID_REQUEST'],
  ['/%ff', 400, 'BT_INVALID_REQUEST'],
  [`/api/v1/rules/${'a'.repeat(201)}`, 414, 'BT_INVALID_REQUEST'],
  ['//api/v1/rules', 404, 'BT_NOT_FOUND'],
])(
  'what the router refuses has the one form of error, and does not repeat what was sent: %s',
  async (url, status, code) => {
    const answer = await app.inject({ method: 'GET', url });
    expect([answer.statusCode, oneForm(answer.body)]).toEqual([status, code]);
    expect(answer.body).not.toContain(url.slice(1));
  },
);

test.each([
  ['no HTTP', '\x16\x03\x01\r\n\r\n', 400],
  ['two lengths', 'POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
  ['too large a head', `GET /${'x'.repeat(70_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431],
  ['no Host', 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n', 403],
])('bytes with %s are answered in the one form too', async (_what, bytes, status) => {
  await app.listen({ port: 0, host: '127.0.0.1' }).catch(() => undefined); // only the first time
  const { port } = app.server.address() as { port: number };
  const answer = await new Promise<string>((resolve, reject) => {
    let text = '';
    connect(port, '127.0.0.1', function (this: { end(data: string): void }) {
      this.end(bytes);
    })
      .on('data', (chunk) => (text += chunk.toString()))
      .on('end', () => resolve(text))
      .on('error', reject);
  });
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  oneForm(answer.slice(answer.indexOf('\r\n\r\n') + 4));
});

test.each([
  ['PATCH', '/api/v1/rules', 'GET, HEAD, POST'],
  ['OPTIONS', '/api/violations/x', 'GET, HEAD'],
  ['DELETE', '/healthz', 'GET, HEAD'],
] as const)('%s %s: the address exists, the method does not', async (method, url, allow) => {
  const answer = await app.inject({ method, url, headers: JSON_TYPE });
  expect([answer.statusCode, oneForm(answer.body)]).toEqual([405, 'BT_METHOD_NOT_ALLOWED']);
  expect(answer.headers['allow']?.toString().split(', ').sort().join(', ')).toBe(allow);
});

test.each(['/api/v1/rules', '/api/nothing', '/nothing', '/healthz'])(
  'no form of another site can post to %s',
  async (url) => {
    const answer = await app.inject({ method: 'POST', url, headers: { 'content-type': 'text/plain' }, body: '{}' });
    expect([answer.statusCode, oneForm(answer.body)]).toEqual([403, 'BT_CROSS_SITE']);
  },
);

test('JSON is the only type of body, and what is wrong with one is said', async () => {
  const headers = { 'content-type': 'text/plain', 'x-betrace-request': '1' };
  const text = await app.inject({ method: 'POST', url: '/api/v1/rules', headers, body: '{}' });
  expect([text.statusCode, oneForm(text.body)]).toEqual([415, 'BT_UNSUPPORTED_MEDIA_TYPE']);
  const proto = await app.inject({ method: 'POST', url: '/api/v1/rules', headers: JSON_TYPE, body: '{"__proto__":1}' });
  expect([proto.statusCode, oneForm(proto.body)]).toEqual([400, 'BT_INVALID_REQUEST']);
  expect(proto.body).toContain('__proto__');
});

test('what Elasticsearch says is not handed on, nor is its status', async () => {
  const answer = await app.inject('/api/v1/rules');
  expect([answer.statusCode, oneForm(answer.body)]).toEqual([500, 'BT_INTERNAL']);
  expect(answer.body).not.toMatch(/parse_exception|secret/);
});

test.each(['0000-01-01T00:00:00%2B23:59', '9999-12-31T23:59:59-23:59', 'yesterday', '2026-02-30', ''])(
  'the moment %p is refused',
  async (from) => {
    const answer = await app.inject(`/api/v1/violations?from=${from}`);
    expect([answer.statusCode, oneForm(answer.body)]).toEqual([400, 'BT_INVALID_REQUEST']);
    expect(search).not.toHaveBeenCalled();
  },
);

test.each(['0000-01-01', '9999-12-31T23:59:59Z', '2026-01-31T12:00:00.123456789%2B01:00'])(
  'the moment %p is taken',
  async (from) => expect((await app.inject(`/api/v1/violations?from=${from}`)).statusCode).toBe(200),
);

interface OpenApi {
  readonly security: readonly object[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: object }>>>>;
}

test('OpenAPI tells of keys where they are needed, of errors everywhere, and only of what the API itself defines', async () => {
  const { security, paths } = (await app.inject('/api/v1/openapi.json')).json<OpenApi>();
  expect(security).toEqual([]);
  expect(paths['/v1/traces']).toBeUndefined();
  const operations = Object.values(paths).flatMap((path) => Object.values(path));
  expect(operations.length).toBeGreaterThan(10);
  for (const { responses } of operations) expect(responses).toHaveProperty('default');
  expect(Object.keys(paths['/api/v1/rules/{id}'] ?? {}).sort()).toEqual(['delete', 'get', 'put']);

  const keyed = await start(true);
  await keyed.ready();
  const described = keyed.swagger() as unknown as OpenApi;
  expect(described.security).toEqual([{ apiKey: [] }]);
  expect(described.paths['/healthz']?.['get']).toMatchObject({ security: [] });
  expect((await keyed.inject({ method: 'PATCH', url: '/api/v1/rules', headers: JSON_TYPE })).statusCode).toBe(401);
  await keyed.close();
});
