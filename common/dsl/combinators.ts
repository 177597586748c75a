import type { Parser, ParserOutput, Token } from 'typescript-parsec';
import type { RuleToken, TokenKind } from './tokens';

export type RuleParser<T> = Parser<TokenKind, T>;

/**
 * One token of a kind. Unlike the library's `tok`, a failure says what was expected, in words that end up in the message.
 */
export function expect<Found extends Token<string> = RuleToken>(
  kind: Found['kind'],
  expected = '`' + kind + '`',
): Parser<Found['kind'], Found> {
  return {
    parse: (token) => (token?.kind === kind ? succeed(token, token.next, token as Found) : fail(token, expected)),
  };
}

/** One token of a kind, made into what it stands for. */
export function leaf<T>(kind: TokenKind, make: (token: RuleToken) => T, expected?: string): RuleParser<T> {
  const one = expect(kind, expected);
  return {
    parse(token) {
      const output = one.parse(token);
      return output.successful ? succeed(token, token!.next, make(token as RuleToken)) : output;
    },
  };
}

/** A parser after one token, which the caller has looked at. */
export function led<T, U>(parser: RuleParser<T>, make: (lead: RuleToken, result: T) => U): RuleParser<U> {
  return {
    parse(lead) {
      const output = parser.parse(lead?.next);
      if (!output.successful) return output;
      const { nextToken, result } = output.candidates[0]!;
      return succeed(lead, nextToken, make(lead as RuleToken, result));
    },
  };
}

/** One parser before tokens of these kinds, another before the rest. */
export function before<T>(kinds: ReadonlySet<string>, then: RuleParser<T>, otherwise: RuleParser<T>): RuleParser<T> {
  return { parse: (token) => (token && kinds.has(token.kind) ? then : otherwise).parse(token) };
}

/**
 * What a parser gives, joined with what follows where a token of one of the kinds comes next. Most often none does: then
 * nothing is made anew, where the library's `seq` and `apply` make five objects for each level of the grammar.
 */
export function extended<T, U>(
  parser: RuleParser<T>,
  kinds: ReadonlySet<string>,
  more: RuleParser<U>,
  join: (first: T, more: U) => T,
): RuleParser<T> {
  return {
    parse(token) {
      const output = parser.parse(token);
      const first = output.successful ? output.candidates[0]! : undefined;
      if (!first?.nextToken || !kinds.has(first.nextToken.kind)) return output;
      const rest = more.parse(first.nextToken);
      if (!rest.successful) return rest;
      const { nextToken, result } = rest.candidates[0]!;
      return succeed(token, nextToken, join(first.result, result));
    },
  };
}

/** Picks the parser by the kind of the next token alone, so that nothing is ever tried twice. */
export function choose<T, Kind extends string = TokenKind>(
  parsers: Partial<Record<Kind, Parser<Kind, T>>>,
  expected: string,
): Parser<Kind, T> {
  return { parse: (token) => (token && parsers[token.kind]?.parse(token)) ?? fail(token, expected) };
}

/**
 * As often as a token of one of the kinds comes next. The library's `rep_sc` copies what it has for every repetition; this
 * one takes linear time, and fails where a repetition has begun and can't be finished.
 */
export function many<Kind extends string, T>(kinds: ReadonlySet<string>, parser: Parser<Kind, T>): Parser<Kind, T[]> {
  return {
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
  };
}

/** Once or not at all, by the kind of the next token. */
export function maybe<Kind extends string, T>(
  kinds: ReadonlySet<string>,
  parser: Parser<Kind, T>,
): Parser<Kind, T | undefined> {
  return {
    parse: (token): ParserOutput<Kind, T | undefined> =>
      token && kinds.has(token.kind) ? parser.parse(token) : succeed(token, token, undefined),
  };
}

/** Stands for "expected" where the token would be in place but for an operator before it. */
export const MIXED_NULLISH = 'no mix of ?? with && or ||';

/** Fails at the token that the check finds in what was parsed. */
export function refuse<T>(parser: RuleParser<T>, check: (result: T) => RuleToken | undefined): RuleParser<T> {
  return {
    parse(token) {
      const output = parser.parse(token);
      const culprit = output.successful ? check(output.candidates[0]!.result) : undefined;
      return culprit ? fail(culprit, MIXED_NULLISH) : output;
    },
  };
}

export function succeed<Kind extends string, T>(
  firstToken: Token<Kind> | undefined,
  nextToken: Token<Kind> | undefined,
  result: T,
): ParserOutput<Kind, T> {
  return { candidates: [{ firstToken, nextToken, result }], successful: true, error: undefined };
}

function fail<Kind extends string>(token: Token<Kind> | undefined, expected: string): ParserOutput<Kind, never> {
  return { successful: false, error: { kind: 'Error', pos: token?.pos, message: expected } };
}
