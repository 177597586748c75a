import { whyNothing } from './why_nothing';

const counted = (value: number) => ({ value, exact: true });
const attribute = (key: string, spans: number) => ({ key, spans, exact: true });

test.each([
  ['no traces', 0, 0, [attribute('payment.amount', 0)], /No trace of this time is stored/],
  ['an attribute that no span has', 9, 9, [attribute('payment.amount', 3), attribute('amuont', 0)], /has amuont\./],
  ['no span such as it needs', 9, 0, [attribute('payment.amount', 3)], /No stored trace has a span/],
  ['only traces that are well', 9, 4, [attribute('payment.amount', 3)], /4 traces came into question/],
  ['one trace, which is well', 9, 1, [], /One trace came into question/],
])('%s', (_name, traces, candidates, attributes, text) => {
  expect(whyNothing({ traces: counted(traces), candidates: counted(candidates) }, attributes)).toMatch(text);
});
