import type { Client } from '@elastic/elasticsearch';
import { statusOf } from '../common/elasticsearch_error';
import { METADATA_INDEX } from './indices';
import { LIFECYCLE_NAMES } from './lifecycle';
import { componentOf, indexTemplateState, orUndefined } from './template_state';
import { COMPONENT_TEMPLATES, INDEX_TEMPLATES, META } from './templates';

export interface Removal {
  /** Names of what is removed, or would be. */
  readonly removed: readonly string[];
  /** What stays, and why. */
  readonly kept: readonly { readonly name: string; readonly reason: string }[];
}

export interface RemovalOptions {
  /** Violations, their evidence, metrics and the list of signing keys, too, of all spaces: without them templates in use stay. */
  readonly data: boolean;
  readonly dryRun: boolean;
}

/**
 * Takes out of Elasticsearch what the installer put there, and on request what was written. What somebody else made under
 * our names stays, and so do the hooks (`…@custom`). Rules and API keys are not touched here.
 */
export async function removeAssets(client: Client, { data, dryRun }: RemovalOptions): Promise<Removal> {
  const removed: string[] = [];
  const kept: { name: string; reason: string }[] = [];
  const streams = new Map<string, readonly string[]>();
  for (const { name, pattern } of INDEX_TEMPLATES) streams.set(name, await streamsOf(client, pattern));
  const remove = async (name: string, request: () => Promise<unknown>): Promise<void> => {
    if (!dryRun) await orUndefined(request());
    removed.push(name);
  };

  if (data) {
    for (const name of [...streams.values()].flat()) {
      await remove(name, () => client.indices.deleteDataStream({ name }));
    }
    if (await client.indices.exists({ index: METADATA_INDEX })) {
      await remove(METADATA_INDEX, () => client.indices.delete({ index: METADATA_INDEX }));
    }
  }
  const needed = new Set<string>();
  for (const template of INDEX_TEMPLATES) {
    const { name, composedOf } = template;
    const state = await indexTemplateState(client, template);
    if (state === 'missing') continue;
    const users = data ? 0 : streams.get(name)!.length;
    if (state === 'foreign') kept.push({ name, reason: 'not made by BeTrace' });
    else if (users > 0) kept.push({ name, reason: `${users} data ${users === 1 ? 'stream uses' : 'streams use'} it` });
    else {
      await remove(name, () => client.indices.deleteIndexTemplate({ name }));
      continue;
    }
    for (const component of composedOf) needed.add(component);
  }
  for (const name of [...COMPONENT_TEMPLATES.map((template) => template.name), ...LIFECYCLE_NAMES]) {
    const found = await componentOf(client, name);
    if (!found) continue;
    const isOurs = found._meta?.['managed_by'] === META.managed_by;
    if (!isOurs) kept.push({ name, reason: 'not made by BeTrace' });
    else if (needed.has(name)) kept.push({ name, reason: 'an index template that stays is composed of it' });
    else {
      try {
        await remove(name, () => client.cluster.deleteComponentTemplate({ name }));
      } catch (error) {
        if (statusOf(error) !== 400) throw error;
        kept.push({ name, reason: 'an index template of somebody else is composed of it' });
      }
    }
  }
  return { removed, kept };
}

async function streamsOf(client: Client, pattern: string): Promise<string[]> {
  const { data_streams } = await client.indices.resolveIndex({ name: pattern });
  return data_streams.map(({ name }) => name);
}
