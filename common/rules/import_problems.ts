import type { z } from 'zod';
import type { problemSchema } from '../api/shared';

type ImportProblem = z.infer<typeof problemSchema>;

/** Why a rule of a file is refused, its text apart: code and message, `{name}` standing for a parameter. */
export const IMPORT_REFUSALS = {
  BT_IMPORT_FIELD: '{field}: {reason}',
  BT_IMPORT_NO_TEXT: 'The rule has no text: neither dsl, nor expression or condition.',
  BT_IMPORT_TWICE: 'Rule {number} of the same file has this {what}.',
  BT_IMPORT_AMBIGUOUS: 'The file gives no id, and {count} rules are named {name}: it is not known which is meant.',
  BT_IMPORT_CHANGED: 'The rule was changed while the file was imported; import it again.',
} as const satisfies Record<`BT_IMPORT_${string}`, string>;

/** What an import made of a rule that its file does not say. */
export const IMPORT_NOTES = {
  BT_NOTE_SEVERITY: 'There is no severity {found} here; the rule has {severity}.',
  BT_NOTE_SHORTENED: '{field} was too long, or of another form, and is not kept whole.',
  BT_NOTE_NAMED: 'The rule has no name; it is named by its id.',
  BT_NOTE_OTHER_ID: 'The id {found} cannot be kept; the rule has {id}.',
  BT_NOTE_EXAMPLES_FAIL: 'The rule says otherwise than its examples {numbers}.',
  BT_NOTE_SWITCHED_OFF: 'The rule is off, because an example of it fails and the file does not name its mode.',
  BT_NOTE_EXAMPLE_LEFT_OUT: 'The example of a violation is not one that can be kept.',
} as const satisfies Record<`BT_NOTE_${string}`, string>;

const TEMPLATES: Readonly<Record<string, string>> = { ...IMPORT_REFUSALS, ...IMPORT_NOTES };

/** A refusal or a note about a rule of a file, its message filled in. */
export function importProblem(
  code: keyof typeof IMPORT_REFUSALS | keyof typeof IMPORT_NOTES,
  params: Readonly<Record<string, string | number>> = {},
  path?: string,
): ImportProblem {
  const message = TEMPLATES[code]!.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
  return { code, params: { ...params }, message, ...(path === undefined ? {} : { path }) };
}
