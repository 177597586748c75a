import { RE2JS } from 're2js';
import type { SpanView } from '../../trace/span';
import type { Value } from '../../trace/value';
import type { Asked, Literal, Sketch, Tested } from './arbitrary_dialect';

/** Not known: a comparison of a missing attribute with "" holds neither as `==` nor as `!=`. */
type Tri = boolean | undefined;

/** Whether the spans violate the rule as its author meant it. */
export function isViolated({ when, always, never }: Sketch, spans: readonly SpanView[]): boolean {
  if (!holds(when, spans)) return false;
  return (always !== undefined && !holds(always, spans)) || (never !== undefined && holds(never, spans));
}

function holds(asked: Asked, spans: readonly SpanView[]): boolean {
  switch (asked.kind) {
    case 'all':
      return asked.of.every((each) => holds(each, spans));
    case 'any':
      return asked.of.some((each) => holds(each, spans));
    case 'not':
      return !holds(asked.of, spans);
    case 'has':
      return spans.some(
        (span) => span.name === asked.name && asked.where.every((each) => test(each, span, spans) === true),
      );
    case 'count':
      return compare(countOf(asked.name, spans), asked.operator, numberOf(asked.value, spans));
  }
}

const countOf = (name: string, spans: readonly SpanView[]): number => spans.filter((span) => span.name === name).length;

const numberOf = (literal: Literal, spans: readonly SpanView[]): number =>
  literal.kind === 'count' ? countOf(literal.name, spans) : Number((literal as { text: string }).text);

function test(tested: Tested, span: SpanView, spans: readonly SpanView[]): Tri {
  switch (tested.kind) {
    case 'all': {
      const results = tested.of.map((each) => test(each, span, spans));
      return results.includes(false) ? false : results.includes(undefined) ? undefined : true;
    }
    case 'any': {
      const results = tested.of.map((each) => test(each, span, spans));
      return results.includes(true) ? true : results.includes(undefined) ? undefined : false;
    }
    case 'not': {
      const result = test(tested.of, span, spans);
      return result === undefined ? undefined : !result;
    }
    case 'true':
      return textOf(span.attribute(tested.key)) === 'true';
    case 'attribute':
      return testAttribute(span.attribute(tested.key), tested.operator, tested.value, span, spans);
  }
}

function testAttribute(
  value: Value | undefined,
  operator: string,
  literal: Literal,
  span: SpanView,
  spans: readonly SpanView[],
): Tri {
  switch (operator) {
    case '==':
      return equal(value, literal, spans);
    case '!=': {
      const result = equal(value, literal, spans);
      return result === undefined ? undefined : !result;
    }
    case 'in':
      return itemsOf(literal).some((item) => isOne(value, item));
    case 'contains':
      return (typeof value === 'string' || Array.isArray(value)) && value.includes((literal as { text: string }).text);
    case 'matches': {
      const subject = typeof value === 'object' || value === undefined ? undefined : String(value);
      return (
        subject !== undefined &&
        RE2JS.compile((literal as { text: string }).text)
          .matcher(subject)
          .find()
      );
    }
    default:
      break;
  }
  if (literal.kind === 'text' && !literal.quoted) {
    return compare(toNumber(value), operator, toNumber(span.attribute(literal.text)));
  }
  if (literal.kind === 'text' && !isPlainNumber(literal.text)) {
    return typeof value === 'string' && compare(value, operator, literal.text);
  }
  return compare(toNumber(value), operator, numberOf(literal, spans));
}

function equal(value: Value | undefined, literal: Literal, spans: readonly SpanView[]): Tri {
  if (literal.kind === 'count') return toNumber(value) === countOf(literal.name, spans);
  if (literal.kind === 'number') {
    if (literal.text.length > 15) return textOf(value) === literal.text;
    return toNumber(value) === Number(literal.text);
  }
  if (literal.kind === 'boolean') return textOf(value) === String(literal.value);
  const { text } = literal as { text: string };
  if (text === '' && value === undefined) return undefined;
  return isPlainNumber(text) || text === 'true' || text === 'false' ? textOf(value) === text : value === text;
}

const itemsOf = (literal: Literal): readonly Literal[] => (literal.kind === 'list' ? literal.items : []);

const isOne = (value: Value | undefined, item: Literal): boolean => {
  if (item.kind === 'number') return textOf(value) === String(Number(item.text));
  return textOf(value) === (item.kind === 'boolean' ? String(item.value) : (item as { text: string }).text);
};

const isPlainNumber = (text: string): boolean => /^(?:0|-?[1-9]\d{0,14})(?:\.\d*[1-9])?$/.test(text);
const textOf = (value: Value | undefined): string | undefined =>
  value === undefined || value === null || typeof value === 'object' ? undefined : String(value);
const toNumber = (value: Value | undefined): number =>
  value === undefined || (typeof value === 'object' && value !== null) ? NaN : Number(value);

function compare(left: number | string, operator: string, right: number | string): boolean {
  switch (operator) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    default:
      return left >= right;
  }
}
