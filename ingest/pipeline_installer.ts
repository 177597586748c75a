import type { Client } from '@elastic/elasticsearch';
import { errorTypeOf, statusOf } from '../common/elasticsearch_error';
import type { Log } from '../common/log';
import type { Removal } from './remover';
import { HOOK, HOOK_PROCESSOR, PIPELINE, PIPELINE_BODY, type PipelineBody, pipelineContent } from './pipelines';
import { orUndefined, stateOf, type TemplateState } from './template_state';
import { META } from './templates';

/** Made by us as nobody had one, so that it goes when nothing is left in it. */
const OUR_HOOK: PipelineBody = {
  description: 'Yours to add to. BeTrace has put its pipeline here, and takes out only that.',
  _meta: { managed_by: META.managed_by },
};

/** Elasticsearch 9 answers these and doesn't take them. */
const SYSTEM_KEYS = new Set(['created_date', 'created_date_millis', 'modified_date', 'modified_date_millis']);

/** Asks for no more than to read pipelines. */
export async function pipelineState(client: Client): Promise<TemplateState> {
  const found = await read(client, PIPELINE);
  return found ? stateOf(found, pipelineContent(found), PIPELINE_BODY.version!) : 'missing';
}

/**
 * Puts the pipeline for violations that come through APM Server, unless what is there is newer or not ours, and calls it from
 * `traces-apm@custom`, whose other content stays. Needs `manage_ingest_pipelines`; who lacks it is told, and so is who has a
 * cluster without the processors.
 * @returns the names of what was made or changed
 */
export async function installPipelines(client: Client, log: Log): Promise<string[]> {
  const changed: string[] = [];
  try {
    const state = await pipelineState(client);
    if (state === 'missing' || state === 'older') {
      await put(client, PIPELINE, PIPELINE_BODY);
      changed.push(PIPELINE);
    } else if (state === 'foreign' || state === 'changed') {
      log.warn({ pipeline: PIPELINE, state }, 'A pipeline under our name is not as we make it, and is left as it is');
    }
    const hook = await read(client, HOOK);
    const processors = hook?.processors ?? [];
    if (!processors.some(isOurs)) {
      await put(client, HOOK, { ...(hook ?? OUR_HOOK), processors: [...processors, HOOK_PROCESSOR] });
      changed.push(HOOK);
    }
  } catch (error) {
    const status = statusOf(error);
    if (status !== 400 && status !== 403) throw error;
    const reason = `${status} ${errorTypeOf(error) ?? ''}`.trim();
    log.warn(
      { pipeline: PIPELINE, reason },
      'No ingest pipeline: violations that come through APM Server keep the fields that it gives them',
    );
  }
  if (changed.length > 0) log.info({ pipelines: changed }, 'Installed ingest pipelines in Elasticsearch');
  return changed;
}

/**
 * Takes our processor out of `traces-apm@custom`, and the pipeline away where it is ours and nobody else calls it. Who may not
 * manage pipelines is told that it stays.
 */
export async function removePipelines(client: Client, options: { readonly dryRun: boolean }): Promise<Removal> {
  try {
    return await removeAll(client, options);
  } catch (error) {
    if (statusOf(error) !== 403) throw error;
    return { removed: [], kept: [{ name: PIPELINE, reason: 'no privilege to manage ingest pipelines' }] };
  }
}

async function removeAll(client: Client, { dryRun }: { readonly dryRun: boolean }): Promise<Removal> {
  const [removed, kept]: [string[], { name: string; reason: string }[]] = [[], []];
  const all = await readAll(client);
  const hook = all.get(HOOK);
  if (hook?.processors?.some(isOurs)) {
    const processors = hook.processors.filter((processor) => !isOurs(processor));
    if (!dryRun) {
      if (processors.length === 0 && hook._meta?.['managed_by'] === META.managed_by) await remove(client, HOOK);
      else await put(client, HOOK, { ...hook, processors });
    }
    removed.push(HOOK);
  }
  const state = await pipelineState(client);
  const callers = [...all].flatMap(([name, body]) =>
    name !== PIPELINE && name !== HOOK && JSON.stringify(body).includes(JSON.stringify(PIPELINE)) ? [name] : [],
  );
  if (state === 'foreign') kept.push({ name: PIPELINE, reason: 'not made by BeTrace' });
  else if (state !== 'missing' && callers.length > 0)
    kept.push({ name: PIPELINE, reason: `${callers.join()} calls it` });
  else if (state !== 'missing') {
    if (!dryRun) await remove(client, PIPELINE);
    removed.push(PIPELINE);
  }
  return { removed, kept };
}

const isOurs = (processor: object): boolean =>
  (processor as Partial<typeof HOOK_PROCESSOR>).pipeline?.name === PIPELINE;

async function read(client: Client, name: string): Promise<PipelineBody | undefined> {
  const found = (await orUndefined(client.ingest.getPipeline({ id: name }))) as
    Record<string, PipelineBody> | undefined;
  const body = found?.[name];
  return body && withoutSystemKeys(body);
}

async function readAll(client: Client): Promise<Map<string, PipelineBody>> {
  const found = (await orUndefined(client.ingest.getPipeline())) as Record<string, PipelineBody> | undefined;
  return new Map(Object.entries(found ?? {}).map(([name, body]) => [name, withoutSystemKeys(body)]));
}

const withoutSystemKeys = (body: PipelineBody): PipelineBody =>
  Object.fromEntries(Object.entries(body).filter(([key]) => !SYSTEM_KEYS.has(key)));

/** Not by the client's method: whatever keys somebody's pipeline has, they go back as they came. */
async function put(client: Client, name: string, body: PipelineBody): Promise<void> {
  const path = `/_ingest/pipeline/${encodeURIComponent(name)}`;
  await client.transport.request({ method: 'PUT', path, body });
}

async function remove(client: Client, name: string): Promise<void> {
  await orUndefined(client.ingest.deletePipeline({ id: name }));
}
