import fc from 'fast-check';
import type { BridgeStatus } from '../../bridge/messages';
import { BridgeDifferences } from './bridge_counts';

const counters = (requests: number, refused: Readonly<Record<string, number>>): BridgeStatus['counters'] =>
  ({
    requests,
    refused,
    spansReceived: 3 * requests,
    spansRejected: 0,
    lateSpans: 0,
    tracesJudged: requests,
    tracesEvicted: 0,
  }) as unknown as BridgeStatus['counters'];

test('differences add up to what was counted, also by workers that took the place of others', () => {
  const growth = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(fc.array(growth, { minLength: 1, maxLength: 5 }), (workers) => {
      const differences = new BridgeDifferences();
      let [sum, spans, expected] = [0, 0, 0];
      for (const growths of workers) {
        let now = 0;
        // a worker that has just begun is seen before it has counted anything
        for (const more of [0, ...growths]) {
          now += more;
          const { requests, spans_received } = differences.take(counters(now, {}));
          sum += requests;
          spans += spans_received;
        }
        expected += now;
      }
      expect([sum, spans]).toEqual([expected, 3 * expected]);
    }),
  );
});

test('refused requests are of all codes together', () => {
  const differences = new BridgeDifferences();
  expect(differences.take(counters(9, { BT_OVERLOADED: 2, BT_MALFORMED_OTLP: 1 })).requests_refused).toBe(3);
  expect(differences.take(counters(9, { BT_OVERLOADED: 2, BT_MALFORMED_OTLP: 5 })).requests_refused).toBe(4);
});
