import { compile } from './compile';
import { sketchTrace } from './test_support/traces';

const BIG = 9007199254740993n;
const trace = sketchTrace([
  {
    name: 'GET /users',
    service: 'api',
    kind: 'SERVER',
    statusMessage: '',
    startUs: 1_700_000_000_000_001,
    endUs: 1_700_000_001_500_001,
    attributes: {
      text: 'Hello',
      five: 5,
      zero: 0,
      big: BIG,
      yes: true,
      no: false,
      nothing: null,
      nan: NaN,
      list: ['a', 1, null],
      map: new Map<string, string>([
        ['k', 'v'],
        ['length', 'long'],
      ]),
      'service.name': 'own',
      ['__proto__']: 'harmless',
    },
    resource: { region: 'eu', five: 6 },
  },
]);

function isTrue(body: string): boolean {
  const result = compile(`trace.has(s => ${body})`);
  if (!('rule' in result)) throw new Error(`${body}: ${JSON.stringify(result.problems)}`);
  return result.rule.evaluate(trace).kind === 'violated';
}

describe('true of the span', () => {
  test.each([
    "s.attributes.text === 'Hello'",
    'a.five === 5',
    'a.five !== s.resource.five',
    "a.region === 'eu'",
    "a['service.name'] === 'own' && s.service === 'api'",
    "'region' in s.attributes && !('region2' in s.attributes) && 'nothing' in s.attributes",
    "'region' in s.resource && !('text' in s.resource)",
    'a.big === 9007199254740993 && a.big !== 9007199254740992 && a.big > 9007199254740992',
    '-a.big < -9007199254740992 && a.big + 0 === 9007199254740992',
    "typeof a.big === 'number' && typeof a.nothing === 'object' && typeof a.missing === 'undefined'",
    'a.missing === undefined && a.nothing === null && a.nothing !== undefined',
    'a.missing == null && a.nothing == null && a.zero != null',
    "!(a.text > 1) && !(a.text < 1) && !(a.missing < 1) && a.text > 'Hallo'",
    'a.text + 1 === undefined && a.text * 1 === undefined && a.text + a.text === `HelloHello`',
    'a.five / 2 === 2.5 && a.five % 3 === 2 && a.five - 1 * 2 === 3',
    'a.nan !== a.nan && [1, a.nan].includes(a.nan)',
    "a.list.includes(1) && !a.list.includes('1') && a.list.includes(null) && a.list.length === 3",
    "a.list[0] === 'a' && a.list.at(-2) === 1 && a.list[9] === undefined && a.list[-1] === undefined",
    "a.map.k === 'v' && a.map['length'] === 'long' && a.map.constructor === undefined",
    'a.list !== a.list && !(a.map === a.map)',
    "['x', 'GET /users'].includes(s.name) && [s.name].includes(s.name)",
    "a.text.startsWith('He') && a.text.startsWith('l', 2) && a.text.endsWith('lo') && a.text.includes('ell')",
    "a.text.indexOf('l') === 2 && a.text.slice(1, -1) === 'ell' && a.text.at(-1) === 'o' && a.text[0] === 'H'",
    "a.text.toUpperCase() === 'HELLO' && a.text.toLowerCase() === 'hello' && ' x '.trim() === 'x'",
    "a.text.split('l').length === 3 && a.text.length === 5",
    'a.five.startsWith === undefined || a.five.startsWith("5") === undefined',
    'a.text.startsWith(a.five) === undefined && a.missing.x.y.trim() === undefined',
    'a.missing?.x?.[0]?.trim() === undefined',
    '(a.zero || 7) === 7 && (a.zero ?? 7) === 0 && (a.missing ?? a.nothing ?? 7) === 7',
    "(a.yes && 'then') === 'then' && (a.no ? 1 : 2) === 2",
    "Number('5') === a.five && Number(a.big) === 9007199254740992 && String(a.big) === '9007199254740993'",
    "String(a.list) === 'a,1,' && String(a.missing) === 'undefined' && !(Number(a.list) > 0)",
    'Math.max(1, a.five, 3) === 5 && Math.min(a.five, 3) === 3 && Math.abs(-2) === 2',
    'Math.floor(2.7) === 2 && Math.round(2.5) === 3 && Array.isArray(a.list) && !Array.isArray(a.text)',
    "s.duration === 1500 && s.duration === '1.5 s' && s.duration > '1499 ms' && s.duration <= '1500000us'",
    's.startTime === 1700000000000.001 && s.endTime > s.startTime',
    "s.isRoot && s.parentSpanId === null && s.kind === 'SERVER' && s.status === 'UNSET'",
    "s.status !== 'TIMEOUT' && !['TIMEOUT', 'OK'].includes(s.status)",
    "s.attributes['__proto__'] === 'harmless' && s.attributes.toString === undefined",
    '1 + 2 + 3 === 6 && 10 - 2 - 3 === 5 && (1 < 2) === true',
  ])('%s', (body) => {
    expect(isTrue(body.replace(/\ba\./g, 's.attributes.').replace(/\ba\[/g, 's.attributes['))).toBe(true);
    expect(isTrue(`!(${body.replace(/\ba\./g, 's.attributes.').replace(/\ba\[/g, 's.attributes[')})`)).toBe(false);
  });
});
