import type { SpanView } from '../../../common/trace/span';

/*
 * The written form of where the language differs from JavaScript: each helper stands for one node of a rule's text that
 * does not mean what JavaScript would. Plain and slow on purpose.
 */

const numeric = (value: unknown): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';

/** `===`: integers of any size are numbers, things are themselves, lists and maps nothing's equal. */
export function same(a: unknown, b: unknown): boolean {
  if (numeric(a) && numeric(b)) return !(a < b) && !(a > b) && String(a) !== 'NaN' && String(b) !== 'NaN';
  if (Array.isArray(a) || a instanceof Map) return false;
  return a === b;
}

/** What `includes`, group keys and `distinct` go by. */
export function alike(a: unknown, b: unknown): boolean {
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => alike(item, b[i]));
  if (a instanceof Map) {
    return (
      b instanceof Map && a.size === b.size && [...a.keys()].every((key) => b.has(key) && alike(a.get(key), b.get(key)))
    );
  }
  return same(a, b) || (typeof a === 'number' && typeof b === 'number' && a !== a && b !== b);
}

export function binary(operator: string, a: unknown, b: unknown): unknown {
  switch (operator) {
    case '===':
      return same(a, b);
    case '!==':
      return !same(a, b);
    case '==':
      return a == null || b == null ? a == null && b == null : same(a, b);
    case '!=':
      return !(a == null || b == null ? a == null && b == null : same(a, b));
    default:
      break;
  }
  const numbers = numeric(a) && numeric(b);
  const strings = typeof a === 'string' && typeof b === 'string';
  const [x, y] = [a as number, b as number];
  switch (operator) {
    case '<':
      return (numbers || strings) && x < y;
    case '<=':
      return (numbers || strings) && x <= y;
    case '>':
      return (numbers || strings) && x > y;
    case '>=':
      return (numbers || strings) && x >= y;
    case '+':
      return strings ? a + b : numbers ? Number(a) + Number(b) : undefined;
    case '-':
      return numbers ? Number(a) - Number(b) : undefined;
    case '*':
      return numbers ? Number(a) * Number(b) : undefined;
    case '/':
      return numbers ? Number(a) / Number(b) : undefined;
    case '%':
      return numbers ? Number(a) % Number(b) : undefined;
    default:
      throw new Error(`no operator ${operator}`);
  }
}

/** A method that does not throw: undefined where the owner has none such or an argument is of the wrong kind. */
export function method(owner: unknown, name: string, args: readonly unknown[]): unknown {
  if (Array.isArray(owner)) {
    if (name === 'includes') return owner.some((item) => alike(item, args[0]));
    return name === 'at' && typeof args[0] === 'number' ? owner.at(args[0]) : undefined;
  }
  if (typeof owner !== 'string') return undefined;
  const [first] = args;
  switch (name) {
    case 'startsWith':
      return typeof first === 'string' ? owner.startsWith(first) : undefined;
    case 'endsWith':
      return typeof first === 'string' ? owner.endsWith(first) : undefined;
    case 'includes':
      return typeof first === 'string' ? owner.includes(first) : undefined;
    case 'indexOf':
      return typeof first === 'string' ? owner.indexOf(first) : undefined;
    case 'split':
      return typeof first === 'string' ? owner.split(first) : undefined;
    case 'slice':
      return args.every((value) => typeof value === 'number') ? owner.slice(...(args as number[])) : undefined;
    case 'at':
      return typeof first === 'number' ? owner.at(first) : undefined;
    case 'toUpperCase':
      return owner.toUpperCase();
    case 'toLowerCase':
      return owner.toLowerCase();
    case 'trim':
      return owner.trim();
    default:
      return undefined;
  }
}

const UNITS: Readonly<Record<string, number>> = {
  ...{ us: 1, ms: 1e3, s: 1e6, m: 60e6, min: 60e6, h: 3600e6, d: 86400e6 },
  ...{
    second: 1e6,
    seconds: 1e6,
    minute: 60e6,
    minutes: 60e6,
    hour: 3600e6,
    hours: 3600e6,
    day: 86400e6,
    days: 86400e6,
  },
};

/** Microseconds of `'5 us'` and the like; of a bare number, which is milliseconds. */
export function micros(duration: unknown): number | undefined {
  if (typeof duration === 'number') return Math.round(duration * 1000);
  const [, amount, unit] = /^([\d.]+) ?([a-z]+)$/.exec(String(duration)) ?? [];
  return unit === undefined || !(unit in UNITS) ? undefined : Math.round(Number(amount) * UNITS[unit]!);
}

/** Regular expressions: of strings, numbers and Booleans. The tests have none that could run long. */
export const matches = (regex: RegExp, subject: unknown): boolean =>
  (typeof subject === 'string' || typeof subject === 'boolean' || numeric(subject)) &&
  new RegExp(regex.source, regex.flags.replace('u', '') + 'u').test(String(subject));

const SAYS = /time[d]?[ _-]?out|deadline[ _-]?exceeded|ETIMEDOUT/i;

export function timedOut(span: SpanView): boolean {
  const says = (value: unknown): boolean => typeof value === 'string' && SAYS.test(value);
  return (
    span.status === 'ERROR' &&
    (says(span.statusMessage) ||
      says(span.attribute('error.type')) ||
      span.events.some((event) => event.name === 'exception' && says(event.attributes.get('exception.type'))) ||
      ['4', 'DEADLINE_EXCEEDED'].includes(String(span.attribute('rpc.grpc.status_code'))) ||
      ['408', '504'].includes(String(span.attribute('http.response.status_code'))))
  );
}
