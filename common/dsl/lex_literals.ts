import { quote } from './problems';
import { failText } from './text_error';

export interface Lexeme<T> {
  readonly value: T;
  readonly end: number;
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v' };
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const NUMBER_TAIL = /[\p{ID_Continue}$]*/uy;
/** What makes a string's value differ from its text, or ends it early. */
const SPECIAL = /[\\\n\r$]/;
const HEX = /^[0-9a-fA-F]+$/;

/** Reads a string or a template without code, with JavaScript's escapes. */
export function lexString(text: string, start: number): Lexeme<string> {
  const delimiter = text[start]!;
  const template = delimiter === '`';
  const plain = text.indexOf(delimiter, start + 1);
  if (plain >= 0 && !SPECIAL.test(text.slice(start + 1, plain))) {
    return { value: text.slice(start + 1, plain), end: plain + 1 };
  }
  let value = '';
  let at = start + 1;
  for (;;) {
    const character = text[at];
    if (character === delimiter) return { value, end: at + 1 };
    if (character === undefined || (!template && (character === '\n' || character === '\r'))) {
      failText(text, 'BT_UNTERMINATED', { offset: start, length: at - start }, { what: 'A string' });
    }
    if (template && character === '$' && text[at + 1] === '{') {
      failText(text, 'BT_TEMPLATE_CODE', { offset: at, length: 2 });
    }
    if (character === '\\') {
      const escape = lexEscape(text, at);
      value += escape.value;
      at = escape.end;
    } else if (character === '\r') {
      value += '\n';
      at += text[at + 1] === '\n' ? 2 : 1;
    } else {
      value += character;
      at++;
    }
  }
}

function lexEscape(text: string, start: number): Lexeme<string> {
  const character = text[start + 1] ?? '';
  const simple = Object.hasOwn(SIMPLE_ESCAPES, character) ? SIMPLE_ESCAPES[character] : undefined;
  if (simple !== undefined) return { value: simple, end: start + 2 };
  if (character === '\r') return { value: '', end: start + (text[start + 2] === '\n' ? 3 : 2) };
  if (character === '\n' || character === '\u2028' || character === '\u2029') return { value: '', end: start + 2 };
  if (character === 'x') return codeUnit(text, start, 2);
  if (character === 'u') return text[start + 2] === '{' ? codePoint(text, start) : codeUnit(text, start, 4);
  if (character === '0' && !/\d/.test(text[start + 2] ?? '')) return { value: '\0', end: start + 2 };
  if (/\d/.test(character)) invalidEscape(text, start, start + 2);
  return { value: character, end: start + 1 + character.length };
}

function codeUnit(text: string, start: number, digits: number): Lexeme<string> {
  const end = start + 2 + digits;
  const hex = text.slice(start + 2, end);
  if (hex.length !== digits || !HEX.test(hex)) invalidEscape(text, start, end);
  return { value: String.fromCharCode(parseInt(hex, 16)), end };
}

function codePoint(text: string, start: number): Lexeme<string> {
  const close = text.slice(start + 3, start + 24).indexOf('}');
  const end = start + 4 + Math.max(close, 0);
  const hex = text.slice(start + 3, start + 3 + Math.max(close, 0));
  const code = HEX.test(hex) ? parseInt(hex, 16) : Infinity;
  if (code > 0x10ffff) invalidEscape(text, start, end);
  return { value: String.fromCodePoint(code), end };
}

function invalidEscape(text: string, start: number, end: number): never {
  const stop = Math.min(end, text.length);
  failText(
    text,
    'BT_INVALID_ESCAPE',
    { offset: start, length: stop - start },
    { found: quote(text.slice(start, stop)) },
  );
}

/** Reads a decimal number; integers that a double can't hold exactly become bigints. */
export function lexNumber(text: string, start: number): Lexeme<number | bigint> {
  NUMBER.lastIndex = start;
  const digits = NUMBER.exec(text)![0];
  const end = start + digits.length;
  NUMBER_TAIL.lastIndex = end;
  const tail = NUMBER_TAIL.exec(text)![0];
  const value = Number(digits);
  if (tail !== '' || /^0\d/.test(digits) || !Number.isFinite(value)) {
    const whole = digits + tail;
    failText(text, 'BT_INVALID_NUMBER', { offset: start, length: whole.length }, { found: quote(whole) });
  }
  return { value: /^\d+$/.test(digits) && !Number.isSafeInteger(value) ? BigInt(digits) : value, end };
}

/** Finds the end of a regular expression, flags included. */
export function lexRegex(text: string, start: number): number {
  let inClass = false;
  let at = start + 1;
  for (; ; at++) {
    const character = text[at];
    if (character === undefined || /[\n\r\u2028\u2029]/.test(character)) {
      failText(text, 'BT_UNTERMINATED', { offset: start, length: at - start }, { what: 'A regular expression' });
    }
    if (character === '\\' && /^[^\n\r\u2028\u2029]/.test(text.slice(at + 1, at + 2))) at++;
    else if (character === '[') inClass = true;
    else if (character === ']') inClass = false;
    else if (character === '/' && !inClass) break;
  }
  NUMBER_TAIL.lastIndex = at + 1;
  return at + 1 + NUMBER_TAIL.exec(text)![0].length;
}
