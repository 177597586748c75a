import type { estypes } from '@elastic/elasticsearch';

type Query = estypes.QueryDslQueryContainer;

/**
 * As much of Kibana's query language as our documentation and links use, as Elasticsearch's own queries: `field : value`, with
 * quotes, `*` and lists in parentheses, comparisons, `and`, `or`, `not`. Kibana's parser is on no registry.
 * @throws Error for everything else
 */
export function fromKql(text: string): Query {
  const tokens = [...text.matchAll(/\s*(?:"((?:[^"\\]|\\.)*)"|(<=|>=|[<>():])|([^\s<>():"]+))/gy)];
  if (tokens.map(([all]) => all).join('') !== text.trimEnd()) throw new Error(`not KQL: ${text}`);
  let at = 0;
  const sign = (): string | undefined => tokens[at]?.[2];
  const word = (): string | undefined => tokens[at]?.[3];
  const is = (keyword: string): boolean => word()?.toLowerCase() === keyword;
  const take = (expected: string): void => {
    if (sign() !== expected) throw new Error(`"${expected}" is missing in ${text}`);
    at += 1;
  };
  const list = (keyword: 'and' | 'or', part: () => Query): Query => {
    const parts = [part()];
    while (is(keyword)) {
      at += 1;
      parts.push(part());
    }
    if (parts.length === 1) return parts[0]!;
    return { bool: keyword === 'and' ? { filter: parts } : { should: parts, minimum_should_match: 1 } };
  };
  const expression = (): Query => list('or', () => list('and', negation));
  const negation = (): Query => {
    if (is('not')) {
      at += 1;
      return { bool: { must_not: [negation()] } };
    }
    if (sign() !== '(') return comparison();
    take('(');
    const inner = expression();
    take(')');
    return inner;
  };
  const comparison = (): Query => {
    const field = word();
    if (field === undefined) throw new Error(`a field is missing in ${text}`);
    at += 1;
    const operator = sign();
    if (operator === undefined) throw new Error(`no operator after ${field}`);
    at += 1;
    if (operator === ':') return values(field);
    const bound = ({ '<': 'lt', '<=': 'lte', '>': 'gt', '>=': 'gte' } as const)[operator];
    const value = word();
    if (bound === undefined || value === undefined) throw new Error(`${field} ${operator} what?`);
    at += 1;
    return { range: { [field]: { [bound]: value } } } as Query;
  };
  const values = (field: string): Query => {
    const one = (): Query => {
      const [, quoted, , bare] = tokens[at] ?? [];
      at += 1;
      if (quoted !== undefined) return { match_phrase: { [field]: quoted.replace(/\\(.)/g, '$1') } };
      if (bare === undefined) throw new Error(`${field} : what?`);
      if (bare === '*') return { exists: { field } };
      if (bare.includes('*')) return { query_string: { fields: [field], query: bare } };
      return { match: { [field]: bare } };
    };
    if (sign() !== '(') return one();
    take('(');
    const all = list('or', () => list('and', one));
    take(')');
    return all;
  };
  const query = expression();
  if (at !== tokens.length) throw new Error(`too much in ${text}`);
  return query;
}
