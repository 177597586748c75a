import { printLiteral } from '../print';
import type { TextRange } from './scan';
import { scan } from './scan';

/** A text's inside of quotes of a kind, with what must be escaped there. */
export function inQuotes(value: string, quote: string): string {
  const printed = printLiteral(value).slice(1, -1);
  if (quote === "'") return printed;
  return printed.replace(/\\.|["`$]/g, (piece) => {
    if (piece === "\\'") return "'";
    return piece.length === 1 && (piece === quote || (piece === '$' && quote === '`')) ? '\\' + piece : piece;
  });
}

/** As a snippet has text that is no place to fill. */
export const literally = (text: string): string => text.replace(/[\\$}]/g, '\\$&');

/** What a snippet puts in when no place is filled. */
export const plainText = (snippet: string): string =>
  snippet.replace(
    /\\([\\$}])|\$\{\d+:([^}]*)\}|\$\d/g,
    (_piece, escaped?: string, filled?: string) => escaped ?? filled ?? '',
  );

/** Whether a text has no more broken tokens once a stretch of it is replaced. */
export const staysWhole = (text: string, { start, end }: TextRange, insert: string): boolean =>
  brokenTokens(text.slice(0, start) + insert + text.slice(end)) <= brokenTokens(text);

export function brokenTokens(text: string): number {
  let count = 0;
  for (const { kind } of scan(text)) if (kind === 'invalid') count++;
  return count;
}
