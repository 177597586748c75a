import { measured, tellPage } from './telemetry';

interface Told {
  elasticApm?: unknown;
}

const told: unknown[][] = [];
const tell =
  (what: string, answer?: unknown) =>
  (...given: unknown[]): unknown => {
    told.push([what, ...given]);
    return answer;
  };
const transaction = {
  addLabels: tell('labels'),
  block: tell('block'),
  startSpan: tell('span', { end: tell('end') }),
};

beforeEach(() => void told.splice(0));
afterEach(() => {
  delete (globalThis as Told).elasticApm;
  jest.useRealTimers();
});

const run = (current?: object): void => {
  (globalThis as Told).elasticApm = {
    getCurrentTransaction: () => current,
    startTransaction: tell('transaction', transaction),
  };
};

test('without an agent nothing is told, and work is done', async () => {
  tellPage('/rules', {});
  expect(await measured('work', () => Promise.resolve(7))).toBe(7);
});

test('a page is named by its route, and waits for its first requests', () => {
  jest.useFakeTimers();
  run();
  tellPage('/rules/:id', { betrace_space: 'shop' });
  expect(told).toEqual([
    ['transaction', 'BeTrace /rules/:id', 'route-change', { managed: true, canReuse: true }],
    ['labels', { betrace_space: 'shop', betrace_page: '/rules/:id' }],
    ['block', true],
  ]);
  jest.runAllTimers();
  expect(told.at(-1)).toEqual(['block', false]);
});

test.each([undefined, transaction])('work is a span, of %p or of a transaction of its own', async (current) => {
  run(current);
  await expect(measured('Save', () => Promise.reject(new Error('not saved')))).rejects.toThrow('not saved');
  expect(told.map(([what]) => what)).toEqual([...(current ? [] : ['transaction']), 'span', 'end']);
});

test('trouble of an agent is none of the work', async () => {
  (globalThis as Told).elasticApm = {
    startTransaction: () => {
      throw new Error('agent');
    },
  };
  tellPage('/rules', {});
  expect(await measured('work', () => Promise.resolve(7))).toBe(7);
});
