import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createRuleSet } from '../../common/engine';
import type { ActiveRule } from '../../common/rules/rule';

const RULES = 10_000;
/** 100,000 rules have 512 MiB. */
const BYTES_PER_RULE = (512 * 2 ** 20) / 100_000;

const ruleOf = (i: number): ActiveRule => ({
  id: `rule-${i}`,
  space: 'default',
  name: `Rule ${i}`,
  description: '',
  dsl: `trace.where(span => span.name === 'operation ${i}')
    .has(span => span.attributes['key.${i % 50}'] === 'value ${i}' && span.duration > ${i % 1000})
    .and(trace.missing(span => span.name === 'audit ${i}')).within('5 seconds')`,
  version: '',
  revision: 1,
  severity: 'LOW',
  tags: [],
  mode: 'on',
});

test('a large set of rules takes no more memory than it may', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const before = process.memoryUsage().heapUsed;
  const set = createRuleSet();
  expect(
    set.replace(
      Array.from({ length: RULES }, (_, i) => ruleOf(i)),
      1,
    ),
  ).toEqual([]);
  collect();
  expect((process.memoryUsage().heapUsed - before) / RULES).toBeLessThan(BYTES_PER_RULE);
  expect(set.size).toBe(RULES);
}, 60_000);
