import { BeTraceError } from '../../common/errors';
import { MAX_RULES } from './all_rules';
import { readYaml } from './rules_yaml';

export const JSON_TYPE = 'application/json';
export const YAML_TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml'] as const;
export const FILE_TYPES: readonly string[] = [JSON_TYPE, ...YAML_TYPES];
export const MAX_FILE_BYTES = 10 * 1024 * 1024;
const DEEPEST = 64;

/**
 * The rules of a file as they stand in it. JSON: one rule, a list, or `{"rules": […]}`; YAML: the same, in any number of
 * documents. Nothing about a single rule is looked at yet.
 * @throws BT_UNSUPPORTED_MEDIA_TYPE, BT_INVALID_RULES_FILE, BT_TOO_MANY_RULES
 */
export async function readRulesFile(contentType: string | undefined, bytes: Uint8Array): Promise<unknown[]> {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!FILE_TYPES.includes(type)) {
    throw new BeTraceError('BT_UNSUPPORTED_MEDIA_TYPE', `Rules are imported from ${FILE_TYPES.join(', ')}.`);
  }
  const text = decode(bytes);
  const documents = type === JSON_TYPE ? [readJson(text)] : await readYaml(text);
  for (const document of documents) assertPlain(document);
  const entries = documents.flatMap(entriesOf);
  if (entries.length > MAX_RULES) {
    throw new BeTraceError(
      'BT_TOO_MANY_RULES',
      `The file has ${entries.length} rules; at most ${MAX_RULES} are taken.`,
    );
  }
  return entries;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return invalid('The file is not UTF-8.');
  }
}

function readJson(text: string): unknown {
  if (depthOf(text) > DEEPEST) return tooDeep();
  try {
    return JSON.parse(text);
  } catch {
    return invalid('The file is not JSON.');
  }
}

/** Brackets within each other, those in strings left out; before anything is built of them. */
function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === 0x22) at = endOfString(json, at);
    else if (code === 0x5b || code === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x5d || code === 0x7d) depth--;
  }
  return deepest;
}

function endOfString(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    if (json.charCodeAt(at) === 0x5c) at++;
    else if (json.charCodeAt(at) === 0x22) return at;
  }
  return json.length;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function entriesOf(document: unknown): unknown[] {
  if (document === null || document === undefined) return [];
  if (Array.isArray(document)) return document;
  if (!isObject(document)) return invalid('A file of rules holds rules: one, a list of them, or {"rules": […]}.');
  if (!Object.hasOwn(document, 'rules')) return [document];
  const { rules } = document;
  return Array.isArray(rules) ? rules : invalid('"rules" is not a list.');
}

/** What JSON can say, within bounds, and nothing that changes what an object is. */
function assertPlain(document: unknown): void {
  const open: { value: unknown; depth: number }[] = [{ value: document, depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, depth } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > DEEPEST) tooDeep();
    if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) {
      invalid('The file has a value that JSON does not have.');
    }
    if (Object.hasOwn(value, '__proto__')) invalid('The file has a key that is not allowed: __proto__.');
    for (const inner of Object.values(value)) open.push({ value: inner, depth: depth + 1 });
  }
}

const tooDeep = (): never => invalid(`The file is nested more than ${DEEPEST} deep.`);

function invalid(message: string): never {
  throw new BeTraceError('BT_INVALID_RULES_FILE', message);
}
