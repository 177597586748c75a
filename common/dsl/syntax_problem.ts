import { MIXED_NULLISH } from './combinators';
import { quote } from './problems';
import { failText } from './text_error';
import type { RuleToken } from './tokens';

const WORD_OPERATORS: Readonly<Record<string, string>> = {
  and: '&&',
  or: '||',
  not: '!',
  is: '===',
  AND: '&&',
  OR: '||',
};

/** Ends parsing with the problem that says best why the token at the offset (none: the end) can't stand there. */
export function explainFailure(text: string, first: RuleToken, offset: number | undefined, expected: string): never {
  let previous: RuleToken | undefined;
  let token: RuleToken | undefined = first;
  while (token && token.pos.index !== offset) {
    previous = token;
    token = token.next;
  }
  if (!token) {
    const end = previous?.end ?? text.length;
    failText(text, 'BT_SYNTAX', { offset: end, length: 0 }, { expected, found: 'the end of the rule' });
  }
  const range = { offset: token.pos.index, length: token.end - token.pos.index };
  const found = quote(token.text);
  if (expected === MIXED_NULLISH) failText(text, 'BT_MIXED_NULLISH', range);
  if (token.kind === 'reserved' || token.kind === 'return') failText(text, 'BT_RESERVED_WORD', range, { found });
  if (token.kind === '{' && previous?.kind === '=>') explainBody(text, token);
  if (token.kind === '=' && previous) {
    failText(text, 'BT_ASSIGNMENT', range, {}, { title: 'Write ===', text: '===' });
  }
  const operator = token.kind === 'identifier' && expected !== 'a name' ? WORD_OPERATORS[token.text] : undefined;
  const fix = operator === undefined ? undefined : { title: `Write ${operator}`, text: operator };
  failText(text, 'BT_SYNTAX', range, { expected, found }, fix);
}

function explainBody(text: string, open: RuleToken): never {
  let depth = 0;
  let close: RuleToken | undefined = open;
  for (; close; close = close.next) {
    if (close.kind === '{') depth++;
    if (close.kind === '}' && --depth === 0) break;
  }
  const range = { offset: open.pos.index, length: (close ?? open).end - open.pos.index };
  const body = /^\{\s*return\b([^;]*);?\s*\}$/.exec(text.slice(range.offset, range.offset + range.length))?.[1]?.trim();
  const fix = body ? { title: 'Leave out { return … }', text: body } : undefined;
  failText(text, 'BT_ARROW_BODY', range, {}, fix);
}
