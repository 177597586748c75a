import { quote } from '../dsl';
import type { DialectRule } from './ast';
import { dialectGrammar } from './grammar';
import { lex } from './lexer';
import { createProblem, Refused } from './problems';
import type { DialectToken } from './tokens';

export interface Parsed {
  readonly rule: DialectRule;
  readonly comments: readonly string[];
}

/** Parses a rule of the dialect. Throws `Refused` with the first problem. */
export function parse(text: string): Parsed {
  const { first, comments } = lex(text);
  const output = dialectGrammar.parse(first);
  if (!output.successful) fail(text, first, output.error.pos?.index, output.error.message);
  const [candidate] = output.candidates;
  const rest = candidate!.nextToken;
  if (rest) fail(text, first, rest.pos.index, 'always, never or the end of the rule');
  return { rule: candidate!.result, comments };
}

function fail(text: string, first: DialectToken | undefined, at: number | undefined, expected: string): never {
  let token = first;
  while (token && token.offset !== at) token = token.next;
  const range = token ?? { offset: text.length, length: 0 };
  const found = token ? quote(token.text) : 'the end';
  throw new Refused(createProblem(text, 'BT_DIALECT_SYNTAX', range, { expected, found }));
}
