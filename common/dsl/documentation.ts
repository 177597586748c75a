import type { Aggregation, Builtin, CollectionMethod, Relation, ScopeField, SpanField } from './plan';
import type { Keyword } from './tokens';

/** What the editor says of a word of the language, and what it puts in for it. */
export interface Documentation {
  /** One or two sentences. */
  readonly text: string;
  /** The section of `docs/reference/language.md` that has more. */
  readonly anchor: Anchor;
  /** How it is written, for what is called. */
  readonly form?: string;
  /**
   * What a completion puts in where that is more than the name: `${1:…}` is a place to fill, with what stands there until
   * then; `%` is the parameter of an arrow function.
   */
  readonly insert?: string;
}

export type Anchor =
  | 'steps'
  | 'near-each-other'
  | 'one-after-the-other'
  | 'parts-of-the-trace'
  | 'inside-arrow-functions'
  | 'objects'
  | 'values';

const entry = (anchor: Anchor, text: string, form?: string, insert?: string): Documentation => ({
  text,
  anchor,
  ...(form === undefined ? {} : { form }),
  ...(insert === undefined ? {} : { insert }),
});

const ATTRIBUTE = "attributes['${1}']";

const ATTRIBUTES = entry('objects', 'The attribute of that key, else undefined.', "attributes['key']", ATTRIBUTE);

