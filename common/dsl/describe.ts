import { scopeWords, ValueWords, where, windowWords } from './describe_values';
import type { FollowsPlan, Lambda, MatchPlan, RulePlan, ScopeVariable, ValuePlan, Variable } from './plan';

/** One condition in words; the conditions that it is made of, where it is of several. */
export interface Sentence {
  readonly text: string;
  readonly parts: readonly Sentence[];
}

/**
 * What a checked rule asks of a trace, in English words made from what it means: named predicates are written out, `missing`,
 * `every` and `where` are told apart. Every literal of the rule is in it.
 */
export const describe = ({ match }: Pick<RulePlan, 'match'>): Sentence => say(match);

/** The same in one line. */
export const inOneLine = ({ text, parts }: Sentence): string =>
  parts.length === 0 ? text : `${text} ${parts.map((each) => `(${inOneLine(each)})`).join(', ')}`;

const VALUES = new ValueWords(new Map(), (match) => inOneLine(say(match)));

const plain = (text: string): Sentence => ({ text, parts: [] });

function say(match: MatchPlan): Sentence {
  switch (match.type) {
    case 'has':
      return plain(presence(match.scope, match.predicate));
    case 'guard':
      return plain(`it is a trace with ${presence(match.scope, match.predicate)}`);
    case 'bound': {
      const [before, own] = match.predicate.parameters;
      const clause = VALUES.lambda(match.predicate);
      return plain(`some span ${own?.name} ${where(clause)}, ${before?.name} being the one found before`);
    }
    case 'condition':
      return plain(VALUES.clause(match.value));
    case 'and':
      return joined('All of these hold:', flattened(match, 'and'));
    case 'or':
      return joined('At least one of these holds:', flattened(match, 'or'));
    case 'not':
      return negated(match.operand);
    case 'within': {
      const text = `This holds with spans that start within ${windowWords(match.limitUs, match.text)}:`;
      return { text, parts: [say(match.operand)] };
    }
    case 'follows':
      return succession(match);
    case 'requires':
      return {
        text: 'The first holds, and what it requires does not:',
        parts: [
          say(match.left),
          match.required.length === 1
            ? negated(match.required[0]!)
            : { text: 'Not all of these hold:', parts: match.required.map(say) },
        ],
      };
    case 'groups': {
      const { kind, by, quantifier, from } = match;
      const text =
        kind === 'under'
          ? `For ${quantifier} span${scopeWords(from)} ${where(VALUES.lambda(by))}, taken with all that is below it:`
          : `For ${quantifier} part of the spans${scopeWords(from)} that agree in ${VALUES.given(by)}:`;
      return { text, parts: [say(match.body)] };
    }
  }
}

/** What is not there has no time of its own: it is looked for before or after what is. */
function succession({ first, then, limitUs, text }: FollowsPlan): Sentence {
  const window = limitUs === undefined ? '' : windowWords(limitUs, text);
  if (isAbsence(first) === isAbsence(then)) {
    const limit = window === '' ? '' : `, no more than ${window} after it`;
    return { text: `First the one, then the other${limit}:`, parts: [say(first), say(then)] };
  }
  const [anchor, absent, side] = isAbsence(first) ? [then, first, 'before'] : [first, then, 'after'];
  const lacking = say(absent);
  const within = window === '' ? '' : `within ${window} `;
  return {
    text: 'All of these hold:',
    parts: [say(anchor), { ...lacking, text: `${within}${side} that, ${lacking.text}` }],
  };
}

const isAbsence = (match: MatchPlan): boolean => match.type === 'not' && match.operand.type === 'has';

const joined = (text: string, operands: readonly MatchPlan[]): Sentence => ({ text, parts: operands.map(say) });

function flattened(match: MatchPlan, type: 'and' | 'or'): MatchPlan[] {
  return match.type === type ? match.operands.flatMap((each) => flattened(each, type)) : [match];
}

function presence(scope: ScopeVariable, { parameters, ...predicate }: Lambda): string {
  const clause = VALUES.lambda({ parameters, ...predicate });
  if (parameters.length === 1) return `some span${scopeWords(scope)} ${where(clause)}`;
  const [a, b] = names(parameters);
  return `some two different spans ${a} and ${b}${scopeWords(scope)} ${where(clause)}`;
}

const names = (parameters: readonly Variable[]): string[] => parameters.map(({ name }) => name);

function negated(operand: MatchPlan): Sentence {
  if (operand.type === 'not') return say(operand.operand);
  if (operand.type !== 'has' && operand.type !== 'guard') {
    const said = say(operand);
    return said.parts.length === 0
      ? plain(`it is not so that ${said.text}`)
      : { text: 'This does not hold:', parts: [said] };
  }
  const { predicate, scope } = operand;
  const { parameters, value } = predicate;
  // as `every` is checked: no span that does not
  if (value.type === 'not' && parameters.length === 1) {
    return plain(`every span${scopeWords(scope)}: ${clauseOf(parameters, value.operand, predicate)}`);
  }
  const clause = VALUES.lambda(predicate);
  if (parameters.length === 1) return plain(`no span${scopeWords(scope)} ${where(clause)}`);
  const [a, b] = names(parameters);
  return plain(`no two different spans ${a} and ${b}${scopeWords(scope)} ${where(clause)}`);
}

const clauseOf = (parameters: readonly Variable[], value: ValuePlan, predicate: Lambda): string =>
  VALUES.lambda({ ...predicate, parameters, value });
