import type { Client, estypes } from '@elastic/elasticsearch';
import { statusOf } from '../common/elasticsearch_error';
import type { Log } from '../common/log';
import type { Retention } from './retention';
import { retentionOf, streamLifecycles, putStreamLifecycle } from './stream_lifecycles';
import { contentDigest } from './template_content';
import { componentOf, type TemplateState } from './template_state';
import { INDEX_TEMPLATES, META, metaOf, TEMPLATES_VERSION } from './templates';

/** What gives the streams of an index template how long they keep documents, from when they are made. */
export interface LifecycleTemplate {
  readonly name: string;
  /** Of the streams. */
  readonly pattern: string;
  readonly retention: string;
}

const lifecycleName = (indexTemplate: string): string => `${indexTemplate}@lifecycle`;

export const LIFECYCLE_NAMES: readonly string[] = INDEX_TEMPLATES.map(({ name }) => lifecycleName(name));

export const lifecycleTemplates = (retention: Retention): readonly LifecycleTemplate[] =>
  INDEX_TEMPLATES.map(({ name, of, pattern }) => ({ name: lifecycleName(name), pattern, retention: retention[of] }));

/** What there is under the name of a lifecycle's template, and the retention that it gives. */
export interface FoundLifecycle {
  readonly state: TemplateState;
  /** Null where it gives none. */
  readonly retention: string | null;
}

export async function lifecycleState(
  client: Client,
  { name, retention: wanted }: LifecycleTemplate,
): Promise<FoundLifecycle> {
  const found = await componentOf(client, name);
  if (!found) return { state: 'missing', retention: null };
  const retention = retentionOf(found.template.lifecycle) ?? null;
  if (found._meta?.['managed_by'] !== META.managed_by) return { state: 'foreign', retention };
  // the version before this one left no digest; it gave each stream 30 days
  const given = found._meta['digest'] ?? contentDigest(contentOf(FORMER_RETENTION));
  if (given !== contentDigest(normal(found.template))) return { state: 'kept', retention };
  return { state: retention === wanted ? 'current' : 'differs', retention };
}

const FORMER_RETENTION = '30d';

/**
 * Puts the template where it is missing and the cluster has data stream lifecycles. Where it is as we left it and gives
 * another retention, that changes on request (`change`), first in the streams that have it from the template, then in the
 * template: done again after an end in between, it goes on. What an operator has changed stays.
 * @returns whether the template was put
 */
export async function installLifecycle(
  client: Client,
  log: Log,
  template: LifecycleTemplate,
  { change }: { readonly change: boolean },
): Promise<boolean> {
  const { name, retention } = template;
  const found = await lifecycleState(client, template);
  if (found.state === 'missing') return make(client, log, template);
  if (found.state !== 'differs' || found.retention === null) return false;
  const told = { template: name, installed: found.retention, retention };
  if (!change) {
    log.warn(told, 'The settings have another retention than Elasticsearch; set-up changes it');
    return false;
  }
  if (!(await follow(client, log, template, found.retention))) return false;
  await client.cluster.putComponentTemplate(requestOf(template));
  await follow(client, log, template, found.retention); // those that were made in between
  log.info(told, 'Changed how long documents are kept');
  return true;
}

async function make(client: Client, log: Log, template: LifecycleTemplate): Promise<boolean> {
  try {
    await client.cluster.putComponentTemplate({ ...requestOf(template), create: true });
    return true;
  } catch (error) {
    if (statusOf(error) !== 400) throw error;
    if (await componentOf(client, template.name)) return false; // another host was faster
    log.warn(
      { template: template.name },
      'This cluster has no data stream lifecycle: nothing takes old documents away',
    );
    return false;
  }
}

/** @returns false where the privileges for it lack; then nothing has changed, or what has, has for good */
async function follow(
  client: Client,
  log: Log,
  { name, pattern, retention }: LifecycleTemplate,
  former: string,
): Promise<boolean> {
  try {
    const streams = (await streamLifecycles(client, pattern)) ?? [];
    for (const stream of streams) {
      if (stream.retention === former) await putStreamLifecycle(client, stream.name, retention);
    }
    return true;
  } catch (error) {
    if (statusOf(error) !== 403) throw error;
    log.warn({ template: name }, 'The retention stays: to change it, manage on the streams is needed');
    return false;
  }
}

const contentOf = (retention: string): estypes.IndicesIndexState => ({ lifecycle: { data_retention: retention } });

/** Elasticsearch answers `enabled`, too. */
const normal = (template: estypes.IndicesIndexState): object => {
  const { enabled, ...lifecycle } = (template.lifecycle ?? {}) as { enabled?: boolean };
  return { ...template, lifecycle: enabled === false ? { enabled, ...lifecycle } : lifecycle };
};

const requestOf = ({ name, retention }: LifecycleTemplate): estypes.ClusterPutComponentTemplateRequest => ({
  name,
  template: contentOf(retention),
  version: TEMPLATES_VERSION,
  _meta: metaOf(contentOf(retention)),
});
