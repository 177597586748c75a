import type { Parser, ParserOutput, Token } from 'typescript-parsec';
import type { DialectToken, Kind } from './tokens';

export type DialectParser<T> = Parser<Kind, T>;

/** One token of a kind; unlike the library's `tok`, a failure says what was expected. */
export const expect = (kind: Kind, expected = '`' + kind + '`'): DialectParser<DialectToken> => ({
  parse: (token) => (token?.kind === kind ? succeed(token, token.next, token as DialectToken) : fail(token, expected)),
});

/** Picks the parser by the kind of the next token alone, so that nothing is ever tried twice. */
export const choose = <T>(parsers: Partial<Record<Kind, DialectParser<T>>>, expected: string): DialectParser<T> => ({
  parse: (token) => (token && parsers[token.kind]?.parse(token)) ?? fail(token, expected),
});

/** As often as a token of one of the kinds comes next: in linear time, which the library's repetition doesn't take. */
export const many = <T>(kinds: ReadonlySet<Kind>, parser: DialectParser<T>): DialectParser<T[]> => ({
  parse(first) {
    const results: T[] = [];
    let token = first;
    while (token && kinds.has(token.kind)) {
      const output = parser.parse(token);
      if (!output.successful) return output;
      const [candidate] = output.candidates;
      results.push(candidate!.result);
      token = candidate!.nextToken;
    }
    return succeed(first, token, results);
  },
});

/** Once or not at all, by the kind of the next token. */
export const maybe = <T>(kinds: ReadonlySet<Kind>, parser: DialectParser<T>): DialectParser<T | undefined> => ({
  parse: (token): ParserOutput<Kind, T | undefined> =>
    token && kinds.has(token.kind) ? parser.parse(token) : succeed(token, token, undefined),
});

const succeed = <T>(
  firstToken: Token<Kind> | undefined,
  nextToken: Token<Kind> | undefined,
  result: T,
): ParserOutput<Kind, T> => ({
  candidates: [{ firstToken, nextToken, result }],
  successful: true,
  error: undefined,
});

const fail = (token: Token<Kind> | undefined, expected: string): ParserOutput<Kind, never> => ({
  successful: false,
  error: { kind: 'Error', pos: token?.pos, message: expected },
});
