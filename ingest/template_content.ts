import { canonicalJson, sha256Hex } from '../common/violations/canonical';

/**
 * A digest of what a template says, the same for what was put and for what Elasticsearch answers: it nests settings below
 * `index`, makes their values strings, and leaves out what is empty.
 */
export const contentDigest = (content: object): string => sha256Hex(canonicalJson(normal(content))).slice(0, 16);

function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    if (inner === undefined || inner === null) return [];
    const made = key === 'settings' ? flat(inner as object) : normal(inner);
    return isEmpty(made) ? [] : [[key, made]];
  });
  return Object.fromEntries(entries);
}

function flat(settings: object, prefix = ''): Record<string, unknown> {
  const entries = Object.entries(settings).flatMap(([key, value]): [string, unknown][] => {
    const name = `${prefix}${key}`;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return Object.entries(flat(value as object, `${name}.`));
    }
    return [[name.replace(/^index\./, ''), normal(value)]];
  });
  return Object.fromEntries(entries);
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;
