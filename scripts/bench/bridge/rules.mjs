import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { ROOT } from '../../lib/paths.mjs';

const PACKS = ['security', 'privacy_and_compliance', 'reliability', 'performance', 'ai_agents'];
const BOOM = { name: 'boom', dsl: "trace.has(span => span.name === 'bench.boom')" };

/**
 * One that traces break, starter rules, then rules that look for a span of their own.
 * @param {number} count
 */
export async function rulesOf(count) {
  if (count === 0) return [];
  const packs = await Promise.all(PACKS.map((name) => readFile(path.join(ROOT, `ingest/rules/${name}.yaml`), 'utf8')));
  const starters = packs
    .flatMap((pack) => parseAllDocuments(pack).map((document) => document.toJS()))
    .map(({ name, dsl }) => ({ name, dsl }));
  const rules = [BOOM, ...starters].slice(0, Math.min(count, 50));
  while (rules.length < count) {
    const at = rules.length;
    const dsl = `trace.has(span => span.name === 'operation.${at}' && span.attributes['http.response.status_code'] >= 500)`;
    rules.push({ name: `rule ${at}`, dsl });
  }
  return rules;
}
