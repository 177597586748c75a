export const REDACTED = '[redacted]';

const SENSITIVE =
  'authorization|cookie|password|passwd|passphrase|secret|token|credential|api[-_.]?key|private[-_.]?key';
const SENSITIVE_KEY = new RegExp(SENSITIVE, 'i');
/** Counts of tokens are no secrets: `gen_ai.usage.input_tokens`. */
const COUNT_KEY = /tokens|token[-_.]?count/i;
/** `password=…`, `"token": "…"`: every part is bounded or can't match in two ways, so time is linear. */
const ASSIGNMENT = new RegExp(`(${SENSITIVE})([\\w.-]{0,32}["']?\\s{0,3}[=:]\\s{0,3}["']?)[^\\s&"',;]+`, 'gi');
const SCHEME = /\b(bearer|basic)(\s{1,3})[a-z0-9+/=_.~-]{8,}/gi;

/** True where whatever stands under such an attribute key must not be kept. */
export const isSensitiveKey = (key: string): boolean => SENSITIVE_KEY.test(key);

/** True for a key that holds a number about secrets, not a secret. */
export const isCountKey = (key: string): boolean => COUNT_KEY.test(key);

/** The text without credentials, e-mail addresses and card numbers; the same string where there are none. Linear time. */
export function redactText(text: string): string {
  let result = text;
  if (/bearer|basic/i.test(result)) result = result.replace(SCHEME, `$1$2${REDACTED}`);
  if (SENSITIVE_KEY.test(result)) result = result.replace(ASSIGNMENT, `$1$2${REDACTED}`);
  if (result.includes('@')) result = replaceRanges(result, emailRanges(result));
  return replaceRanges(result, cardRanges(result));
}

interface Range {
  readonly from: number;
  readonly to: number;
}

function replaceRanges(text: string, ranges: readonly Range[]): string {
  if (ranges.length === 0) return text;
  const parts: string[] = [];
  let at = 0;
  for (const { from, to } of ranges) {
    parts.push(text.slice(at, from), REDACTED);
    at = to;
  }
  parts.push(text.slice(at));
  return parts.join('');
}

const MAX_LOCAL = 64;
const MAX_DOMAIN = 255;
const LOCAL = /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]/u;
const DOMAIN = /[\p{L}\p{N}.-]/u;

/** Looks from each `@` a bounded way to both sides. */
function emailRanges(text: string): Range[] {
  const ranges: Range[] = [];
  let end = 0;
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    let from = at;
    while (from > end && at - from < MAX_LOCAL && LOCAL.test(text.charAt(from - 1))) from--;
    let to = at + 1;
    while (to < text.length && to - at <= MAX_DOMAIN && DOMAIN.test(text.charAt(to))) to++;
    while (to > at + 1 && /[.-]/.test(text.charAt(to - 1))) to--;
    if (from < at && text.slice(at + 2, to - 1).includes('.')) {
      ranges.push({ from, to });
      end = to;
    }
  }
  return ranges;
}

const MIN_CARD = 13;
const MAX_CARD = 19;

/**
 * Runs of 13 to 19 digits, in groups by single blanks or dashes, that start as cards do and pass Luhn's check. Digits beside
 * letters are parts of ids.
 */
function cardRanges(text: string): Range[] {
  const ranges: Range[] = [];
  for (let at = 0; at < text.length; at++) {
    if (!isDigit(text, at) || /\w/.test(text.charAt(at - 1))) continue;
    const to = cardEnd(text, at);
    if (to === undefined) continue;
    ranges.push({ from: at, to });
    at = to;
  }
  return ranges;
}

/** Where a card number that starts here ends: at the end of the longest run of groups that passes. */
function cardEnd(text: string, from: number): number | undefined {
  const first = text.charCodeAt(from) - ZERO;
  if (first < 2 || first > 6) return undefined;
  const digits: number[] = [];
  let end: number | undefined;
  for (let at = from; digits.length <= MAX_CARD && at < text.length; at++) {
    if (isDigit(text, at)) digits.push(text.charCodeAt(at) - ZERO);
    else if (!/[ -]/.test(text.charAt(at)) || !isDigit(text, at + 1)) break;
    const groupEnds = isDigit(text, at) && !/\w/.test(text.charAt(at + 1));
    if (groupEnds && digits.length >= MIN_CARD && digits.length <= MAX_CARD && passesLuhn(digits)) end = at + 1;
  }
  return end;
}

const ZERO = 48;
const isDigit = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return code >= ZERO && code <= ZERO + 9;
};

function passesLuhn(digits: readonly number[]): boolean {
  let sum = 0;
  digits.forEach((digit, index) => {
    const doubled = (digits.length - index) % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  });
  return sum % 10 === 0;
}
