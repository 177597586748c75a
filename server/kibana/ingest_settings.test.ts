import { ingestProblem, ingestSettings } from './ingest_settings';

const JWT = {
  algorithms: [] as string[],
  issuer: [],
  audience: ['betrace'],
  clockToleranceSeconds: 30,
  spacesClaim: 'betrace.spaces',
};
const DEFAULTS = {
  maxSpansPerRequest: 100_000,
  quota: { spansPerSecond: 0, bytesPerSecond: 0, burstSeconds: 10 },
  cors: { origins: [] as string[], maxAgeSeconds: 7_200 },
  tls: {},
  auth: { jwt: JWT },
};
const settingsOf = (changes: object): unknown => ingestSettings({ ...DEFAULTS, ...changes } as never);

test('nothing is asked of senders, and nobody bounded, unless it is set', () => {
  expect(settingsOf({})).toEqual({ maxSpans: 100_000 });
});

test('what is set is what the receiver is told', () => {
  const quota = { spansPerSecond: 5, bytesPerSecond: 0, burstSeconds: 10 };
  const { issuer: issuers, audience: audiences, ...rest } = JWT;
  expect(settingsOf({ quota, tls: { certFile: 'c', keyFile: 'k' }, auth: { jwt: { ...JWT, secret: 's' } } })).toEqual({
    maxSpans: 100_000,
    quota,
    tls: { certFile: 'c', keyFile: 'k' },
    tokens: { keys: { secret: 's' }, issuers, audiences, ...rest },
  });
});

test.each<[object, string | undefined]>([
  [{}, undefined],
  [{ cors: { origins: ['*'] } }, undefined],
  [{ cors: { origins: ['*'] }, auth: { jwt: { ...JWT, secret: 's' } } }, 'only where senders need no credentials'],
  [{ cors: { origins: ['*', 'https://a.example'] } }, 'not both'],
  [{ cors: { origins: ['a.example'] } }, 'no origin'],
  [{ tls: { certFile: 'c' } }, 'go together'],
  [{ tls: { clientCaFile: 'c' } }, 'needs tls.certFile'],
  [{ auth: { jwt: { ...JWT, keyFile: 'f', secret: 's' } } }, 'not both'],
  [{ auth: { jwt: { ...JWT, algorithms: ['none'] } } }, 'has "none"'],
])('%j: %s', (changes, problem) => {
  const found = ingestProblem({ ...DEFAULTS, ...changes });
  if (problem === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(problem);
});
