import { readFileSync } from 'node:fs';
import path from 'node:path';
import { check } from './check';
import { describe as inWords, inOneLine } from './describe';
import { scan } from './editor/scan';
import { parse } from './parse';
import type { MatchPlan, RulePlan, ValuePlan } from './plan';

const page = readFileSync(path.join(__dirname, '../../docs/reference/language.md'), 'utf8');
const EXAMPLES = [...page.matchAll(/^```betrace\n(.*?)\n```$/gms)].map(([, example]) => example!);
/** What no example of the reference has, or only in one of its forms. */
const MORE = [
  'trace.has((a, b) => a.spanId === b.parentSpanId).not()',
  'trace.has(span => -span.depth < -3 && (span.isRoot ? span.timedOut : !span.timedOut))',
  'trace.every(span => span.service !== undefined) && trace.has(span => true)',
  "trace.has(span => 'a' in span.resource || span.links.some(l => 'b' in l.attributes))",
  "trace.under(span => span.isRoot).every(g => g.missing(span => span.name === 'x'))",
  "trace.has(span => span.attributes['a'].b === 1 && [1, 2].includes(span.attributes['c']))",
];

function planOf(text: string): RulePlan | undefined {
  const parsed = parse(text);
  const checked = 'rule' in parsed ? check(parsed.rule, text) : undefined;
  return checked && 'plan' in checked ? checked.plan : undefined;
}

const said = (text: string): string => inOneLine(inWords(planOf(text)!));

/** Every kind of condition and of value that a rule can be made of; a kind that is added and not listed does not compile. */
const MATCHES: Readonly<Record<MatchPlan['type'], true>> = {
  has: true,
  bound: true,
  guard: true,
  condition: true,
  and: true,
  or: true,
  not: true,
  within: true,
  follows: true,
  requires: true,
  groups: true,
};
const VALUES: Readonly<Record<ValuePlan['type'], true>> = {
  literal: true,
  variable: true,
  field: true,
  relation: true,
  part: true,
  attribute: true,
  resource: true,
  entry: true,
  hasKey: true,
  property: true,
  index: true,
  method: true,
  matches: true,
  collection: true,
  builtin: true,
  list: true,
  logical: true,
  binary: true,
  not: true,
  negative: true,
  typeof: true,
  conditional: true,
  call: true,
  holds: true,
  scopeField: true,
  count: true,
  aggregate: true,
};

/** Literals to put in another's place, some of which fit wherever that stands. */
const othersFor = (kind: string, value: string, text: string): string[] =>
  kind === 'number'
    ? [`${text}1`, String(Number(text) / 2), '7'].filter((other) => other !== text)
    : [`'Z${value}'`, `'${value.replace(/\d/, '7')}'`, "'OK'", "'ERROR'", "'CLIENT'", "'SERVER'"].filter(
        (other) => other !== `'${value}'`,
      );

/** The kinds that stand anywhere in a plan. */
function kindsIn(plan: unknown, found = new Set<string>(), seen = new Set<unknown>()): Set<string> {
  if (typeof plan !== 'object' || plan === null || seen.has(plan)) return found;
  seen.add(plan);
  if ('type' in plan && typeof plan.type === 'string') found.add(plan.type);
  for (const each of Object.values(plan)) kindsIn(each, found, seen);
  return found;
}

test('the rules here have every construct of the language', () => {
  const found = new Set([...EXAMPLES, ...MORE].flatMap((example) => [...kindsIn(planOf(example)?.match)]));
  expect([...Object.keys(MATCHES), ...Object.keys(VALUES)].filter((kind) => !found.has(kind))).toEqual([]);
});

describe.each([...EXAMPLES, ...MORE])('%s', (example) => {
  test('is said in words', () => {
    expect(said(example)).not.toMatch(/undefined|\[object|=>|NaN|===| {2}/);
  });

  test('is said otherwise wherever a string or number of it is another', () => {
    for (const token of scan(example)) {
      if (token.kind !== 'string' && token.kind !== 'number') continue;
      const mutants = othersFor(token.kind, String(token.value), token.text)
        .map((other) => example.slice(0, token.start) + other + example.slice(token.end))
        .filter((mutant) => planOf(mutant));
      expect({ literal: token.text, mutants: mutants.length }).not.toEqual({ literal: token.text, mutants: 0 });
      for (const mutant of mutants)
        expect({ mutant, words: said(mutant) }).not.toEqual({ mutant, words: said(example) });
    }
  });
});

test.each([
  ['trace.has(span => span.isRoot)', 'some span where it is a root'],
  ['!trace.has(span => span.isRoot)', 'no span where it is a root'],
  ['trace.every(span => span.timedOut)', 'every span: it timed out'],
  ['!trace.every(span => span.service !== undefined)', 'some span where it is not so that (its service is there)'],
  ['trace.has(span => span.duration > 1000)', 'some span where its duration is over 1 s'],
  ["trace.has(span => span.duration >= '2 s')", 'some span where its duration is at least 2 s'],
  [
    "trace.has(p => p.name === 'pay' && trace.missing(f => f.name === 'check' && f.endTime <= p.startTime))",
    "some span where its name is 'pay' and no span where its name is 'check' and its end time is at most p's start time",
  ],
  [
    "trace.has(a => a.name === 'x').followedBy((a, b) => b.name === 'y' && b.depth > a.depth)",
    "First the one, then the other: (some span where its name is 'x'), (some span b where b's name is 'y' and b's depth is over a's depth, a being the one found before)",
  ],
  [
    "trace.has(a => a.name === 'pay').precededBy(trace.missing(b => b.name === 'check'))",
    "All of these hold: (some span where its name is 'pay'), (before that, no span where its name is 'check')",
  ],
  [
    "trace.has(a => a.name === 'pay').followedBy(trace.missing(b => b.name === 'check')).within('5 s')",
    "All of these hold: (some span where its name is 'pay'), (within 5 s after that, no span where its name is 'check')",
  ],
  [
    'const slow = s => s.duration > 5; trace.has(x => slow(x) && x.isRoot)',
    'some span where its duration is over 5 ms and it is a root',
  ],
])('%s', (rule, words) => expect(said(rule)).toBe(words));

test('conditions joined in a row are listed on one level', () => {
  const rule = 'trace.has(a => a.isRoot) && trace.has(b => b.timedOut) && trace.missing(c => c.depth > 3)';
  expect(inWords(planOf(rule)!).parts.map(({ text }) => text)).toEqual([
    'some span where it is a root',
    'some span where it timed out',
    'no span where its depth is over 3',
  ]);
});
