/**
 * An attribute's value as OTLP's `AnyValue` has it. Integers beyond 2^53 are bigints, bytes are base64 strings,
 * key-value lists are maps (never objects: a key may be `__proto__`), an empty value is `null`.
 */
export type Value = string | number | bigint | boolean | null | readonly Value[] | ReadonlyMap<string, Value>;

export type Attributes = ReadonlyMap<string, Value>;

export const NO_ATTRIBUTES: Attributes = new Map();

/** A value as JSON: maps become null-prototype objects, bigints decimal strings, numbers that JSON lacks strings. */
export function toJson(value: Value): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return (value as readonly Value[]).map(toJson);
  return attributesToJson(value as Attributes);
}

/** Attributes as a null-prototype object, keys in the order of the map. */
export function attributesToJson(attributes: Attributes): Record<string, unknown> {
  const object: Record<string, unknown> = Object.create(null);
  for (const [key, value] of attributes) object[key] = toJson(value);
  return object;
}
