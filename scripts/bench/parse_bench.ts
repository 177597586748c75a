import { compile } from '../../common/engine';
import { parse } from '../../common/dsl/parse';

const RULE = `trace.has(span => span.name === 'auth.login' && span.status === 'ERROR')
  .and(trace.has(span => span.name === 'auth.login' && span.status === 'OK'))
  .within('5 seconds')`;

/** Work on texts of rules; one run is `perRun` texts. */
export function parseWorkloads(): { name: string; run: () => void; perRun: number }[] {
  const repeat = (times: number, act: () => void) => () => {
    for (let i = 0; i < times; i++) act();
  };
  return [
    { name: 'parse a rule', run: repeat(500, () => parse(RULE)), perRun: 500 },
    { name: 'parse, check and plan a rule', run: repeat(200, () => compile(RULE)), perRun: 200 },
  ];
}
