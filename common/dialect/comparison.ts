import { quote } from '../dsl';
import type { BinaryOperator, Expression } from '../dsl/ast';
import { build } from '../dsl/builder';
import type { AttributeTest, Comparison, Name, Operation, Value } from './ast';
import type { Report } from './report';
import { translateRegex } from './regex';

/** What a name is called in the predicates that a translation is made of. */
export const SPAN = 'span';
const OTHER = 'other';

const OPPOSITE: Readonly<Record<string, Comparison>> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
};
const STRICT: Readonly<Partial<Record<Comparison, BinaryOperator>>> = { '==': '===', '!=': '!==' };

/** Attributes that are called as something that every span has. */
const FIELDS: Readonly<Record<string, string>> = {
  status: 'status',
  duration: 'duration',
  duration_ms: 'duration',
  kind: 'kind',
  name: 'name',
  service: 'service',
};

/** What holds between two numbers: never missing, so the opposite is the other operator. */
export function compareNumbers(
  left: Expression,
  operator: Comparison,
  right: Expression,
  negated: boolean,
): Expression {
  const asked = negated ? OPPOSITE[operator]! : operator;
  return build.binary([STRICT[asked] ?? (asked as BinaryOperator)], [left, right]);
}

export const spanNamed = (name: Name, variable: string): Expression =>
  equals(property(variable, 'name'), build.literal(name.text));

/** `trace.count(span => span.name === '…')` */
export const countOf = (name: Name, variable = SPAN): Expression =>
  call(build.name('trace'), 'count', build.arrow([build.name(variable)], spanNamed(name, variable)));

/** The number that a number or a text reads as; undefined where the text is not how a number is written. */
export function numberIn(value: Value): number | undefined {
  if (value.type === 'number') return Number(value.text);
  if (value.type !== 'text' || !value.quoted) return undefined;
  return String(Number(value.text)) === value.text && Number.isFinite(Number(value.text))
    ? Number(value.text)
    : undefined;
}

/**
 * What is asked of one attribute of a span. Attributes were text in the other edition and have types here: numbers and
 * Booleans are found in both forms. A missing attribute satisfies `!=` (but of ""), and nothing else.
 */
export function translateTest(test: AttributeTest, negated: boolean, report: Report): Expression {
  const { name, operation } = test;
  const attribute = build.chain(build.name(SPAN), [
    build.property('attributes'),
    build.index(build.literal(name.text)),
  ]);
  if (!name.quoted && name.words > 1) {
    if (!operation) report.refuse('BT_DIALECT_AMBIGUOUS_NAME', name, { found: quote(name.text), name: name.text });
    report.note('BT_NOTE_NOT_READ_THERE', name, { found: `${quote(name.text)} without quotes` });
  }
  const field = Object.hasOwn(FIELDS, name.text) ? FIELDS[name.text] : undefined;
  if (field !== undefined) report.note('BT_NOTE_SPAN_FIELD', name, { name: quote(name.text), field });
  if (!operation) return equalsText(attribute, 'true', negated);
  return new TestTranslator(attribute, test, operation, negated, report).translate();
}

class TestTranslator {
  private readonly value: Value;

  constructor(
    private readonly attribute: Expression,
    private readonly test: AttributeTest,
    private readonly operation: Operation,
    private readonly negated: boolean,
    private readonly report: Report,
  ) {
    this.value = operation.value;
  }

  translate(): Expression {
    switch (this.operation.operator) {
      case '==':
        return this.equal(this.negated);
      case '!=':
        return this.equal(!this.negated);
      case 'in':
        return this.inList();
      case 'matches':
        return this.matches();
      case 'contains':
        return this.contains();
      default:
        return this.order();
    }
  }

  private equal(negated: boolean): Expression {
    const { value, attribute } = this;
    switch (value.type) {
      case 'boolean':
        if (!value.value) this.note('BT_NOTE_FALSE_WAS_TRUE');
        return equalsText(attribute, String(value.value), negated);
      case 'number':
        this.noteSyntax(value);
        if (!Number.isSafeInteger(Number(value.text)) && /^\d+$/.test(value.text)) {
          return equalsText(attribute, BigInt(value.text).toString(), negated);
        }
        return equals(number(attribute), literalOf(Number(value.text)), negated);
      case 'count':
        return equals(number(attribute), countOf(value.name, OTHER), negated);
      case 'list':
        return this.wrong('a single value', 'a list');
      case 'text':
        break;
    }
    if (value.text === '') {
      this.noteMissing();
      const present = build.logical('??', [attribute, build.literal('')]);
      return negated ? equals(present, build.literal(''), true) : equals(attribute, build.literal(''));
    }
    return isLikeOther(value)
      ? equalsText(attribute, value.text, negated)
      : equals(attribute, text(value.text), negated);
  }

