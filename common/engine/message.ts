import type { Comparison, Feature } from '../dsl/plan';
import type { SpanView } from '../trace/span';
import { serviceOf } from '../trace/span';
import type { TraceFlags } from '../trace/trace';
import type { Fact } from './fact';

const LONGEST = 1000;
const LONGEST_NAME = 100;
const LONGEST_TEXT = 300;

const WORDS: Readonly<Record<Comparison, string>> = {
  '>': 'more than',
  '>=': 'at least',
  '<': 'fewer than',
  '<=': 'at most',
  '===': 'exactly',
  '==': 'exactly',
  '!==': 'other than',
  '!=': 'other than',
};

const SIDES = { before: 'before it', after: 'after it', between: 'in between' } as const;

/** What happened, in one line: spans by name and service, what was missing, how far apart. Never an attribute's value. */
export function messageOf(facts: readonly Fact[]): string {
  const text = facts.map(describe).join('; ');
  return cut(text === '' ? 'The rule is true of every trace' : text, LONGEST);
}

/** The same where it is not certain, with what is missing of the trace. */
export function uncertainMessageOf(facts: readonly Fact[], { orphans, truncated, split, dropped }: TraceFlags): string {
  const known = [
    orphans > 0 ? `the parents of ${orphans} ${orphans === 1 ? 'span' : 'spans'} are unknown` : '',
    truncated ? 'the trace was cut short' : '',
    split ? 'another bridge may hold spans of it' : '',
    dropped > 0 ? `${dropped} attributes, events or links were dropped` : '',
  ].filter((reason) => reason !== '');
  const missing = known.length > 0 ? known : ['clocks may differ'];
  return notCertain(messageOf(facts), missing.join(', '));
}

const FEATURE_WORDS: Readonly<Record<Feature, string>> = {
  events: 'events of spans',
  links: 'links of spans',
  scope: 'scopes',
  resource: 'all of the resource',
  kind: 'kinds of spans',
  status_message: 'messages of a status',
  ok_or_unset: 'whether a status is OK or unset',
  typed_attributes: 'the types of attributes',
  attribute_keys: 'the names of attributes as they were',
};

/** The same where the source of a trace has lost what the rule looks at. */
export function lossyMessageOf(facts: readonly Fact[], lost: readonly string[]): string {
  const words = lost.map((each) => (FEATURE_WORDS as Readonly<Record<string, string>>)[each] ?? each);
  const known = facts.length === 0 ? 'It cannot be told' : messageOf(facts);
  return notCertain(known, `its source does not keep ${words.join(', ')}`);
}

function notCertain(known: string, why: string): string {
  const reason = ` (not certain: ${why})`;
  return cut(known, LONGEST - reason.length) + reason;
}

function describe(fact: Fact): string {
  switch (fact.type) {
    case 'match':
      return `${nameOf(fact.span)} matched ${cut(fact.text, LONGEST_TEXT)}`;
    case 'absence': {
      const where = fact.limit === '' || fact.window === null ? '' : ` within ${fact.limit}`;
      const side = fact.side === undefined ? '' : ` ${SIDES[fact.side]}`;
      return `no span matched ${cut(fact.text, LONGEST_TEXT)}${where}${side}`;
    }
    case 'pair':
      return `${fact.spans.map(nameOf).join(' and ')} matched ${cut(fact.text, LONGEST_TEXT)}`;
    case 'condition':
      return cut(fact.text, LONGEST_TEXT);
    case 'groups':
      return `no group of ${cut(fact.by, LONGEST_TEXT)} speaks against it`;
    case 'gap':
      return `${formatDuration(fact.us)} later${fact.limit === '' ? '' : ` (within ${fact.limit})`}`;
    case 'guard':
      return `${fact.span ? nameOf(fact.span) : fact.negated ? 'no span' : 'some span'} matched ${cut(fact.text, LONGEST_TEXT)}`;
    case 'count': {
      const spans = fact.total === 1 ? '1 span' : `${fact.total} spans`;
      return `${spans} matched ${cut(fact.text, LONGEST_TEXT)} (${WORDS[fact.operator]} ${fact.bound})`;
    }
    case 'distance':
      return `${formatDuration(fact.us)} apart (within ${fact.limit})`;
    case 'outside':
      return fact.limit === '' ? 'there is nothing of the kind' : `nothing of the kind lies within ${fact.limit}`;
  }
}

function nameOf(span: SpanView): string {
  const service = serviceOf(span);
  return `"${clean(span.name)}"` + (service === undefined ? '' : ` (${clean(service)})`);
}

const clean = (name: string): string => cut(name.replace(/[\p{Cc}\u2028\u2029]+/gu, ' '), LONGEST_NAME);

/** Never ends in half a character. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '') + '…';
}

/** Microseconds in the largest unit that they fill, to three places. */
export function formatDuration(us: number): string {
  const [factor, unit] = us < 1e3 ? [1, 'µs'] : us < 1e6 ? [1e3, 'ms'] : us < 60e6 ? [1e6, 's'] : [60e6, 'min'];
  return `${Math.round((us / factor) * 1000) / 1000} ${unit}`;
}
