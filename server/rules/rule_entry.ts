import { z } from 'zod';
import { keptExamplesSchema, type RuleExample } from '../../common/api/rule_examples';
import { createRuleSchema, modeSchema } from '../../common/api/rules';
import type { ImportedRule } from '../../common/api/rules_import';
import { isDialect, translate } from '../../common/dialect';
import { compile } from '../../common/engine';
import { failingExamples } from '../../common/rules/examples';
import { importProblem } from '../../common/rules/import_problems';
import { type Mode, SEVERITIES, type Severity } from '../../common/rules/rule';
import type { RuleFields } from './rule_store';

type Note = ImportedRule['notes'][number];

/** A rule of a file, ready to be saved. */
export interface Draft {
  /** Undefined where the file gives none, or none that can be kept. */
  readonly id: string | undefined;
  /** `mode` is left out where the file does not say it. */
  readonly fields: Omit<RuleFields, 'mode'> & { readonly mode?: Mode };
  readonly translatedFrom: string | undefined;
  readonly notes: readonly Note[];
}

export interface RefusedEntry {
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly translatedFrom: string | undefined;
  readonly notes: readonly Note[];
  readonly problems: readonly Note[];
}

/** Ids become parts of addresses, and of other documents' ids. */
const ID = /^(?!(?:import|export|examples|preview)$)[A-Za-z0-9][A-Za-z0-9._~:-]{0,127}$/;
const DEFAULT_SEVERITY: Severity = 'MEDIUM';
const MAX = { name: 200, description: 4_000, tag: 64, tags: 32 } as const;

const ownSchema = createRuleSchema.omit({ ifExamplesFail: true }).extend({
  id: z
    .string()
    .regex(ID, 'An id is up to 128 letters, digits and . _ ~ : -, the first a letter or a digit.')
    .optional(),
  mode: modeSchema.optional(),
});

/** Only what a translation needs; the other edition adds times and the like, and takes any text as severity. */
const theirSchema = z.object({
  id: z.string().optional(),
  name: z.string().optional(),
  description: z.string().nullish(),
  severity: z.string().nullish(),
  enabled: z.boolean().nullish(),
  tags: z.array(z.string()).nullish(),
  compliance_frameworks: z.array(z.string()).nullish(),
  example_violation: z.unknown().optional(),
});

const theirExampleSchema = z.object({
  trace: z.array(z.object({ span: z.string(), attributes: z.record(z.string(), z.json()).nullish() })).min(1),
});

/** Reads one rule of a file, in our form (`dsl`) or the other edition's (`expression`, `condition`); never throws. */
export function readEntry(entry: unknown): Draft | RefusedEntry {
  const record = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
  const known = { id: textIn(record, 'id'), name: textIn(record, 'name'), translatedFrom: undefined, notes: [] };
  if (Object.hasOwn(record, 'dsl')) {
    const parsed = ownSchema.safeParse(entry);
    if (!parsed.success) return { ...known, problems: fieldProblems(parsed.error) };
    return readOwn(parsed.data);
  }
  const text = textIn(record, 'expression') ?? textIn(record, 'condition');
  if (text === undefined) return { ...known, problems: [importProblem('BT_IMPORT_NO_TEXT')] };
  const parsed = theirSchema.safeParse(entry);
  if (!parsed.success) return { ...known, problems: fieldProblems(parsed.error) };
  return readTheirs(parsed.data, text);
}

function readOwn({ id, examples = [], mode, ...rest }: z.infer<typeof ownSchema>): Draft | RefusedEntry {
  const fields = { ...rest, ...(mode ? { mode } : {}) };
  return finish({ id, fields, examples, notes: [], translatedFrom: undefined, modeIsNamed: mode !== undefined });
}

function readTheirs(rule: z.infer<typeof theirSchema>, text: string): Draft | RefusedEntry {
  const notes: Note[] = [];
  const translatedFrom = isDialect(text) ? text : undefined;
  const translation = translatedFrom === undefined ? { dsl: text, notes: [] } : translate(text);
  const known = { id: rule.id, name: rule.name, translatedFrom };
  if ('problems' in translation) return { ...known, notes, problems: plain(translation.problems) };
  const name = rule.name?.trim() || rule.id?.trim();
  if (!name) {
    return { ...known, notes, problems: [importProblem('BT_IMPORT_FIELD', { field: 'name', reason: 'is missing' })] };
  }
  if (!rule.name?.trim()) notes.push(importProblem('BT_NOTE_NAMED'));
  const shorten = (field: 'name' | 'description', value: string): string => {
    if (value.length > MAX[field]) notes.push(importProblem('BT_NOTE_SHORTENED', { field }));
    return value.slice(0, MAX[field]).replace(/[\ud800-\udbff]$/, '');
  };
  const fields = {
    name: shorten('name', name).trim(),
    description: shorten('description', (rule.description ?? '').trim()),
    severity: severityOf(rule.severity ?? '', notes),
    tags: tagsOf([...(rule.tags ?? []), ...(rule.compliance_frameworks ?? [])], notes),
    dsl: translation.dsl,
    ...(typeof rule.enabled === 'boolean' ? { mode: rule.enabled ? ('on' as const) : ('off' as const) } : {}),
  };
  const examples = exampleOf(rule.example_violation, notes);
  const id = rule.id !== undefined && ID.test(rule.id) ? rule.id : undefined;
  const modeIsNamed = rule.enabled === false;
  return finish({ id, fields, examples, notes: [...notes, ...plain(translation.notes)], translatedFrom, modeIsNamed });
}