/** Every word of the language by what has it; a test holds it to `members.ts` and to the reference. */
export const DOCUMENTATION = {
  /** What stands by itself. */
  global: {
    trace: entry(
      'steps',
      'The whole trace, wherever it is written. What a rule says of it is true of the traces that violate the rule.',
    ),
    Math: entry('values', 'Has abs, min, max, floor and round.'),
    Array: entry('values', 'Has isArray.'),
  } satisfies Record<string, Documentation>,
  keyword: {
    const: entry('steps', 'Gives an arrow function a name, to use it twice.', 'const name = span => …;'),
    in: entry('objects', 'Whether there is an attribute of that key.', "'key' in span.attributes"),
    typeof: entry('values', "The kind of a value, such as `'string'` or `'undefined'`.", 'typeof x'),
    true: entry('values', 'The Boolean true.'),
    false: entry('values', 'The Boolean false.'),
    null: entry('values', '`== null` means null or undefined.'),
    undefined: entry('values', 'What is not there: an attribute that a span lacks, the parent of a root.'),
  } satisfies Record<Exclude<Keyword, 'return'>, Documentation>,
  builtin: {
    Number: entry('values', 'A string or Boolean as a number; NaN where it is none.', 'Number(x)', 'Number(${1:x})'),
    String: entry('values', 'A value as a string.', 'String(x)', 'String(${1:x})'),
    'Math.abs': entry('values', 'A number without its sign.', 'Math.abs(x)', 'abs(${1:x})'),
    'Math.min': entry('values', 'The smallest of some numbers.', 'Math.min(x, y, …)', 'min(${1:x}, ${2:y})'),
    'Math.max': entry('values', 'The largest of some numbers.', 'Math.max(x, y, …)', 'max(${1:x}, ${2:y})'),
    'Math.floor': entry('values', 'The next whole number below.', 'Math.floor(x)', 'floor(${1:x})'),
    'Math.round': entry('values', 'The nearest whole number.', 'Math.round(x)', 'round(${1:x})'),
    'Array.isArray': entry('values', 'Whether a value is a list.', 'Array.isArray(x)', 'isArray(${1:x})'),
  } satisfies Record<Builtin, Documentation>,
  /** Steps and properties of the trace and of groups. */
  trace: {
    has: entry(
      'steps',
      'Some span satisfies the arrow function; of two parameters: some pair of different spans.',
      'trace.has(P)',
      'has(% => ${1:%.isRoot})',
    ),
    missing: entry('steps', 'No span satisfies the arrow function.', 'trace.missing(P)', 'missing(% => ${1:%.isRoot})'),
    every: entry('steps', 'Every span satisfies the arrow function.', 'trace.every(P)', 'every(% => ${1:%.isRoot})'),
    not: entry('steps', 'The match does not hold.', 'trace.not(M)', 'not(${1:trace.has(% => %.isRoot)})'),
    where: entry(
      'parts-of-the-trace',
      'Some span satisfies the arrow function, and what follows holds for the trace.',
      'trace.where(P)',
      'where(% => ${1:%.isRoot})',
    ),
    under: entry(
      'parts-of-the-trace',
      'Some span satisfies the arrow function, and what follows holds for it and all that is below it.',
      'trace.under(P)',
      'under(% => ${1:%.isRoot})',
    ),
    groupBy: entry(
      'parts-of-the-trace',
      'What follows holds for some group of spans for which the arrow function gives equal values.',
      'trace.groupBy(f)',
      'groupBy(% => ${1:%.service})',
    ),
    count: entry(
      'steps',
      'How many spans satisfy the arrow function: a number to compare.',
      'trace.count(P)',
      'count(% => ${1:%.isRoot})',
    ),
    sum: entry(
      'steps',
      'The sum of what the arrow function gives for every span, or for those that satisfy a second one.',
      'trace.sum(f)',
      'sum(% => ${1:%.duration})',
    ),
    avg: entry(
      'steps',
      'The mean of what the arrow function gives for every span, or for those that satisfy a second one.',
      'trace.avg(f)',
      'avg(% => ${1:%.duration})',
    ),
    min: entry(
      'steps',
      'The least that the arrow function gives for a span, or for one that satisfies a second one.',
      'trace.min(f)',
      'min(% => ${1:%.duration})',
    ),
    max: entry(
      'steps',
      'The most that the arrow function gives for a span, or for one that satisfies a second one.',
      'trace.max(f)',
      'max(% => ${1:%.duration})',
    ),
    percentile: entry(
      'steps',
      'A percentile, by the nearest rank, of what the arrow function gives for every span.',
      'trace.percentile(f, 95)',
      'percentile(% => ${1:%.duration}, ${2:95})',
    ),
    distinct: entry(
      'steps',
      'How many different values the arrow function gives.',
      'trace.distinct(f)',
      'distinct(% => ${1:%.service})',
    ),
    spans: entry('objects', 'All spans, in order of start time.'),
    services: entry('objects', 'The services that the spans are from.'),
    duration: entry(
      'objects',
      "Milliseconds from the earliest start to the latest end. May be compared with a duration: `trace.duration > '5s'`.",
    ),
    root: entry(
      'objects',
      'The earliest span without a parent, else the earliest that entered a service; may be undefined.',
    ),
    traceId: entry('objects', 'The id of the trace, in lower-case hexadecimal digits.'),
  } satisfies Record<
    ScopeField | Aggregation | 'count' | 'has' | 'missing' | 'every' | 'not' | 'where' | 'under' | 'groupBy',
    Documentation
  >,
  /** What `under` and `groupBy` add to the steps of the trace. */
  group: {
    some: entry(
      'parts-of-the-trace',
      'It holds for some group, which has all the steps of `trace`.',
      '.some(g => …)',
      'some(g => ${1:g.has(% => %.isRoot)})',
    ),
    every: entry(
      'parts-of-the-trace',
      'It holds for every group, which has all the steps of `trace`.',
      '.every(g => …)',
      'every(g => ${1:g.has(% => %.isRoot)})',
    ),
  },
  match: {
    and: entry('steps', 'Both hold.', 'M.and(N)', 'and(% => ${1:%.isRoot})'),
    or: entry('steps', 'One of them holds.', 'M.or(N)', 'or(% => ${1:%.isRoot})'),
    not: entry('steps', 'It does not hold.', 'M.not()', 'not()'),
    within: entry(
      'near-each-other',
      'It holds with spans that start no further apart than this. After `followedBy` it bounds the gap.',
      "M.within('5 seconds')",
      "within('${1:5 seconds}')",
    ),
    followedBy: entry(
      'one-after-the-other',
      'Then comes the other: its spans start when those on the left have ended, or later.',
      'M.followedBy(N)',
      'followedBy(% => ${1:%.isRoot})',
    ),
    precededBy: entry(
      'one-after-the-other',
      'Before comes the other: its spans have ended when those on the left start, or earlier.',
      'N.precededBy(M)',
      'precededBy(% => ${1:%.isRoot})',
    ),
    requires: entry(
      'one-after-the-other',
      'It holds and the other does not: what is required is missing.',
      'M.requires(N)',
      'requires(% => ${1:%.isRoot})',
    ),
    count: entry(
      'near-each-other',
      'How many spans satisfy what `has` looks for, after `within` the most in one window: a number to compare.',
      'trace.has(P).count()',
      'count()',
    ),
  },
  span: {
    name: entry('objects', 'What the span does, such as `GET /cart` or `auth.login`.'),
    kind: entry(
      'objects',
      'The side of a call that the span is of: INTERNAL, SERVER, CLIENT, PRODUCER, CONSUMER or UNSPECIFIED.',
    ),
    status: entry('objects', "OK, ERROR or UNSET. Compared with `'TIMEOUT'` it means `timedOut`."),
    statusMessage: entry('objects', 'What the span says of its status; empty where it says nothing.'),
    timedOut: entry(
      'objects',
      'An ERROR whose message, `error.type` or exception tells of a timeout, or with gRPC code 4 or HTTP status 408 or 504.',
    ),
    startTime: entry('objects', 'Milliseconds since 1970. A difference of times is a duration.'),
    endTime: entry('objects', 'Milliseconds since 1970; the start, if the span has no end.'),
    duration: entry(
      'objects',
      "Milliseconds from start to end. May be compared with a duration: `span.duration > '1.5s'`.",
    ),
    traceId: entry('objects', 'The trace of the span, in lower-case hexadecimal digits.'),
    spanId: entry('objects', 'The id of the span, in lower-case hexadecimal digits.'),
    parentSpanId: entry('objects', 'The id of the span above; null on a root.'),
    service: entry('objects', 'The service that the span is from: `service.name` of its resource.'),
    isRoot: entry('objects', 'Whether the span has no parent.'),
    parent: entry('objects', 'The span above; undefined on a root, and where it is not known.'),
    ancestors: entry('objects', 'The spans above, nearest first.'),
    children: entry('objects', 'The spans right below.'),
    descendants: entry('objects', 'All spans below.'),
    siblings: entry('objects', 'The other spans with the same parent.'),
    depth: entry('objects', 'How many ancestors are known: 0 at the top.'),
    events: entry('objects', 'What happened during the span, such as exceptions.'),
    links: entry('objects', 'Other spans that this one points to, of any trace.'),
    scope: entry('objects', 'The instrumentation that made the span: its name and version.'),
    attributes: entry(
      'objects',
      "The span's attribute of that key, else its resource's, else undefined.",
      "attributes['key']",
      ATTRIBUTE,
    ),
    resource: entry(
      'objects',
      'The attribute of that key that the resource has: what the span is from.',
      "resource['key']",
      "resource['${1:service.name}']",
    ),
  } satisfies Record<SpanField | Relation | 'attributes' | 'resource', Documentation>,
  event: {
    name: entry('objects', 'The name of the event, such as `exception`.'),
    time: entry('objects', 'When the event happened: milliseconds since 1970.'),
    attributes: ATTRIBUTES,
  },
  link: {
    traceId: entry('objects', 'The trace that the link points to.'),
    spanId: entry('objects', 'The span that the link points to.'),
    attributes: ATTRIBUTES,
  },
  scope: {
    name: entry('objects', 'The library that made the span, such as `@opentelemetry/instrumentation-http`.'),
    version: entry('objects', 'The version of the library that made the span.'),
  },
  string: {
    length: entry('values', 'How many UTF-16 units the string has.'),
    startsWith: entry('values', 'Whether the string begins so.', "s.startsWith('…')", "startsWith('${1:text}')"),
    endsWith: entry('values', 'Whether the string ends so.', "s.endsWith('…')", "endsWith('${1:text}')"),
    includes: entry('values', 'Whether the string has the other in it.', "s.includes('…')", "includes('${1:text}')"),
    indexOf: entry(
      'values',
      'Where the other string begins in it; -1 where it does not.',
      "s.indexOf('…')",
      "indexOf('${1:text}')",
    ),
    slice: entry(
      'values',
      'The part from one place up to another; from the end, if negative.',
      's.slice(start, end)',
      'slice(${1:0}, ${2:10})',
    ),
    split: entry('values', 'The parts between separators, as a list.', "s.split(',')", "split('${1:,}')"),
    at: entry('values', 'The character at a place, from the end if negative.', 's.at(0)', 'at(${1:0})'),
    toLowerCase: entry('values', 'The string in lower case.', 's.toLowerCase()', 'toLowerCase()'),
    toUpperCase: entry('values', 'The string in upper case.', 's.toUpperCase()', 'toUpperCase()'),
    trim: entry('values', 'The string without white space around it.', 's.trim()', 'trim()'),
    matches: entry('values', 'Whether a regular expression is found in it.', 's.matches(/…/)', 'matches(/${1:^text}/)'),
  },
  regex: {
    test: entry(
      'values',
      'Whether the regular expression is found in a string, number or Boolean.',
      '/…/.test(s)',
      'test(${1:s})',
    ),
  },
  list: {
    length: entry('objects', 'How many there are.'),
    includes: entry(
      'objects',
      'Whether it has the value, compared as a whole.',
      'list.includes(x)',
      "includes(${1:'text'})",
    ),
    at: entry('objects', 'What is at a place, from the end if negative; undefined beyond.', 'list.at(0)', 'at(${1:0})'),
    some: entry(
      'objects',
      'Whether the arrow function is true of some of them.',
      'list.some(x => …)',
      'some(% => ${1:true})',
    ),
    every: entry(
      'objects',
      'Whether the arrow function is true of all of them.',
      'list.every(x => …)',
      'every(% => ${1:true})',
    ),
    filter: entry(
      'objects',
      'Those of which the arrow function is true.',
      'list.filter(x => …)',
      'filter(% => ${1:true})',
    ),
    find: entry(
      'objects',
      'The first of which the arrow function is true, else undefined.',
      'list.find(x => …)',
      'find(% => ${1:true})',
    ),
    map: entry('objects', 'What the arrow function gives for each.', 'list.map(x => …)', 'map(% => ${1:true})'),
  } satisfies Record<CollectionMethod | 'length' | 'includes' | 'at', Documentation>,
} as const;

/** Whose words the table has under one name. */
export type DocumentationOwner = keyof typeof DOCUMENTATION;

/** What there is to say of a word; undefined where it is none of the language. */
export function documentationOf(owner: DocumentationOwner, name: string): Documentation | undefined {
  const words: Readonly<Record<string, Documentation>> = DOCUMENTATION[owner];
  return Object.hasOwn(words, name) ? words[name] : undefined;
}
