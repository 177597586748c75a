import type { Client } from '@elastic/elasticsearch';
import { statusOf } from '../common/elasticsearch_error';
import type { Log } from '../common/log';
import { COMPONENT_TEMPLATES, type IndexTemplate, META, TEMPLATES_VERSION } from './templates';

/**
 * Streams that exist already get the fields that a newer template adds; the rest follows with their next rollover. Needs
 * `manage` on the streams; who lacks it is told, and loses nothing: documents are stored whole, new fields of theirs can be
 * searched for from the rollover on.
 * @returns the streams that were brought up to date
 */
export async function updateStreams(client: Client, { name, pattern }: IndexTemplate, log: Log): Promise<string[]> {
  const properties = COMPONENT_TEMPLATES.find((component) => component.name === `${name}@mappings`)?.template.mappings
    ?.properties;
  if (!properties) return [];
  const updated: string[] = [];
  let stream = pattern;
  try {
    const { data_streams } = await client.indices.resolveIndex({ name: pattern });
    for (const each of data_streams) {
      stream = each.name;
      const index = [each.backing_indices].flat().at(-1);
      if (index === undefined || !(await isOlder(client, index))) continue;
      await client.indices.putMapping({ index: stream, write_index_only: true, properties, _meta: META });
      updated.push(stream);
    }
  } catch (error) {
    const status = statusOf(error);
    if (status === 403) log.debug({ stream }, 'No privilege to look at the mappings of streams, or to change them');
    else if (status === 400)
      log.warn({ stream }, 'The mappings of a stream do not agree with ours, and stay as they are');
    else if (status !== 404) throw error;
  }
  return updated;
}

async function isOlder(client: Client, index: string): Promise<boolean> {
  const found = await client.indices.getMapping({ index });
  const version: unknown = found[index]?.mappings._meta?.['version'];
  return typeof version !== 'number' || version < TEMPLATES_VERSION;
}
