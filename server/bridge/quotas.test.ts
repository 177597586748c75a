import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { BeTraceError } from '../../common/errors';
import { Quotas } from './quotas';
import { protobufOf, PROTOBUF, span, startReceiver } from './test_support/receiving';

let now = 0;
const quotas = (spansPerSecond: number, bytesPerSecond = 0, burstSeconds = 1): Quotas =>
  new Quotas({ spansPerSecond, bytesPerSecond, burstSeconds }, () => now);
beforeEach(() => (now = 0));

function waitOf(of: Quotas, sender: string): number {
  try {
    of.assert(sender);
    return 0;
  } catch (error) {
    expect(error).toMatchObject({ code: 'BT_QUOTA_EXCEEDED', status: 429 });
    return (error as BeTraceError).details['retryAfter'] as number;
  }
}

test('whatever is sent and when: what is taken stays within rate and burst, but for the last request', () => {
  const step = fc.record({ waitMs: fc.nat(3_000), spans: fc.integer({ min: 1, max: 500 }) });
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 5 }),
      (steps, rate, burstSeconds) => {
        now = 0;
        const quota = quotas(rate, 0, burstSeconds);
        const taken: { at: number; spans: number }[] = [];
        for (const { waitMs, spans } of steps) {
          now += waitMs;
          if (waitOf(quota, 'a') > 0) continue;
          quota.take('a', { spans });
          taken.push({ at: now, spans });
        }
        for (const [first, from] of taken.entries()) {
          let sum = 0;
          for (const { at, spans } of taken.slice(first)) {
            expect(sum).toBeLessThanOrEqual(rate * burstSeconds + (rate * (at - from.at)) / 1000 + 1e-6);
            sum += spans;
          }
        }
      },
    ),
  );
});

test('who waits for as long as it is told is let in, and not a second before', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 1, max: 100_000 }), (rate, spans) => {
      now = 0;
      const quota = quotas(rate);
      quota.take('a', { spans });
      const wait = waitOf(quota, 'a');
      if (spans < rate) return expect(wait).toBe(0);
      now = (wait - 1) * 1000 - 1;
      if (now > 0) expect(waitOf(quota, 'a')).toBeGreaterThan(0);
      now = wait * 1000 + 1;
      expect(waitOf(quota, 'a')).toBe(0);
    }),
  );
});

test('bytes and spans are bounded apart, senders too, and what is given back counts no more', () => {
  const quota = quotas(10, 100);
  quota.take('a', { bytes: 300 });
  expect([waitOf(quota, 'a'), waitOf(quota, 'b')]).toEqual([2, 0]);
  quota.take('b', { spans: 10 });
  expect(waitOf(quota, 'b')).toBe(1);
  quota.take('b', { spans: -10 });
  expect(waitOf(quota, 'b')).toBe(0);
  const unbounded = quotas(0, 100);
  unbounded.take('a', { spans: 1_000_000 });
  expect(waitOf(unbounded, 'a')).toBe(0);
});

test('as many senders as there are addresses take a bounded memory', () => {
  const quota = quotas(10);
  for (let at = 0; at < 20_000; at += 1) quota.take(`address:${at}`, { spans: 100 });
  expect(quota.senders).toBe(10_000);
  expect([waitOf(quota, 'address:0'), waitOf(quota, 'address:19999')]).toEqual([0, 9]);
});

test('bytes are those after inflating, also of what is refused', async () => {
  const to = await startReceiver({ ingest: { quota: { spansPerSecond: 0, bytesPerSecond: 1_000, burstSeconds: 1 } } });
  expect((await to.post(PROTOBUF, Buffer.alloc(5_000, 0xff))).status).toBe(400);
  const refused = await to.post(PROTOBUF, protobufOf(span()));
  expect([refused.status, Number(refused.headers['retry-after'])]).toEqual([429, 4]);
  expect(to.receiver.counters.refused).toEqual({ BT_MALFORMED_OTLP: 1, BT_QUOTA_EXCEEDED: 1 });
  await to.stop();
});

test('no request is too large ever to be let in: what it took too much is waited for', async () => {
  const to = await startReceiver({ ingest: { quota: { spansPerSecond: 1, bytesPerSecond: 1_000, burstSeconds: 1 } } });
  const large = protobufOf(...Array.from({ length: 3 }, () => span({ name: 'x'.repeat(3_000) })));
  expect((await to.post(PROTOBUF, gzipSync(large), { 'content-encoding': 'gzip' })).status).toBe(200);
  const refused = await to.post(PROTOBUF, protobufOf(span()));
  expect(refused.status).toBe(429);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(8);
  await to.stop();
});

test('what could not be taken after all counts no more: it will be sent again', async () => {
  const to = await startReceiver({ ingest: { quota: { spansPerSecond: 1, bytesPerSecond: 100, burstSeconds: 1 } } });
  to.failure = new BeTraceError('BT_OVERLOADED', 'Later.');
  const body = protobufOf(...Array.from({ length: 50 }, () => span()));
  expect((await to.post(PROTOBUF, body)).status).toBe(503);
  to.failure = undefined;
  expect((await to.post(PROTOBUF, body)).status).toBe(200);
  expect((await to.post(PROTOBUF, body)).status).toBe(429);
  await to.stop();
});
