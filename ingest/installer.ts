import type { Client } from '@elastic/elasticsearch';
import { errorTypeOf } from '../common/elasticsearch_error';
import type { Log } from '../common/log';
import { PLAIN_INDICES, type PlainIndex } from './indices';
import { installLifecycle, lifecycleTemplates } from './lifecycle';
import { DEFAULT_RETENTION, type Retention } from './retention';
import { updateStreams } from './streams';
import { componentState, indexTemplateState, orUndefined, type TemplateState } from './template_state';
import {
  COMPONENT_TEMPLATES,
  INDEX_TEMPLATES,
  META,
  TEMPLATES_VERSION,
  indexTemplateRequest,
  metaOf,
  type ComponentTemplate,
  type IndexTemplate,
} from './templates';

export interface Installed {
  /** Names of what was made or brought up to date. */
  readonly changed: readonly string[];
}

export interface RetentionOptions {
  /** How long new streams keep documents; existing ones that keep them as long as our template said, with `change`. */
  readonly retention: Retention;
  readonly change: boolean;
}

/**
 * Gives Elasticsearch the templates and indices that BeTrace writes to. Only what is missing or older than ours is put;
 * what is newer, or was made or changed by somebody else under our names, is left alone. Safe to run at every start and by several
 * hosts at once.
 */
export async function installAssets(client: Client, log: Log, retention = DEFAULT_RETENTION): Promise<Installed> {
  const { changed } = await installTemplates(client, log, { retention, change: true });
  const indices = await installIndices(client, PLAIN_INDICES, log);
  return { changed: [...changed, ...indices] };
}

/** The part of `installAssets` that needs the cluster privilege `manage_index_templates`. */
export async function installTemplates(
  client: Client,
  log: Log,
  { retention, change }: RetentionOptions,
): Promise<Installed> {
  const changed: string[] = [];
  for (const template of COMPONENT_TEMPLATES) {
    if (await installComponent(client, log, template)) changed.push(template.name);
  }
  for (const template of lifecycleTemplates(retention)) {
    if (await installLifecycle(client, log, template, { change })) changed.push(template.name);
  }
  for (const template of INDEX_TEMPLATES) {
    if (await installIndexTemplate(client, log, template)) changed.push(template.name);
    const streams = await updateStreams(client, template, log);
    if (streams.length > 0) log.info({ streams }, 'Brought the mappings of streams up to date');
  }
  if (changed.length > 0) log.info({ assets: changed }, 'Installed templates in Elasticsearch');
  return { changed };
}

/**
 * The part of `installAssets` that needs privileges on the indices themselves.
 * @returns the names of those that were made or brought up to date
 */
export async function installIndices(client: Client, indices: readonly PlainIndex[], log: Log): Promise<string[]> {
  const changed: string[] = [];
  for (const index of indices) if (await installIndex(client, index)) changed.push(index.name);
  if (changed.length > 0) log.info({ indices: changed }, 'Installed indices in Elasticsearch');
  return changed;
}

async function installComponent(client: Client, log: Log, component: ComponentTemplate): Promise<boolean> {
  const { name, template } = component;
  if (!isOurs(await componentState(client, component), name, log)) return false;
  await client.cluster.putComponentTemplate({ name, template, version: TEMPLATES_VERSION, _meta: metaOf(template) });
  return true;
}

async function installIndexTemplate(client: Client, log: Log, template: IndexTemplate): Promise<boolean> {
  if (!isOurs(await indexTemplateState(client, template), template.name, log)) return false;
  const { name, ...body } = indexTemplateRequest(template);
  // Kibana 8.12's client doesn't know all keys yet, and would put those in the address
  await client.transport.request({ method: 'PUT', path: `/_index_template/${name}`, body });
  return true;
}

async function installIndex(client: Client, { name, version, mappings, settings }: PlainIndex): Promise<boolean> {
  const versioned = { ...mappings, _meta: { ...META, version } };
  const found = await orUndefined(client.indices.getMapping({ index: name }));
  if (!found) {
    try {
      await client.indices.create({ index: name, mappings: versioned, settings });
      return true;
    } catch (error) {
      if (errorTypeOf(error) === 'resource_already_exists_exception') return false;
      throw error;
    }
  }
  const installed: unknown = Object.values(found)[0]?.mappings._meta?.['version'];
  if (typeof installed !== 'number' || installed >= version) return false;
  await client.indices.putMapping({ index: name, properties: mappings.properties ?? {}, _meta: versioned._meta });
  return true;
}

/** Whether it is ours to put: missing, or older and as we left it. */
function isOurs(state: TemplateState, template: string, log: Log): boolean {
  if (state === 'foreign') {
    log.warn({ template }, 'A template under our name was not made by BeTrace and is left as it is');
  }
  if (state === 'changed') {
    log.warn(
      { template },
      'A template of ours was changed by somebody and is left as it is; betrace@custom is for that',
    );
  }
  if (state === 'newer') log.info({ template }, 'A newer BeTrace made this template');
  return state === 'missing' || state === 'older';
}
