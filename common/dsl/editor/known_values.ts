import { mayBe, BOOLEAN, KINDS, STATUSES } from '../types';
import type { Candidate, Known } from './completion';
import { candidate } from './completion';
import type { Frame } from './frame';
import type { ValueMeaning } from './meaning';
import { isAttributes } from './meaning';
import type { Lexeme } from './scan';

export const DURATIONS = ['100 ms', '1 second', '5 seconds', '30 seconds', '1 minute', '5 minutes', '1 hour'] as const;

/** Strings that are likely where a literal may stand, and other literals. */
export interface Likely {
  readonly kind: 'key' | 'value' | 'duration';
  readonly strings: readonly string[];
  readonly others: readonly string[];
}

/** What may stand in a place: keys of attributes, values to compare with, durations. `next` is what stands after it. */
export function likelyAt(
  { kind, callee, compared, place }: Frame,
  next: Lexeme | undefined,
  known: Known,
): Likely | undefined {
  if ((kind === 'index' && isAttributes(callee?.owner)) || next?.kind === 'in') {
    return { kind: 'key', strings: known.attributes ?? [], others: [] };
  }
  if (compared?.kind === 'value') return likelyValues(compared, known);
  if (kind === 'call' && place === 0 && callee?.owner.kind === 'match' && callee.member?.name === 'within') {
    return { kind: 'duration', strings: DURATIONS, others: [] };
  }
  return undefined;
}

function likelyValues({ type, subject }: ValueMeaning, known: Known): Likely | undefined {
  if (type.unit === 'duration') return { kind: 'duration', strings: DURATIONS, others: [] };
  if (type.choices) {
    return { kind: 'value', strings: type.choices === 'status' ? [...STATUSES, 'TIMEOUT'] : KINDS, others: [] };
  }
  const { fields = {}, values = {} } = known;
  const name = subject?.name ?? '';
  const table: Known['values'] = subject?.kind === 'field' ? fields : values;
  const found = subject && Object.hasOwn(table!, name) ? table![name]! : [];
  const isTruth = found.length === 0 && mayBe(type, BOOLEAN);
  return {
    kind: 'value',
    strings: found.filter((value) => typeof value === 'string'),
    others: isTruth
      ? ['true', 'false']
      : found.filter((value) => typeof value === 'boolean' || Number.isFinite(value)).map(String),
  };
}

/** Strings as candidates, each made of its text by `quoted`. */
export const stringCandidates = ({ kind, strings }: Likely, quoted: (text: string) => string): Candidate[] =>
  strings.map((text) => candidate(kind, text, { insert: quoted(text) }));
