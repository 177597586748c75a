import type { Client } from '@elastic/elasticsearch';
import { type FoundLifecycle, lifecycleState, type LifecycleTemplate, lifecycleTemplates } from './lifecycle';
import { pipelineState } from './pipeline_installer';
import { PIPELINE } from './pipelines';
import { DEFAULT_RETENTION, type Retention } from './retention';
import { type Lifecycles, probeLifecycles, streamLifecycles } from './stream_lifecycles';
import { componentState, indexTemplateState, type TemplateState } from './template_state';
import { COMPONENT_TEMPLATES, INDEX_TEMPLATES } from './templates';

export interface Asset {
  readonly name: string;
  readonly kind: 'component_template' | 'index_template' | 'ingest_pipeline';
  readonly state: TemplateState;
}

interface RetentionOf {
  /** What the settings say. */
  readonly wanted: string;
  /** What streams that are made now get; null for none. */
  readonly installed: string | null;
}

export interface RetentionState {
  readonly lifecycles: Lifecycles;
  readonly violations: RetentionOf;
  readonly evidence: RetentionOf;
  readonly metrics: RetentionOf;
  /** Streams, of those that the client may see, that keep documents for another time than the template says. */
  readonly streamsOfTheirOwn: readonly string[];
}

export interface AssetStates {
  readonly assets: readonly Asset[];
  readonly retention: RetentionState;
}

/**
 * Everything of ours in the cluster that the installers put there, and how long documents are kept.
 * @param client may `monitor` and read pipelines
 * @param viewer whose streams are looked at
 */
export async function assetStates(client: Client, viewer: Client, retention: Retention): Promise<AssetStates> {
  const lifecycles = await lifecycleStates(client, retention);
  const [templates, pipeline, probed, streamsOfTheirOwn] = await Promise.all([
    statesOf(client, lifecycles),
    pipelineState(client),
    probeLifecycles(viewer, INDEX_TEMPLATES[0]!.pattern),
    deviating(viewer, lifecycles),
  ]);
  const [violations, evidence, metrics] = lifecycles.map(({ template, found }) => ({
    wanted: template.retention,
    installed: found.retention,
  }));
  return {
    assets: [...templates, { name: PIPELINE, kind: 'ingest_pipeline', state: pipeline }],
    retention: {
      lifecycles: probed,
      violations: violations!,
      evidence: evidence!,
      metrics: metrics!,
      streamsOfTheirOwn,
    },
  };
}

/** All templates of ours; asks for no more than `monitor` or `manage_index_templates`. */
export const templateStates = async (client: Client, retention = DEFAULT_RETENTION): Promise<Asset[]> =>
  statesOf(client, await lifecycleStates(client, retention));

interface LifecycleState {
  readonly template: LifecycleTemplate;
  readonly found: FoundLifecycle;
}

const lifecycleStates = (client: Client, retention: Retention): Promise<LifecycleState[]> =>
  Promise.all(
    lifecycleTemplates(retention).map(async (template) => ({
      template,
      found: await lifecycleState(client, template),
    })),
  );

async function statesOf(client: Client, lifecycles: readonly LifecycleState[]): Promise<Asset[]> {
  const components = COMPONENT_TEMPLATES.map(async (template): Promise<Asset> => {
    const state = await componentState(client, template);
    return { name: template.name, kind: 'component_template', state };
  });
  const templates = INDEX_TEMPLATES.map(async (template): Promise<Asset> => {
    const state = await indexTemplateState(client, template);
    return { name: template.name, kind: 'index_template', state };
  });
  const ofLifecycles = lifecycles.map(({ template: { name }, found: { state } }): Asset => ({
    name,
    kind: 'component_template',
    state,
  }));
  return [...(await Promise.all(components)), ...ofLifecycles, ...(await Promise.all(templates))];
}

async function deviating(viewer: Client, lifecycles: readonly LifecycleState[]): Promise<string[]> {
  const found = await Promise.all(
    lifecycles.map(async ({ template, found: { retention } }) => {
      const streams = (await streamLifecycles(viewer, template.pattern).catch(() => undefined)) ?? [];
      return streams.flatMap((stream) => ((stream.retention ?? null) === retention ? [] : stream.name));
    }),
  );
  return found.flat().sort();
}
