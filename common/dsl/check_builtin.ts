import type { CallLink } from './ast';
import { UNKNOWN } from './check_context';
import { BUILTINS } from './members';
import type { Builtin } from './plan';
import { quote } from './problems';
import type { Typed } from './types';
import type { ValueScope } from './value_scope';
import { checkOperand } from './value_scope';

/** Checks `Number(x)`, `Math.max(a, b)` and the like. */
export function checkBuiltin(name: string, call: CallLink, scope: ValueScope): Typed {
  const { required, most, result } = BUILTINS.get(name)!;
  const args = call.arguments.map((argument) => checkOperand(argument, scope));
  if (!checkCount(name, call, required, most, scope)) return UNKNOWN;
  const unit = name === 'Math.abs' && args[0]?.type.unit === 'duration' ? 'duration' : undefined;
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
  { context }: Pick<ValueScope, 'context'>,
): boolean {
  const found = call.arguments.length;
  if (found >= least && found <= most) return true;
  const bounds = most === Infinity ? `${least} or more` : least === most ? `${least}` : `${least} to ${most}`;
  const expected = most === 0 ? 'no arguments' : `${bounds} ${most === 1 ? 'argument' : 'arguments'}`;
  context.report('BT_ARGUMENT_COUNT', call, { name: quote(name), expected, found });
  return false;
}
