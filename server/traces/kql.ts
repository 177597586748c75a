import type { estypes } from '@elastic/elasticsearch';
import { BeTraceError } from '../../common/errors';

type Query = estypes.QueryDslQueryContainer;

const MAX_DEPTH = 32;
const MAX_TOKENS = 500;

type Token =
  | { readonly type: '(' | ')' | ':' | '<' | '<=' | '>' | '>='; readonly offset: number }
  | { readonly type: 'and' | 'or' | 'not'; readonly text: string; readonly offset: number }
  | {
      readonly type: 'word';
      readonly text: string;
      /** As a wildcard query has it; undefined where there is no wildcard in it. */
      readonly pattern: string | undefined;
      readonly offset: number;
    }
  | { readonly type: 'quoted'; readonly text: string; readonly offset: number };

/**
 * A filter in KQL as a query: `field: value`, `field: "a phrase"`, `field: val*`, `field: *`, `field: (a or b)`, `field >= 5`,
 * `and`, `or`, `not` and brackets. Values without a field, wildcards in names of fields, and nested fields are refused.
 * Nothing of the text becomes a query but as a name or a value.
 * @returns undefined for a blank one
 * @throws BT_INVALID_KQL
 */
export function parseKql(text: string): Query | undefined {
  const tokens = lex(text);
  if (tokens.length === 0) return undefined;
  const parser = new Parser(tokens, text.length);
  return parser.whole();
}

const invalid = (what: string, offset: number): BeTraceError =>
  new BeTraceError('BT_INVALID_KQL', `${what} (at character ${offset + 1} of the filter).`);

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', r: '\r', n: '\n' };

function lex(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text[at]!;
    if (/\s/.test(char)) {
      at += 1;
      continue;
    }
    if (tokens.length >= MAX_TOKENS) throw invalid('The filter is too long', at);
    if (char === '{' || char === '}') throw invalid('Nested fields are not supported', at);
    const token = '():'.includes(char)
      ? { type: char as '(', offset: at, end: at + 1 }
      : char === '<' || char === '>'
        ? {
            type: (text[at + 1] === '=' ? `${char}=` : char) as '<',
            offset: at,
            end: at + (text[at + 1] === '=' ? 2 : 1),
          }
        : char === '"'
          ? quoted(text, at)
          : word(text, at);
    const { end, ...rest } = token;
    tokens.push(rest);
    at = end;
  }
  return tokens;
}

function quoted(text: string, from: number): Token & { readonly end: number } {
  let [value, at] = ['', from + 1];
  for (; at < text.length && text[at] !== '"'; at++) {
    if (text[at] === '\\' && at + 1 < text.length) {
      at += 1;
      value += ESCAPES[text[at]!] ?? (text[at] === '"' || text[at] === '\\' ? text[at]! : `\\${text[at]}`);
    } else value += text[at];
  }
  if (at >= text.length) throw invalid('A quotation mark is missing', from);
  return { type: 'quoted', text: value, offset: from, end: at + 1 };
}

