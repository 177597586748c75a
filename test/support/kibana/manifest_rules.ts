/** Every key that Kibana's parser of `kibana.json` knows, in 8.12 as in 9.5; by any other it refuses to start. */
const KEYS = [
  'id',
  'version',
  'kibanaVersion',
  'type',
  'owner',
  'description',
  'configPath',
  'server',
  'ui',
  'requiredPlugins',
  'optionalPlugins',
  'requiredBundles',
  'runtimePluginDependencies',
  'extraPublicDirs',
  'serviceFolders',
  'enabledOnAnonymousPages',
];
const LISTS = ['requiredPlugins', 'optionalPlugins', 'requiredBundles', 'extraPublicDirs'];

type Manifest = Readonly<Record<string, unknown>>;

/** Why a Kibana of this version would not install a plugin with this manifest, or would not start with it. */
export function manifestProblems(manifest: Manifest, kibanaVersion: string): string[] {
  const { id, version, owner, server, ui } = manifest;
  const name = (owner as { name?: unknown } | undefined)?.name;
  const unknown = Object.keys(manifest).filter((key) => !KEYS.includes(key));
  const noList = LISTS.filter((key) => key in manifest && !isListOfTexts(manifest[key]));
  return [
    ...(unknown.length > 0 ? [`unrecognized properties: ${unknown.join(', ')}`] : []),
    ...noList.map((key) => `${key} is no list of names`),
    ...(/^[a-z][a-zA-Z0-9]+$/.test(String(id)) ? [] : ['the id is not camelCase']),
    ...(typeof version === 'string' && version !== '' ? [] : ['there is no version']),
    ...(manifest['kibanaVersion'] === kibanaVersion ? [] : ['it is for another Kibana']),
    ...(typeof name === 'string' && name !== '' ? [] : ['there is no owner.name']),
    ...(typeof server === 'boolean' && typeof ui === 'boolean' && (server || ui) ? [] : ['neither server nor ui']),
    ...(['standard', 'preboot'].includes(String(manifest['type'] ?? 'standard')) ? [] : ['an unknown type']),
  ];
}

const isListOfTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((each) => typeof each === 'string' && each !== '');
