import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ActiveRule } from '../../../common/rules/rule';
import type { JournalFiles } from './files';

const NAME = 'rules.ndjson';
const FORMAT = 1;
const RULES_PER_TURN = 500;

export interface RecordedRules {
  readonly revision: number;
  readonly rules: readonly ActiveRule[];
}

/**
 * Keeps the rules that traces are judged by from now on, in the place of the former ones: after a restart, what was begun
 * under them is finished under them. Other work gets its turn in between.
 */
export async function recordRules(files: JournalFiles, { revision, rules }: RecordedRules): Promise<void> {
  const parts = [JSON.stringify({ format: FORMAT, revision, rules: rules.length })];
  for (let first = 0; first < rules.length; first += RULES_PER_TURN) {
    parts.push(...rules.slice(first, first + RULES_PER_TURN).map((rule) => JSON.stringify(rule)));
    await nextTurn();
  }
  await files.replace(NAME, Buffer.from(parts.join('\n')));
}

/** Undefined where there are none, or none that this version can read. */
export async function recordedRules(files: JournalFiles): Promise<RecordedRules | undefined> {
  const content = await files.readWhole(NAME);
  if (content === undefined) return undefined;
  try {
    const [head, ...lines] = content
      .toString('utf8')
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    const { format, revision, rules } = head as { format: number; revision: number; rules: number };
    if (format !== FORMAT || rules !== lines.length) return undefined;
    return { revision, rules: lines as ActiveRule[] };
  } catch {
    return undefined;
  }
}
