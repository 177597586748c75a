import { documentationOf } from '../documentation';
import { ANY, EVENT, LINK, SPAN, UNDEFINED } from '../types';
import { parameterMeanings } from './calls';
import type { Candidate, Known } from './completion';
import { candidate } from './completion';
import { inQuotes } from './insertion';
import type { Meaning, Member } from './meaning';
import { isAttributes, meaningInWords, membersOf } from './meaning';

const ANY_VALUE = ANY & ~UNDEFINED;
const SIMPLE_KEY = /^[A-Za-z_$][\w$]*$/;
const PARAMETER_NAMES: readonly (readonly [number, readonly string[]])[] = [
  [SPAN, ['span', 'other', 'third']],
  [EVENT, ['event']],
  [LINK, ['link']],
];

/** What may stand behind a dot. Where a call's brackets are there already, only the name is put in. */
export function memberCandidates(owner: Meaning, names: ReadonlySet<string>, isCalled: boolean): Candidate[] {
  return membersOf(owner).map((member) => {
    const entry = documentationOf(member.owner, member.entry);
    const snippet = isCalled ? undefined : entry?.insert;
    return candidate(member.kind, member.name, {
      ...(snippet === undefined ? {} : { insert: withParameter(snippet, owner, member, names), isSnippet: true }),
      ...(member.meaning ? { type: meaningInWords(member.meaning) } : {}),
      ...(entry ? { documentation: entry.text } : {}),
    });
  });
}

function withParameter(snippet: string, owner: Meaning, member: Member, names: ReadonlySet<string>): string {
  const [over] = parameterMeanings(owner, member);
  return snippet.replaceAll('%', parameterName(over, names));
}

/** A name for the parameter of an arrow function that no other has around it; over spans, if nothing else is known. */
export function parameterName(over: Meaning | undefined, names: ReadonlySet<string>): string {
  const mask = over?.kind === 'value' ? over.type.mask : SPAN;
  const [, likely] = PARAMETER_NAMES.find(([bits]) => (mask & ANY_VALUE) === 0 && mask & bits) ?? [0, ['item']];
  return likely.find((name) => !names.has(name)) ?? likely[0]!;
}

/** Attributes behind the dot of a span, where people look for them first. */
export function attributeCandidates(owner: Meaning, { attributes = [] }: Known): Candidate[] {
  const isSpan = owner.kind === 'value' && (owner.type.mask & ~UNDEFINED) === SPAN;
  return isSpan
    ? attributes.map((key) =>
        candidate('key', key, { insert: `attributes['${inQuotes(key, "'")}']`, type: 'an attribute' }),
      )
    : [];
}

/** Keys behind a dot; those that are no names stand in brackets instead of behind it. */
export function keyCandidates(owner: Meaning, isOptional: boolean, { attributes = [] }: Known): DottedKeys | undefined {
  if (!isAttributes(owner)) return undefined;
  const [plain, others] = [true, false].map((wanted) => attributes.filter((key) => SIMPLE_KEY.test(key) === wanted));
  const dot = isOptional ? '?.' : '';
  return {
    behind: plain!.map((key) => candidate('key', key)),
    instead: others!.map((key) => candidate('key', key, { insert: `${dot}['${inQuotes(key, "'")}']` })),
  };
}

interface DottedKeys {
  readonly behind: readonly Candidate[];
  readonly instead: readonly Candidate[];
}
