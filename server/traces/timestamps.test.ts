import { microsecondsOf } from './timestamps';

test.each([
  ['1721314113467.654321', { us: 1_721_314_113_467_654, ns: 321 }],
  // nanoseconds as a number, and no fraction
  ['1721314113467.42', { us: 1_721_314_113_467_000, ns: 42 }],
  ['1721314113467', { us: 1_721_314_113_467_000, ns: 0 }],
  ['2024-07-18T14:48:33.467654321Z', { us: 1_721_314_113_467_654, ns: 321 }],
  ['2024-07-18T16:48:33.4+02:00', { us: 1_721_314_113_400_000, ns: 0 }],
  ['2024-07-18T14:48:33Z', { us: 1_721_314_113_000_000, ns: 0 }],
  [1_721_314_113_467, { us: 1_721_314_113_467_000, ns: 0 }],
  ['yesterday', undefined],
  ['2024-99-99T14:48:33Z', undefined],
  [null, undefined],
  [NaN, undefined],
])('%p', (value, moment) => expect(microsecondsOf(value)).toEqual(moment));
