import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../lib/paths.mjs';

const FILE = path.join(ROOT, 'ingest/rules/shop.yaml');
const HEADERS = { 'content-type': 'application/json' };

/** @typedef {{ name: string, description: string, severity: string, tags: string[], dsl: string }} StarterRule */

/**
 * The starter rules of the shop.
 * @returns {Promise<StarterRule[]>}
 */
export async function readStarterRules() {
  // only now: this file may be loaded before anything is installed
  const { parseAllDocuments } = await import('yaml');
  return parseAllDocuments(readFileSync(FILE, 'utf8')).map((document) => {
    const { name, description, severity, tags, dsl } = document.toJS();
    return { name, description, severity, tags, dsl };
  });
}

/**
 * Saves the starter rules that this Elasticsearch has not had yet. One that the user has changed, renamed, switched off
 * or deleted stays as the user left it; what was saved is known by its id, which a file keeps.
 * @param {string} url of the host
 * @param {string} file by name, the ids of the rules that were saved
 * @returns {Promise<string[]>} the names of those that were saved now
 */
export async function installStarterRules(url, file) {
  /** @type {Record<string, string>} */
  const ids = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const { rules } = await ask(`${url}/api/v1/rules?limit=10000`);
  const present = new Set(rules.map((/** @type {StarterRule} */ { name }) => name));
  const saved = [];
  for (const rule of await readStarterRules()) {
    const id = ids[rule.name];
    if (present.has(rule.name) || (id !== undefined && (await isKnown(url, id)))) continue;
    const created = await ask(`${url}/api/v1/rules`, { method: 'POST', headers: HEADERS, body: JSON.stringify(rule) });
    ids[rule.name] = created.id;
    writeFileSync(file, JSON.stringify(ids, undefined, 2));
    saved.push(rule.name);
  }
  return saved;
}

/**
 * Whether there is or was such a rule: a deleted one has its history still.
 * @param {string} url
 * @param {string} id
 */
async function isKnown(url, id) {
  const { status } = await fetch(`${url}/api/v1/rules/${id}/history`);
  return status === 200;
}

/**
 * @param {string} url
 * @param {RequestInit} [init]
 * @returns {Promise<any>}
 */
async function ask(url, init) {
  const answer = await fetch(url, init);
  if (answer.ok) return answer.json();
  const why = answer.status === 401 ? 'the demo needs a host on loopback: unset BETRACE_HOST' : await answer.text();
  throw new Error(`The starter rules could not be saved (${answer.status}): ${why}`);
}
