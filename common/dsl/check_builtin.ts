import type { CallLink } from './ast';
import { UNKNOWN } from './check_context';
import { checkOperand } from './check_operand';
import { BUILTINS } from './members';
import type { Builtin } from './plan';
import { quote } from './problems';
import type { Scope } from './scope';
import type { Typed } from './types';

/** Checks `Number(x)`, `Math.max(a, b)` and the like. */
export function checkBuiltin(name: string, call: CallLink, scope: Scope): Typed {
  const { required, most, result } = BUILTINS.get(name)!;
  const args = call.arguments.map((argument) => checkOperand(argument, scope));
  if (!checkCount(name, call, required, most, scope)) return UNKNOWN;
  const [first] = args;
  const keepsUnit =
    name === 'Math.abs' ||
    ((name === 'Math.min' || name === 'Math.max') && args.every(({ type }) => type.unit === first?.type.unit));
  const unit = keepsUnit && first?.type.unit === 'duration' ? 'duration' : undefined;
  return {
    plan: { type: 'builtin', name: name as Builtin, args: args.map(({ plan }) => plan) },
    type: { mask: result, unit },
  };
}

/** Reports a call with too few or too many arguments. */
export function checkCount(
  name: string,
  call: CallLink,
  least: number,
  most: number,
  { context }: Pick<Scope, 'context'>,
): boolean {
  const found = call.arguments.length;
  if (found >= least && found <= most) return true;
  const bounds = most === Infinity ? `${least} or more` : least === most ? `${least}` : `${least} to ${most}`;
  const expected = most === 0 ? 'no arguments' : `${bounds} ${most === 1 ? 'argument' : 'arguments'}`;
  context.report('BT_ARGUMENT_COUNT', call, { name: quote(name), expected, found });
  return false;
}
