import type { Client } from '@elastic/elasticsearch';
import { BeTraceError } from '../../common/errors';
import { statusOf } from '../elasticsearch/errors';
import { labelOf, NOT_TRACE_INDICES, OTEL_MARK, TRACE_ID } from './mapping';
import { asStored } from './store_errors';

/** The types that a field has in the indices that are looked at; a field that none has is not in it. */
export type FieldTypes = ReadonlyMap<string, readonly string[]>;

export interface StoredFields {
  readonly indices: readonly string[];
  readonly types: FieldTypes;
}

/** Indices by pattern, without those that hold no spans of others. */
export const searched = (patterns: readonly string[]): string[] => [...patterns, ...NOT_TRACE_INDICES];

/** The fields that an attribute may lie in. */
export const fieldsOf = (key: string): string[] =>
  key === '' || key.includes('*')
    ? []
    : [`attributes.${key}`, `resource.attributes.${key}`, `labels.${labelOf(key)}`, `numeric_labels.${labelOf(key)}`];

/**
 * What there is of stored traces, as the client's user may see it.
 * @throws BT_TRACES_FORBIDDEN where there is nothing that the user may read, and security is why
 */
export async function lookAtFields(
  client: Client,
  patterns: readonly string[],
  keys: readonly string[],
  signal: AbortSignal,
): Promise<StoredFields> {
  const fields = [...new Set([TRACE_ID, OTEL_MARK, ...keys.flatMap(fieldsOf)])];
  const answer = await asStored(() =>
    client.fieldCaps(
      { index: searched(patterns), fields, ignore_unavailable: true, allow_no_indices: true },
      { signal },
    ),
  );
  const indices = [answer.indices].flat();
  if (indices.length === 0) await assertReadable(client, patterns, signal);
  const types = new Map(Object.entries(answer.fields).map(([name, byType]) => [name, Object.keys(byType)]));
  return { indices, types };
}

/** Wildcards stand for what the user may see: whether that is nothing, or nothing is there, has to be asked. */
async function assertReadable(client: Client, patterns: readonly string[], signal: AbortSignal): Promise<void> {
  let allowed: Readonly<Record<string, Readonly<Record<string, boolean>>>>;
  try {
    const answer = await client.security.hasPrivileges(
      { index: [{ names: [...patterns], privileges: ['read'] }] },
      { signal },
    );
    allowed = answer.index;
  } catch (error) {
    // a cluster without security has no such address
    if ([400, 404, 405].includes(statusOf(error) ?? 0)) return;
    return asStored(() => Promise.reject(error as Error));
  }
  if (Object.values(allowed).some(({ read }) => read)) return;
  throw new BeTraceError('BT_TRACES_FORBIDDEN', `You may not read the stored traces (${patterns.join(', ')}).`);
}
