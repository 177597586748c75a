import { expectEOF } from 'typescript-parsec';
import type { Problem } from '../problem';
import type { RuleNode } from './ast';
import { ruleGrammar } from './grammar';
import { ruleLexer } from './lexer';
import { failText, TextError } from './text_error';
import { explainFailure } from './syntax_problem';

export type ParseResult = { readonly rule: RuleNode } | { readonly problem: Problem };

/** Parses a rule's text. Of syntax errors the first is reported; nothing throws, whatever the text. */
export function parse(text: string): ParseResult {
  try {
    return { rule: parseOrThrow(text) };
  } catch (error) {
    if (error instanceof TextError) return { problem: error.problem };
    throw error;
  }
}

function parseOrThrow(text: string): RuleNode {
  const first = ruleLexer.parse(text);
  if (!first) failText(text, 'BT_EMPTY_RULE', { offset: 0, length: text.length });
  const output = ruleGrammar.parse(first);
  const end = output.successful ? output.candidates[0]!.nextToken : undefined;
  if (end) explainFailure(text, first, end.pos.index, 'the end of the rule');
  const whole = expectEOF(output);
  if (!whole.successful) explainFailure(text, first, whole.error.pos?.index, whole.error.message);
  return whole.candidates[0]!.result;
}
