import type { CallLink, ChainNode, Link, RegexNode } from './ast';
import { checkCount } from './check_builtin';
import { UNKNOWN } from './check_context';
import { checkOperand } from './check_operand';
import type { RegexPlan } from './plan';
import { quote } from './problems';
import { translateRegex } from './regex';
import type { Scope } from './scope';
import type { Typed } from './types';
import { BOOLEAN, NUMBER, STRING, describe, mayBe } from './types';

const SUBJECT = STRING | NUMBER | BOOLEAN;

/** `value.matches(/re/)` */
export function checkMatches(link: Link, owner: Typed, call: CallLink, scope: Scope): Typed {
  const { context } = scope;
  if (!mayBe(owner.type, SUBJECT)) {
    context.unknown('BT_UNKNOWN_METHOD', 'matches', describe(owner.type), link, []);
    return UNKNOWN;
  }
  if (!checkCount('matches', call, 1, 1, scope)) return UNKNOWN;
  const [argument] = call.arguments;
  if (argument?.type !== 'regex') {
    const expected = 'a regular expression such as /^auth\\./';
    context.report('BT_WRONG_ARGUMENT', argument!, { name: quote('matches'), expected });
    return UNKNOWN;
  }
  return matching(owner, argument, scope);
}

/** `/re/.test(value)` */
export function checkTest(node: ChainNode, scope: Scope): Typed {
  const [method, call, more] = node.links;
  const { context } = scope;
  if (method?.type !== 'property' || method.name !== 'test' || call?.type !== 'call' || more) {
    context.report('BT_NOT_A_VALUE', node, { found: 'A regular expression without .test( )' });
    return UNKNOWN;
  }
  if (!checkCount('test', call, 1, 1, scope)) return UNKNOWN;
  const subject = checkOperand(call.arguments[0]!, scope);
  if (!mayBe(subject.type, SUBJECT)) {
    context.report('BT_WRONG_ARGUMENT', call.arguments[0]!, { name: quote('test'), expected: 'a string' });
    return UNKNOWN;
  }
  return matching(subject, node.head as RegexNode, scope);
}

function matching(subject: Typed, node: RegexNode, { context }: Scope): Typed {
  const translated = translateRegex(node.text);
  if ('refused' in translated) {
    context.report('BT_INVALID_REGEX', node, { found: quote(node.text), reason: translated.refused });
    return UNKNOWN;
  }
  const regex: RegexPlan = translated.regex;
  return { plan: { type: 'matches', subject: subject.plan, regex }, type: { mask: BOOLEAN } };
}
