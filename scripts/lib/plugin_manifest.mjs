import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './paths.mjs';

/**
 * What the manifest says differently for a line of Kibana: from a version on, up to before another one.
 * @type {readonly { from: [number, number], before: [number, number], manifest: Readonly<Record<string, unknown>> }[]}
 */
export const LINES = [
  // only kibanaReact has the theme's provider there; its bundle must be on the page
  { from: [8, 12], before: [8, 14], manifest: { requiredBundles: ['kibanaReact'] } },
];

const OLDEST = [8, 12];

/**
 * The `kibana.json` of one zip. Kibana refuses to start on a key that it doesn't know, and on any other version of itself.
 * @param {string} kibanaVersion e.g. `8.12.2`
 * @param {string} version the plugin's; browsers cache its files under it for a year
 */
export async function pluginManifest(kibanaVersion, version) {
  const match = /^(\d+)\.(\d+)\.\d+$/.exec(kibanaVersion);
  if (!match) throw new Error(`--kibana-version must be three numbers, e.g. 8.12.2, and is "${kibanaVersion}".`);
  const line = [Number(match[1]), Number(match[2])];
  if (compare(line, OLDEST) < 0) throw new Error(`Kibana ${OLDEST.join('.')} is the oldest that BeTrace is built for.`);
  const { description, owner, plugin } = await readSource();
  const differences = LINES.filter(({ from, before }) => compare(line, from) >= 0 && compare(line, before) < 0);
  return {
    id: plugin.id,
    version,
    kibanaVersion,
    type: 'standard',
    owner: { name: owner[0].split('/')[0].replace('@', '') },
    description,
    configPath: plugin.configPath,
    server: plugin.server,
    ui: plugin.browser,
    requiredPlugins: plugin.requiredPlugins,
    optionalPlugins: plugin.optionalPlugins,
    requiredBundles: [],
    ...Object.assign({}, ...differences.map(({ manifest }) => manifest)),
  };
}

/**
 * `kibana.jsonc`, where plugins inside Kibana's repository say the same things under other names.
 * @returns {Promise<any>}
 */
async function readSource() {
  const { default: typescript } = await import('typescript');
  const file = path.join(ROOT, 'kibana.jsonc');
  const { config, error } = typescript.parseConfigFileTextToJson(file, readFileSync(file, 'utf8'));
  if (error) throw new Error(`${file} can't be read: ${JSON.stringify(error.messageText)}`);
  return config;
}

/**
 * @param {readonly (number | undefined)[]} left
 * @param {readonly (number | undefined)[]} right
 */
function compare(left, right) {
  return (left[0] ?? 0) - (right[0] ?? 0) || (left[1] ?? 0) - (right[1] ?? 0);
}
