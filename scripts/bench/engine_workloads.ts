import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createRuleSet } from '../../common/engine';
import type { RuleSet } from '../../common/engine';
import type { ActiveRule } from '../../common/rules/rule';
import type { TraceView } from '../../common/trace/trace';
import { asDecoded } from './decoded';
import { parseWorkloads } from './parse_bench';
import { realisticTraces } from './traces';

export interface Workload {
  readonly name: string;
  /** What one of `perRun` is. */
  readonly per: string;
  readonly perRun: number;
  run(): void;
}

const ruleOf = (id: string, dsl: string): ActiveRule => ({
  ...{ id, space: 'default', name: id, description: '', dsl, version: '', revision: 1 },
  ...{ severity: 'LOW', tags: [], mode: 'on' },
});

/** A rule that nearly no trace has anything for; of the shapes that people write. */
function selectiveRule(i: number): ActiveRule {
  const shapes = [
    `trace.where(span => span.name === 'operation ${i}')
      .has(span => span.attributes['key.${i % 50}'] === 'value ${i}' && span.duration > ${i % 1000})
      .and(trace.missing(span => span.name === 'audit ${i}')).within('5 seconds')`,
    `trace.has(span => span.name === 'step ${i}').followedBy(span => span.name === 'end ${i}').within('${i % 60} s')`,
    `trace.has(span => span.attributes['http.route'] === '/route/${i}' && span.status === 'ERROR')`,
    `trace.has(span => span.service === 'checkout' && span.attributes['order.kind'] === 'kind ${i}')`,
  ];
  return ruleOf(`rule-${i}`, shapes[i % shapes.length]!);
}

const selectiveRules = (count: number): ActiveRule[] => Array.from({ length: count }, (_, i) => selectiveRule(i));

function ruleSetOf(rules: readonly ActiveRule[]): RuleSet {
  const set = createRuleSet();
  if (set.replace(rules, 1).length > 0) throw new Error('a rule of the benchmark has problems');
  return set;
}

/** Made when it is first asked for, so that no workload runs beside what others hold. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Judges views that no rule has seen: what is kept of a trace is worked out for each anew, as for traces that arrive. */
function judging(name: string, set: () => RuleSet, traces: () => readonly TraceView[], times: number): Workload {
  return {
    name,
    per: 'trace',
    perRun: times,
    run() {
      const { judge } = set();
      for (let i = 0, list = traces(); i < times; i++) judge({ ...list[i % list.length]! });
    },
  };
}

/** The same of traces as the receiver decodes them for the rules. */
const judgingDecoded = (name: string, set: () => RuleSet, sent: readonly TraceView[], times: number): Workload =>
  judging(
    name,
    set,
    once(() => sent.map((trace) => asDecoded(trace, set().attributes()))),
    times,
  );

/** Bytes of the heap per rule, of so many selective rules. */
export function bytesPerRule(count: number): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const before = heapAfter(collect);
  const set = ruleSetOf(selectiveRules(count));
  const bytes = (heapAfter(collect) - before) / count;
  if (set.size !== count) throw new Error('rules were lost');
  return bytes;
}

function heapAfter(collect: () => void): number {
  collect();
  return process.memoryUsage().heapUsed;
}

/** @param starterRules texts of the rules of the packs */
export function engineWorkloads(starterRules: readonly string[]): Workload[] {
  const starters = once(() => ruleSetOf(starterRules.map((dsl, i) => ruleOf(`starter-${i}`, dsl))));
  const [tiny, usual] = [realisticTraces(64, 5), realisticTraces(64, 20)];
  const [wide, huge] = [realisticTraces(16, 100), realisticTraces(8, 1000)];
  const many = once(() => selectiveRules(100_000));
  const largest = once(() => ruleSetOf(many()));
  const sets = [10, 100, 1000, 10_000].map((count) => ({ count, set: once(() => ruleSetOf(selectiveRules(count))) }));
  let changes = 0;
  return [
    ...parseWorkloads().map((workload) => ({ ...workload, per: 'rule' })),
    judgingDecoded('43 starter rules, 5 spans', starters, tiny, 2560),
    judgingDecoded('43 starter rules, 20 spans', starters, usual, 1280),
    judging('43 starter rules, 20 spans with all attributes', starters, () => usual, 1280),
    judgingDecoded('43 starter rules, 100 spans', starters, wide, 240),
    judgingDecoded('43 starter rules, 1000 spans', starters, huge, 24),
    ...sets.map(({ count, set }) => judgingDecoded(`${count} selective rules, 20 spans`, set, usual, 3840)),
    {
      name: 'replace 1,000 rules by others',
      per: 'rule',
      perRun: 1000,
      run() {
        changes += 1000;
        ruleSetOf(Array.from({ length: 1000 }, (_, i) => selectiveRule(200_000 + changes + i)));
      },
    },
    judgingDecoded('100000 selective rules, 20 spans', largest, usual, 3840),
    {
      name: 'change one of 100,000 rules',
      per: 'replacement',
      perRun: 1,
      run: () => void largest().replace([selectiveRule(100_000 + changes++), ...many().slice(1)], changes),
    },
  ];
}
