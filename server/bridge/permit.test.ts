import { randomBytes } from 'node:crypto';
import { Bridge } from './bridge';
import type { FromWorker } from './messages';
import { send } from './test_support/http';
import { encodeRequest } from './test_support/otlp_proto';

const MIB = 1024 * 1024;

test('a bridge that needs a permit takes spans for as long as it was told, by its own clock, and no longer', async () => {
  let clock = 0;
  let ready: (address: string) => void = () => undefined;
  const address = new Promise<string>((resolve) => (ready = resolve));
  const bridge = new Bridge({
    settings: {
      evidence: 'none',
      byPermit: true,
      listen: { host: '127.0.0.1', port: 0 },
      settleMs: 1_000,
      rootSettleMs: 1_000,
      maxTraceMs: 5_000,
      lateMs: 1_000,
      maxBodyBytes: MIB,
      maxInFlightBytes: 4 * MIB,
      maxOpenBytes: 4 * MIB,
      maxSpansPerTrace: 100,
      maxUnacknowledged: 100,
    },
    createJudge: () => ({ size: 0 }) as never,
    now: () => clock,
    post: (message: FromWorker) => (message.t === 'ready' ? ready(message.address) : undefined),
  });
  await bridge.start();
  const url = await address;
  const spans = [{ traceId: randomBytes(16), spanId: randomBytes(8), name: 'any' }];
  const body = encodeRequest({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
  const sendOne = async (): Promise<[number, boolean]> => {
    const { status, headers } = await send(url, { headers: { 'content-type': 'application/x-protobuf' }, body });
    return [status, 'retry-after' in headers];
  };
  try {
    expect(await sendOne()).toEqual([503, true]);
    bridge.handle({ v: 1, t: 'permit', ms: 8_000 });
    expect(await sendOne()).toEqual([200, false]);
    clock = 7_999;
    expect(await sendOne()).toEqual([200, false]);
    clock = 8_000;
    expect(await sendOne()).toEqual([503, true]);
    bridge.handle({ v: 1, t: 'permit', ms: 8_000 });
    expect(await sendOne()).toEqual([200, false]);
    bridge.handle({ v: 1, t: 'permit', ms: 0 });
    expect(await sendOne()).toEqual([503, true]);
    expect(bridge.status().counters.refused).toEqual({ BT_BRIDGE_STANDBY: 3 });
  } finally {
    await bridge.close();
  }
});
