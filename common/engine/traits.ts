/** Something that spans have; `atLeast` so many of them (one, where it does not say). */
export type Trait = { readonly atLeast?: number } & (
  | { readonly type: 'name' | 'name_prefix' | 'service' | 'status' | 'kind'; readonly value: string }
  /** `scalar`: it has to be a string, a number or a Boolean; elsewhere null, an empty list or a map may do. */
  | { readonly type: 'attribute'; readonly key: string; readonly scalar?: true }
  | { readonly type: 'attribute_value'; readonly key: string; readonly value: string | boolean }
  | { readonly type: 'status_message' | 'event' }
);

/** Something that a trace must have for a rule to be true of it. */
export type Condition =
  | Trait
  /** One of several. */
  | { readonly type: 'any'; readonly of: readonly Trait[] }
  /** A span that takes longer. */
  | { readonly type: 'longer'; readonly us: number }
  | { readonly type: 'spans'; readonly atLeast: number };

/** More alternatives than this are not told apart. */
const MOST_ALTERNATIVES = 16;

/** Conditions of alternatives: those that every one of them has, and one of what each asks for besides. */
export function oneOf(alternatives: readonly Condition[][]): Condition[] {
  const [first, ...rest] = alternatives;
  const keyed = rest.map((conditions) => new Set(conditions.map(keyOf)));
  const common = (first ?? []).filter((condition) => keyed.every((keys) => keys.has(keyOf(condition))));
  const shared = new Set(common.map(keyOf));
  const of = alternatives.map((conditions) => mostTelling(conditions.filter((each) => !shared.has(keyOf(each)))));
  const traits = of.flatMap((found) => found ?? []);
  const isVague = of.includes(undefined) || traits.length > MOST_ALTERNATIVES || traits.length === 0;
  return isVague ? common : [...common, { type: 'any', of: traits }];
}

/** What few traces have comes first. */
const TELLING: readonly Condition['type'][] = [
  'name',
  'attribute_value',
  'name_prefix',
  'attribute',
  'any',
  'event',
  'status_message',
  'service',
  'status',
  'kind',
];

/** Of conditions the one that fewest traces meet, as far as can be told without them. */
export const byTelling = (a: Condition, b: Condition): number => TELLING.indexOf(a.type) - TELLING.indexOf(b.type);

function mostTelling(conditions: readonly Condition[]): readonly Trait[] | undefined {
  const [best] = conditions.filter(({ type }) => type !== 'longer' && type !== 'spans').sort(byTelling);
  if (!best) return undefined;
  return best.type === 'any' ? best.of : [best as Trait];
}

export function unique(conditions: readonly Condition[]): Condition[] {
  return [...new Map(conditions.map((condition) => [keyOf(condition), condition])).values()];
}

const keyOf = (condition: Condition): string => JSON.stringify(condition);
