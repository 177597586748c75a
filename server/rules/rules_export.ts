import type { Rule } from '../../common/rules/rule';
import { writeYaml } from './rules_yaml';

export type ExportFormat = 'json' | 'yaml';

export interface RulesFile {
  readonly contentType: string;
  readonly fileName: string;
  readonly text: string;
}

/** What a rule is, by its author's will: not its revisions, versions, times and authors, which importing makes anew. */
export const exported = ({ id, name, description, severity, mode, tags, dsl, examples }: Rule): object => ({
  id,
  name,
  description,
  severity,
  mode,
  tags,
  dsl,
  ...(examples && examples.length > 0 ? { examples } : {}),
});

/** Rules as a file that imports to the same rules, and exports to the same bytes again. */
export function rulesFile(rules: readonly Rule[], format: ExportFormat): RulesFile {
  const values = rules.map(exported);
  if (format === 'json') {
    const text = `${JSON.stringify({ rules: values }, undefined, 2)}\n`;
    return { contentType: 'application/json; charset=utf-8', fileName: 'betrace-rules.json', text };
  }
  const text = `# Rules of BeTrace, one document each.\n${writeYaml(values)}`;
  return { contentType: 'application/yaml; charset=utf-8', fileName: 'betrace-rules.yaml', text };
}

/** What `?format=` says, else what the header `accept` prefers; JSON where neither says. */
export function formatOf(format: ExportFormat | undefined, accept: string | undefined): ExportFormat {
  if (format) return format;
  const types = (accept ?? '')
    .toLowerCase()
    .split(',')
    .map((type) => type.split(';')[0]!.trim());
  const first = types.find((type) => type.endsWith('json') || type.endsWith('yaml'));
  return first?.endsWith('yaml') ? 'yaml' : 'json';
}