function word(text: string, from: number): Token & { readonly end: number } {
  let [value, pattern, at] = ['', '', from];
  let [hasStar, isEscaped] = [false, false];
  for (; at < text.length && !/[\s():<>"{}]/.test(text[at]!); at++) {
    const isLiteral = text[at] === '\\' && at + 1 < text.length;
    if (isLiteral) at += 1;
    const char = isLiteral ? (ESCAPES[text[at]!] ?? text[at]!) : text[at]!;
    isEscaped ||= isLiteral;
    const isStar = char === '*' && !isLiteral;
    hasStar ||= isStar;
    value += char;
    pattern += !isStar && '*?\\'.includes(char) ? `\\${char}` : char;
  }
  const keyword = value.toLowerCase();
  if (!isEscaped && (keyword === 'and' || keyword === 'or' || keyword === 'not')) {
    return { type: keyword, text: value, offset: from, end: at };
  }
  return { type: 'word', text: value, pattern: hasStar ? pattern : undefined, offset: from, end: at };
}

class Parser {
  private at = 0;
  private depth = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly end: number,
  ) {}

  whole(): Query {
    const query = this.either(() => this.unary());
    const rest = this.tokens[this.at];
    if (rest) throw invalid('Something is left over', rest.offset);
    return query;
  }

  private either(operand: () => Query): Query {
    return this.joined('or', () => this.joined('and', operand, 'filter'), 'should');
  }

  private joined(type: 'and' | 'or', operand: () => Query, clause: 'filter' | 'should'): Query {
    const parts = [operand()];
    while (this.take(type)) parts.push(operand());
    if (parts.length === 1) return parts[0]!;
    return { bool: clause === 'filter' ? { filter: parts } : { should: parts, minimum_should_match: 1 } };
  }

  private unary(): Query {
    return this.nested(() => {
      if (this.take('not')) return { bool: { must_not: [this.unary()] } };
      if (!this.take('(')) return this.comparison();
      const inner = this.either(() => this.unary());
      this.expect(')');
      return inner;
    });
  }

  private comparison(): Query {
    const field = this.tokens[this.at];
    if (field?.type !== 'word' && field?.type !== 'quoted') throw invalid('A field is missing', this.offset());
    this.at += 1;
    if (field.type === 'word' && field.pattern !== undefined)
      throw invalid('Names of fields can have no wildcards', field.offset);
    const operator = this.tokens[this.at];
    if (operator?.type === ':') {
      this.at += 1;
      return this.values(field.text);
    }
    const bound = operator && BOUNDS[operator.type];
    if (bound === undefined)
      throw invalid('A value needs a field before it, as in service.name: "checkout"', field.offset);
    this.at += 1;
    const value = this.literal();
    if (value.type === 'word' && value.pattern !== undefined)
      throw invalid('A bound can have no wildcards', value.offset);
    return { range: { [field.text]: { [bound]: value.text } } };
  }

  private values(field: string): Query {
    return this.nested(() => {
      if (this.take('not')) return { bool: { must_not: [this.values(field)] } };
      if (!this.take('(')) return valueQuery(field, this.literal());
      const inner = this.either(() => this.values(field));
      this.expect(')');
      return inner;
    });
  }

  private literal(): Token & { type: 'word' | 'quoted' } {
    const token = this.tokens[this.at];
    if (token?.type !== 'word' && token?.type !== 'quoted') throw invalid('A value is missing', this.offset());
    this.at += 1;
    return token;
  }

  private nested<T>(parse: () => T): T {
    if (++this.depth > MAX_DEPTH) throw invalid('The filter is nested too deep', this.offset());
    const result = parse();
    this.depth -= 1;
    return result;
  }

  private take(type: Token['type']): boolean {
    if (this.tokens[this.at]?.type !== type) return false;
    this.at += 1;
    return true;
  }

  private expect(type: Token['type']): void {
    if (!this.take(type)) throw invalid(`"${type}" is missing`, this.offset());
  }

  private offset(): number {
    return this.tokens[this.at]?.offset ?? this.end;
  }
}

const BOUNDS: Readonly<Partial<Record<Token['type'], 'lt' | 'lte' | 'gt' | 'gte'>>> = {
  '<': 'lt',
  '<=': 'lte',
  '>': 'gt',
  '>=': 'gte',
};

/** As Kibana's own KQL asks: a phrase, a match, a pattern, or whether there is a value at all. */
function valueQuery(field: string, value: Token & { type: 'word' | 'quoted' }): Query {
  if (value.type === 'quoted') return { match_phrase: { [field]: value.text } };
  if (value.text === '*') return { exists: { field } };
  if (value.pattern !== undefined) return { wildcard: { [field]: { value: value.pattern } } };
  return { match: { [field]: { query: value.text, lenient: true } } };
}