/** Compiles the rule, and runs its examples. */
function finish({
  id,
  fields,
  examples,
  notes: before,
  translatedFrom,
  modeIsNamed,
}: {
  readonly id: string | undefined;
  readonly fields: Omit<Draft['fields'], 'version' | 'examples'>;
  readonly examples: readonly RuleExample[];
  readonly notes: readonly Note[];
  readonly translatedFrom: string | undefined;
  readonly modeIsNamed: boolean;
}): Draft | RefusedEntry {
  const notes = [...before];
  const compiled = compile(fields.dsl);
  if (!('rule' in compiled)) {
    return { id, name: fields.name, translatedFrom, notes, problems: plain(compiled.problems) };
  }
  // warnings have their places in our text, which the report shows
  if (translatedFrom === undefined) notes.push(...plain(compiled.warnings));
  const failing = failingExamples(compiled.rule, examples);
  let { mode } = fields;
  if (failing.length > 0) notes.push(importProblem('BT_NOTE_EXAMPLES_FAIL', { numbers: failing.join(', ') }));
  if (failing.length > 0 && !modeIsNamed) {
    mode = 'off';
    notes.push(importProblem('BT_NOTE_SWITCHED_OFF'));
  }
  return {
    id,
    fields: {
      ...fields,
      version: compiled.rule.version,
      ...(mode ? { mode } : {}),
      ...(examples.length > 0 ? { examples } : {}),
    },
    translatedFrom,
    notes,
  };
}

function severityOf(text: string, notes: Note[]): Severity {
  const found = SEVERITIES.find((severity) => severity === text.trim().toUpperCase());
  if (!found) {
    notes.push(importProblem('BT_NOTE_SEVERITY', { found: `"${text.slice(0, 40)}"`, severity: DEFAULT_SEVERITY }));
  }
  return found ?? DEFAULT_SEVERITY;
}

function tagsOf(texts: readonly string[], notes: Note[]): string[] {
  const tags = [...new Set(texts.map((tag) => tag.trim()).filter(Boolean))];
  const kept = tags.filter((tag) => tag.length <= MAX.tag).slice(0, MAX.tags);
  if (kept.length < tags.length) notes.push(importProblem('BT_NOTE_SHORTENED', { field: 'tags' }));
  return kept;
}

/** The trace that the other edition's packs show a violation by. */
function exampleOf(value: unknown, notes: Note[]): RuleExample[] {
  if (value === undefined || value === null) return [];
  const parsed = theirExampleSchema.safeParse(value);
  const examples = keptExamplesSchema.safeParse([
    {
      matches: true,
      spans: parsed.data?.trace.map(({ span, attributes }) => ({ name: span, ...(attributes ? { attributes } : {}) })),
    },
  ]);
  if (examples.success) return examples.data;
  notes.push(importProblem('BT_NOTE_EXAMPLE_LEFT_OUT'));
  return [];
}

const textIn = (record: Record<string, unknown>, key: string): string | undefined => {
  const value = Object.hasOwn(record, key) ? record[key] : undefined;
  return typeof value === 'string' ? value : undefined;
};

/** As the report's schema has them. */
const plain = (problems: readonly (Omit<Note, 'params'> & { params?: Readonly<Note['params']> })[]): Note[] =>
  problems.map(({ params, ...problem }) => ({ ...problem, ...(params ? { params: { ...params } } : {}) }));

function fieldProblems(error: z.ZodError): Note[] {
  return error.issues.slice(0, 10).map((issue) => {
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    const field = [...issue.path.map(String), ...(unknown === undefined ? [] : [unknown])].join('.') || 'rule';
    const reason = unknown === undefined ? issue.message : 'is not a field of a rule';
    return importProblem(
      'BT_IMPORT_FIELD',
      { field: field.slice(0, 200), reason: reason.slice(0, 200) },
      field.slice(0, 200),
    );
  });
}
