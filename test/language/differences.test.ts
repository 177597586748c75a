import { sketchTrace } from '../../common/engine/test_support/traces';
import { compile } from '../../common/engine';
import type { VerdictKind } from '../../common/engine';
import * as differences from './oracle/differences';
import { naiveJudge } from './oracle/judge';
import { aggregate, overList } from './oracle/lists';

/** One span with a value of each kind, its child, and a span beside it. */
const TRACE = sketchTrace([
  {
    name: 'GET',
    status: 'ERROR',
    startUs: 1_000_000,
    endUs: 2_500_000,
    attributes: {
      text: 'ab',
      five: 5,
      zero: 0,
      big: 9007199254740993n,
      yes: true,
      nothing: null,
      list: [1, 'a', NaN],
      same: [1, 'a', NaN],
      map: new Map([['k', 1]]),
      'error.type': 'ReadTimeout',
    },
    resource: { region: 'eu' },
  },
  { name: 'child', parentSpanId: '0000000000000001', startUs: 2_000_000, attributes: { five: '5', nothing: 1 } },
]);

const helpers = { ...differences, aggregate, overList };

/**
 * Where the language is not JavaScript, sentence by sentence: the oracle's helper that stands for the difference, and
 * what has to be true of the span `GET` (`a` is its attributes); of JavaScript most would throw or be false.
 */
const DIFFERENCES: readonly (readonly [sentence: string, helper: keyof typeof helpers, bodies: readonly string[]])[] = [
  [
    'a property or method of a missing value is undefined, and nothing throws',
    'method',
    ['a.no.x.y === undefined', 'a.no.trim() === undefined', 'a.no[3] === undefined', 's.parent.name === undefined'],
  ],
  [
    "a method that a value doesn't have gives undefined",
    'method',
    ["a.five.startsWith('5') === undefined", 'a.yes.trim() === undefined', "a.map.includes('k') === undefined"],
  ],
  ['callbacks over what is no list give undefined', 'overList', ['a.text.some(x => true) === undefined']],
  [
    'a string method with an argument that is no string gives undefined',
    'method',
    ['a.text.startsWith(a.five) === undefined', 'a.text.includes(a.nothing) === undefined'],
  ],
  [
    '== null and != null mean null or undefined, every other == and != is === and !==',
    'binary',
    ['a.nothing == null && a.no == null && a.zero != null', "!(a.five == '5') && a.five != '5' && !(a.yes == 1)"],
  ],
  [
    'an order holds only between two numbers or two strings',
    'binary',
    ["!(a.five < '6') && !(a.five >= a.yes) && !(a.nothing <= 0) && !(a.no < 1)", "a.text < 'b' && a.five <= 5"],
  ],
  [
    '+ takes two numbers or two strings, the other operators numbers; else the result is undefined',
    'binary',
    [
      "a.text + a.five === undefined && a.text + a.text === 'abab'",
      'a.five - a.yes === undefined',
      'a.no * 2 === undefined',
    ],
  ],
  [
    'integers of any size are exact in comparisons, and arithmetic rounds',
    'same',
    [
      'a.big === 9007199254740993 && a.big !== 9007199254740992',
      'a.big > 9007199254740992',
      'a.big + 0 === 9007199254740992',
    ],
  ],
  [
    'durations may be compared with duration strings',
    'micros',
    [
      "s.duration === '1.5 s' && s.duration > '1499ms'",
      "s.endTime - s.startTime <= '0.025 minutes' && s.duration < '0.5 h' && s.duration < '1 day'",
    ],
  ],
  [
    '=== between spans is identity, between lists and objects false',
    'same',
    ['s === s.children[0].parent && s !== s.children[0]', 'a.list !== a.list && a.map !== a.map && a.list !== a.same'],
  ],
  [
    'includes goes by typed structural equality, NaN equal to itself',
    'alike',
    [
      "a.list.includes(1) && !a.list.includes('1')",
      '[a.list].includes(a.same) && [a.map].includes(a.map)',
      'a.list.includes(a.list[2])',
    ],
  ],
  [
    'group keys and distinct go by it, too; null is a key, undefined is none',
    'aggregate',
    [
      'trace.distinct(t => t.attributes.five) === 2 && trace.distinct(t => t.attributes.nothing) === 2',
      'trace.distinct(t => t.attributes.no) === 0 && trace.distinct(t => [t.service]) === 1',
      '!trace.groupBy(t => t.attributes.text).some(g => g.count(t => t.isRoot) !== 1)',
    ],
  ],
  [
    'regular expressions look at strings, and at numbers and Booleans as strings; of the rest they are false',
    'matches',
    [
      '/^5$/.test(a.five) && /rue/.test(a.yes) && /A/i.test(a.text)',
      '!/./.test(a.nothing) && !/undefined/.test(a.no) && !/1/.test(a.list)',
    ],
  ],
  [
    "'TIMEOUT' of a status is an ERROR that says so",
    'timedOut',
    ["s.status === 'TIMEOUT' && s.status === 'ERROR' && s.timedOut", "['TIMEOUT'].includes(s.status)"],
  ],
];

const ROWS = DIFFERENCES.flatMap(([sentence, helper, bodies]) => bodies.map((body) => ({ sentence, helper, body })));

describe.each(ROWS)('$sentence: $body', ({ helper, body }) => {
  const inFull = body.replace(/\ba(?=[.[])/g, 's.attributes');
  const kindOf = (rule: string): VerdictKind => {
    const result = compile(rule);
    if (!('rule' in result)) throw new Error(JSON.stringify(result.problems));
    return result.rule.evaluate(TRACE).kind;
  };

  test.each([
    ['is true', `trace.has(s => s.name === 'GET' && (${inFull}))`, 'violated'],
    ['and its opposite is not', `trace.has(s => s.name === 'GET' && !(${inFull}))`, 'satisfied'],
  ])('%s, for the engine and the oracle', (_what, rule, expected) => {
    expect(kindOf(rule)).toBe(expected);
    expect(naiveJudge(rule)(TRACE, 0).kind).toBe(expected);
    expect(typeof helpers[helper]).toBe('function');
  });
});
