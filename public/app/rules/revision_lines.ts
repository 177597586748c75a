import { diffLines } from 'diff';
import type { Rule } from '../../../common/rules/rule';

/** A line of a rule in one of two revisions, or in both. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Everything of a rule that its author decides, as lines. */
export function linesOf({ name, description, severity, mode, tags, dsl, examples = [] }: Rule): string {
  return [
    `name: ${name}`,
    `severity: ${severity}`,
    `mode: ${mode}`,
    `tags: ${tags.join(', ')}`,
    ...description.split('\n').map((line) => `description: ${line}`),
    ...examples.map((example, i) => `example ${i + 1}: ${JSON.stringify(example)}`),
    '',
    dsl,
    '',
  ].join('\n');
}

/** What is other in a rule than it was before; all of it is new where there was nothing before. */
export const diffOf = (before: Rule | undefined, after: Rule): DiffLine[] =>
  diffLines(before ? linesOf(before) : '', linesOf(after)).flatMap(({ value, added, removed }) =>
    value
      .replace(/\n$/, '')
      .split('\n')
      .map((text) => ({ kind: added ? ('added' as const) : removed ? ('removed' as const) : ('same' as const), text })),
  );
