import type { estypes } from '@elastic/elasticsearch';
import type { Condition } from '../../common/engine';
import type { Kind } from '../../common/trace/span';
import type { FieldTypes } from './fields';
import { apmServiceOf, cut, isMovedByApm, isMovedByOtel, labelOf, OTEL_MARK } from './mapping';

type Query = estypes.QueryDslQueryContainer;
type Trait = Exclude<Condition, { type: 'any' | 'longer' | 'spans' }>;

/** What documents of spans each layout has to offer; undefined: it can't be told by documents there, any will do. */
interface ByLayout {
  readonly otel: Query | undefined;
  readonly apm: Query | undefined;
}

const ANYTHING: ByLayout = { otel: undefined, apm: undefined };

/**
 * Queries of spans, one for each condition that documents can tell of: of a trace that meets all conditions, some span is
 * found by each of them. What was lost, ignored or indexed in another way is found as well.
 */
export const queriesOf = (needs: readonly Condition[], fields: FieldTypes): Query[] =>
  needs.flatMap((need) => {
    const { otel, apm } = byLayout(need, fields);
    if (otel === undefined && apm === undefined) return [];
    return [{ bool: { should: [inLayout(true, otel), inLayout(false, apm)], minimum_should_match: 1 } }];
  });

const MARK: Query = { exists: { field: OTEL_MARK } };

const inLayout = (isOtel: boolean, query: Query | undefined): Query => ({
  bool: { ...(isOtel ? {} : { must_not: [MARK] }), filter: [...(isOtel ? [MARK] : []), ...(query ? [query] : [])] },
});

/** The keys of attributes whose fields `queriesOf` has to know the types of. */
export const keysOf = (needs: readonly Condition[]): string[] =>
  needs.flatMap((need) => {
    if (need.type === 'any') return keysOf(need.of);
    return need.type === 'attribute' || need.type === 'attribute_value' ? [need.key] : [];
  });

function byLayout(need: Condition, fields: FieldTypes): ByLayout {
  switch (need.type) {
    case 'any': {
      const parts = need.of.map((trait) => ofTrait(trait, fields));
      return { otel: anyOf(parts.map(({ otel }) => otel)), apm: anyOf(parts.map(({ apm }) => apm)) };
    }
    case 'longer':
      return {
        otel: above('duration', need.us * 1000 - 2000),
        apm: anyOf([above('span.duration.us', need.us - 2), above('transaction.duration.us', need.us - 2)]),
      };
    case 'spans':
      return ANYTHING;
    default:
      return ofTrait(need, fields);
  }
}

function ofTrait(trait: Trait, fields: FieldTypes): ByLayout {
  switch (trait.type) {
    case 'name':
      return { otel: term('name', trait.value), apm: anyOf(APM_NAMES.map((field) => exactly(field, trait.value))) };
    case 'name_prefix':
      return {
        otel: prefix('name', trait.value),
        apm: anyOf(APM_NAMES.map((field) => startingWith(field, trait.value))),
      };
    case 'service':
      return {
        otel: withIgnored('resource.attributes.service.name', term('resource.attributes.service.name', trait.value)),
        apm: term('service.name', apmServiceOf(trait.value)),
      };
    case 'status':
      return STATUSES[trait.value] ?? ANYTHING;
    case 'kind':
      return ofKind(trait.value as Kind);
    case 'status_message':
      return { otel: { exists: { field: 'status.message' } }, apm: undefined };
    case 'event':
      return ANYTHING;
    case 'attribute':
      return trait.scalar === true ? ofAttribute(trait.key, undefined, fields) : ANYTHING;
    case 'attribute_value':
      return ofAttribute(trait.key, trait.value, fields);
  }
}

const APM_NAMES = ['transaction.name', 'span.name'];

/** APM tells OK and UNSET by outcomes that HTTP status codes change: only ERROR can be asked for. */
const STATUSES: Readonly<Record<string, ByLayout>> = {
  ERROR: { otel: term('status.code', 'Error'), apm: term('event.outcome', 'failure') },
  OK: { otel: term('status.code', 'Ok'), apm: undefined },
  UNSET: { otel: { bool: { must_not: [{ terms: { 'status.code': ['Ok', 'Error'] } }] } }, apm: undefined },
};

const OTEL_KINDS: Readonly<Record<Exclude<Kind, 'UNSPECIFIED'>, string>> = {
  INTERNAL: 'Internal',
  SERVER: 'Server',
  CLIENT: 'Client',
  PRODUCER: 'Producer',
  CONSUMER: 'Consumer',
};

function ofKind(kind: Kind): ByLayout {
  const isEntry = kind === 'SERVER' || kind === 'CONSUMER';
  const apm = isEntry ? term('processor.event', 'transaction') : undefined;
  if (kind !== 'UNSPECIFIED') return { otel: term('kind', OTEL_KINDS[kind]), apm };
  return { otel: { bool: { must_not: [{ terms: { kind: Object.values(OTEL_KINDS) } }] } }, apm };
}

/** A scalar attribute, or one with this value. */
function ofAttribute(key: string, value: string | boolean | undefined, fields: FieldTypes): ByLayout {
  // in names of fields it would stand for others
  if (key === '' || key.includes('*')) return ANYTHING;
  const label = labelOf(key);
  const labels = value === undefined ? [`labels.${label}`, `numeric_labels.${label}`] : [`labels.${label}`];
  const asLabel = value === undefined ? undefined : cut(String(value));
  return {
    otel: isMovedByOtel(key)
      ? undefined
      : anyOf([`attributes.${key}`, `resource.attributes.${key}`].map((field) => inField(field, value, fields))),
    apm: isMovedByApm(key) ? undefined : anyOf(labels.map((field) => inField(field, asLabel, fields))),
  };
}

const EXACT: ReadonlySet<string> = new Set(['keyword', 'wildcard', 'constant_keyword']);

function inField(field: string, value: string | boolean | undefined, fields: FieldTypes): Query {
  const types = fields.get(field) ?? [];
  const isExact = types.every((type) => EXACT.has(type) || (typeof value === 'boolean' && type === 'boolean'));
  return withIgnored(field, value !== undefined && isExact ? term(field, value) : { exists: { field } });
}

/** Values that were too long to index, or of a type that the field does not take, are only known to be there. */
const withIgnored = (field: string, query: Query): Query => anyOf([query, term('_ignored', field)])!;

/** A name that was cut is as long as names can be. */
const exactly = (field: string, value: string): Query => withIgnored(field, term(field, cut(value)));
const startingWith = (field: string, value: string): Query => withIgnored(field, prefix(field, cut(value)));

function term(field: string, value: string | boolean): Query {
  return { term: { [field]: value } };
}
const prefix = (field: string, value: string): Query => ({ prefix: { [field]: value } });
const above = (field: string, bound: number): Query => ({ range: { [field]: { gt: Math.floor(bound) } } });

function anyOf(queries: readonly (Query | undefined)[]): Query | undefined {
  if (queries.includes(undefined)) return undefined;
  const [only, ...others] = queries;
  return others.length === 0 ? only : { bool: { should: queries as Query[], minimum_should_match: 1 } };
}
