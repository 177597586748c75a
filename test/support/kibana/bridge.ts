import { randomBytes } from 'node:crypto';
import type { FakeKibana } from './start';
import { call, eventually } from '../api';

export const SIGNING_KEY = Buffer.alloc(32, 'of tests only').toString('base64');

/** What a Kibana says of BeTrace on its status page, and what it keeps. */
export interface FakeStatus {
  readonly level: string;
  readonly summary: string;
}

export const statusOf = async ({ url }: Pick<FakeKibana, 'url'>): Promise<FakeStatus> =>
  (await call<FakeStatus>('GET', `${url}/fake`)).body;

export const whenItTakesSpans = (kibana: Pick<FakeKibana, 'url'>): Promise<FakeStatus> =>
  eventually(
    () => statusOf(kibana),
    ({ level }) => level === 'available',
    { withinMs: 20_000 },
  );

/** Sends one span named `payment`; gives its trace's id. */
export async function sendPayment(port: number, headers?: Record<string, string>, status = 200): Promise<string> {
  const traceId = randomBytes(16).toString('hex');
  const now = BigInt(Date.now()) * 1_000_000n;
  const span = { traceId, spanId: randomBytes(8).toString('hex'), name: 'payment' };
  const times = { startTimeUnixNano: String(now), endTimeUnixNano: String(now + 1_000_000n) };
  const body = { resourceSpans: [{ scopeSpans: [{ spans: [{ ...span, ...times }] }] }] };
  const answer = await call('POST', `http://127.0.0.1:${port}/v1/traces`, body, headers);
  if (answer.status !== status) throw new Error(`The bridge answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return traceId;
}
