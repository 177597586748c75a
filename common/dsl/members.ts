import type { Builtin, PartField, Relation, ScopeField, SpanField } from './plan';
import type { Type } from './types';
import { ANY, BOOLEAN, EVENT, LINK, LIST, NULL, NUMBER, SCOPE, SPAN, STRING, UNDEFINED } from './types';

/** What a span has. */
export const SPAN_FIELDS: ReadonlyMap<string, Type> = new Map<SpanField, Type>([
  ['name', { mask: STRING }],
  ['kind', { mask: STRING, choices: 'kind' }],
  ['status', { mask: STRING, choices: 'status' }],
  ['statusMessage', { mask: STRING }],
  ['timedOut', { mask: BOOLEAN }],
  ['startTime', { mask: NUMBER, unit: 'time' }],
  ['endTime', { mask: NUMBER, unit: 'time' }],
  ['duration', { mask: NUMBER, unit: 'duration' }],
  ['traceId', { mask: STRING }],
  ['spanId', { mask: STRING }],
  ['parentSpanId', { mask: STRING | NULL }],
  ['service', { mask: STRING | UNDEFINED }],
  ['isRoot', { mask: BOOLEAN }],
]);

const SPANS: Type = { mask: LIST, element: { mask: SPAN } };

/** What leads from a span to other spans, and to its parts. */
export const RELATIONS: ReadonlyMap<string, Type> = new Map<Relation, Type>([
  ['parent', { mask: SPAN | UNDEFINED }],
  ['ancestors', SPANS],
  ['children', SPANS],
  ['descendants', SPANS],
  ['siblings', SPANS],
  ['depth', { mask: NUMBER }],
  ['events', { mask: LIST, element: { mask: EVENT } }],
  ['links', { mask: LIST, element: { mask: LINK } }],
  ['scope', { mask: SCOPE }],
]);

/** What a trace, or a part of it, has besides steps. */
export const SCOPE_FIELDS: ReadonlyMap<string, Type> = new Map<ScopeField, Type>([
  ['spans', SPANS],
  ['services', { mask: LIST, element: { mask: STRING } }],
  ['duration', { mask: NUMBER, unit: 'duration' }],
  ['root', { mask: SPAN | UNDEFINED }],
  ['traceId', { mask: STRING }],
]);

export const PART_FIELDS: readonly (readonly [number, ReadonlyMap<string, Type>])[] = [
  [
    EVENT,
    new Map<PartField, Type>([
      ['name', { mask: STRING }],
      ['time', { mask: NUMBER, unit: 'time' }],
    ]),
  ],
  [
    LINK,
    new Map<PartField, Type>([
      ['traceId', { mask: STRING }],
      ['spanId', { mask: STRING }],
    ]),
  ],
  [
    SCOPE,
    new Map<PartField, Type>([
      ['name', { mask: STRING }],
      ['version', { mask: STRING }],
    ]),
  ],
];

export const STEPS = {
  trace: words('has missing every where under groupBy count sum avg min max percentile distinct not'),
  match: words('and or not within followedBy precededBy requires count'),
  /** After `under` and `groupBy`, besides those of the trace. */
  group: words('some every'),
} as const;

export interface Method {
  /** Kinds of value that have it. */
  readonly on: number;
  /** What each argument must be; those from `required` on may be left out. */
  readonly parameters: readonly number[];
  readonly required: number;
  readonly result: number;
}

export const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['startsWith', { on: STRING, parameters: [STRING, NUMBER], required: 1, result: BOOLEAN }],
  ['endsWith', { on: STRING, parameters: [STRING, NUMBER], required: 1, result: BOOLEAN }],
  ['includes', { on: STRING | LIST, parameters: [ANY], required: 1, result: BOOLEAN }],
  ['indexOf', { on: STRING, parameters: [STRING, NUMBER], required: 1, result: NUMBER }],
  ['slice', { on: STRING, parameters: [NUMBER, NUMBER], required: 0, result: STRING }],
  ['split', { on: STRING, parameters: [STRING], required: 1, result: LIST }],
  ['at', { on: STRING | LIST, parameters: [NUMBER], required: 1, result: ANY }],
  ['toLowerCase', { on: STRING, parameters: [], required: 0, result: STRING }],
  ['toUpperCase', { on: STRING, parameters: [], required: 0, result: STRING }],
  ['trim', { on: STRING, parameters: [], required: 0, result: STRING }],
]);

/** Methods of lists that take an arrow function. */
export const COLLECTION_METHODS = words('some every filter find map');

interface BuiltinSignature {
  readonly required: number;
  readonly most: number;
  readonly result: number;
}

export const BUILTINS: ReadonlyMap<string, BuiltinSignature> = new Map<Builtin, BuiltinSignature>([
  ['Number', { required: 1, most: 1, result: NUMBER }],
  ['String', { required: 1, most: 1, result: STRING }],
  ['Math.abs', { required: 1, most: 1, result: NUMBER }],
  ['Math.min', { required: 1, most: Infinity, result: NUMBER }],
  ['Math.max', { required: 1, most: Infinity, result: NUMBER }],
  ['Math.floor', { required: 1, most: 1, result: NUMBER }],
  ['Math.round', { required: 1, most: 1, result: NUMBER }],
  ['Array.isArray', { required: 1, most: 1, result: BOOLEAN }],
]);

/** Names that a rule can't give to anything else. */
export const GLOBALS = words('trace Number String Math Array');

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}