  private order(): Expression {
    const { value, operation, attribute } = this;
    const operator = operation.operator as BinaryOperator;
    const compared = (left: Expression, right: Expression): Expression =>
      not(build.binary([operator], [left, right]), this.negated);
    const asNumber = numberIn(value);
    if (asNumber !== undefined) {
      this.noteSyntax(value);
      this.note('BT_NOTE_NUMBERS_ONLY');
      if (operator.startsWith('<')) this.noteMissing();
      return compared(number(attribute), literalOf(asNumber));
    }
    if (value.type === 'count') return compared(number(attribute), countOf(value.name, OTHER));
    if (value.type !== 'text') return this.wrong('a number or a text', 'a list or a Boolean');
    if (operator.startsWith('<')) this.noteMissing();
    if (value.quoted) return compared(attribute, text(value.text));
    const params = { name: quote(this.test.name.text), other: quote(value.text) };
    this.report.note('BT_NOTE_TWO_ATTRIBUTES', value, params);
    const other = build.chain(build.name(SPAN), [build.property('attributes'), build.index(build.literal(value.text))]);
    return compared(number(attribute), number(other));
  }

  private inList(): Expression {
    const { value } = this;
    if (value.type !== 'list') return this.wrong('a list such as ["a", "b"]', 'a single value');
    if (value.items.some((item) => item.type === 'text' && item.quoted)) this.note('BT_NOTE_QUOTED_LIST');
    const other = value.items.find((item) => item.type !== 'text');
    if (other) this.report.note('BT_NOTE_NOT_READ_THERE', other, { found: `${this.at(other)} in a list` });
    const texts = value.items.map((item) => {
      if (item.type === 'number') return String(Number(item.text));
      return item.type === 'boolean' ? String(item.value) : item.type === 'text' ? item.text : '';
    });
    if (texts.includes('')) this.noteMissing();
    const list = build.list(texts.map(text));
    const subject = value.items.some(isLikeOther) ? call(undefined, 'String', this.attribute) : this.attribute;
    return not(call(list, 'includes', subject), this.negated);
  }

  private matches(): Expression {
    const pattern = this.plainText('a regular expression in quotes');
    const translated = translateRegex(pattern);
    if ('refused' in translated) {
      return this.report.refuse('BT_DIALECT_REGEX', this.value, { found: quote(pattern), reason: translated.refused });
    }
    if (translated.matchesEmpty) this.noteMissing();
    return not(call(build.regex(translated.regex), 'test', this.attribute), this.negated);
  }

  private contains(): Expression {
    const part = this.plainText('a text');
    if (part === '') this.noteMissing();
    return not(call(this.attribute, 'includes', text(part)), this.negated);
  }

  private plainText(expected: string): string {
    const { value } = this;
    if (value.type === 'list' || value.type === 'count') return this.wrong(expected, 'a list or a count');
    return value.type === 'boolean' ? String(value.value) : value.text;
  }

  /** Numbers that only we read. */
  private noteSyntax(value: Value): void {
    if (value.type === 'number' && !/^\d+(?:\.\d+)?$/.test(value.text)) {
      this.report.note('BT_NOTE_NOT_READ_THERE', value, { found: `the number ${quote(value.text)}` });
    }
  }

  private note(code: 'BT_NOTE_FALSE_WAS_TRUE' | 'BT_NOTE_QUOTED_LIST' | 'BT_NOTE_NUMBERS_ONLY'): void {
    this.report.note(code, this.test, { text: this.at(this.test) });
  }

  private noteMissing(): void {
    const params = { name: quote(this.test.name.text), text: this.at(this.test) };
    this.report.note('BT_NOTE_MISSING_ATTRIBUTE', this.test, params);
  }

  private wrong(expected: string, found: string): never {
    return this.report.refuse('BT_DIALECT_OPERAND', this.value, {
      operator: quote(this.operation.operator),
      expected,
      found,
    });
  }

  private at(range: { offset: number; length: number }): string {
    return quote(this.report.text.slice(range.offset, range.offset + range.length));
  }
}

/** A text that may just as well have been sent as a number or a Boolean. */
function isLikeOther(value: Value): boolean {
  if (value.type !== 'text') return true;
  return value.text === 'true' || value.text === 'false' || String(Number(value.text)) === value.text;
}

const property = (of: string, name: string): Expression => build.chain(build.name(of), [build.property(name)]);
const text = (value: string): Expression => build.literal(value);
const number = (attribute: Expression): Expression => call(undefined, 'Number', attribute);

/** As the parser would have it: a sign is an operator. */
export const literalOf = (value: number): Expression =>
  value < 0 || Object.is(value, -0) ? build.unary('-', build.literal(-value)) : build.literal(value);

const equals = (left: Expression, right: Expression, negated = false): Expression =>
  build.binary([negated ? '!==' : '==='], [left, right]);
const equalsText = (attribute: Expression, value: string, negated: boolean): Expression =>
  equals(call(undefined, 'String', attribute), text(value), negated);

export const not = (expression: Expression, negated = true): Expression =>
  negated ? build.unary('!', expression) : expression;

/** `of.method(argument)`, or a function of the language. */
export function call(of: Expression | undefined, method: string, argument: Expression): Expression {
  if (!of) return build.chain(build.name(method), [build.call([argument])]);
  const links = [build.property(method), build.call([argument])];
  return of.type === 'chain' ? build.chain(of.head, [...of.links, ...links]) : build.chain(of, links);
}
