import type { Client, estypes } from '@elastic/elasticsearch';
import { statusOf } from '../common/elasticsearch_error';
import { contentDigest } from './template_content';
import { type ComponentTemplate, type IndexTemplate, META, TEMPLATES_VERSION } from './templates';

/**
 * What there is under a name of ours. `foreign`: made by somebody else. `changed`: ours, and changed since by somebody
 * else. Of lifecycles, `differs`: as we left it, and the settings say otherwise since; `kept`: the operator's since we made it.
 */
export type TemplateState = 'missing' | 'older' | 'current' | 'newer' | 'changed' | 'foreign' | 'differs' | 'kept';

interface Versioned {
  readonly version?: number | undefined;
  readonly _meta?: Readonly<Record<string, unknown>> | undefined;
}

export async function componentState(client: Client, { name }: ComponentTemplate): Promise<TemplateState> {
  const found = await componentOf(client, name);
  return found ? stateOf(found, found.template) : 'missing';
}

export async function indexTemplateState(client: Client, { name }: IndexTemplate): Promise<TemplateState> {
  const found = await orUndefined(client.indices.getIndexTemplate({ name }));
  const existing = found?.index_templates[0]?.index_template;
  if (!existing) return 'missing';
  const { index_patterns, priority, composed_of, template } = existing;
  return stateOf(existing, { index_patterns: [index_patterns].flat(), priority, composed_of, template });
}

/** @returns undefined where there is none */
export async function componentOf(
  client: Client,
  name: string,
): Promise<(Versioned & { readonly template: estypes.IndicesIndexState }) | undefined> {
  const found = await orUndefined(client.cluster.getComponentTemplate({ name }));
  const component = found?.component_templates[0]?.component_template;
  return component && { version: component.version, _meta: component._meta, template: component.template };
}

/** What there is under a name of ours, by what it says of itself and by its content. */
export function stateOf({ version, _meta }: Versioned, content: object, ours = TEMPLATES_VERSION): TemplateState {
  if (_meta?.['managed_by'] !== META.managed_by || version === undefined) return 'foreign';
  const digest = _meta['digest'];
  if (version > ours) return 'newer';
  if (typeof digest === 'string' && digest !== contentDigest(content)) return 'changed';
  return version < ours ? 'older' : 'current';
}

/** Answers undefined to 404. */
export async function orUndefined<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}
