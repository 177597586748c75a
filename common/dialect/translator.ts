import { quote } from '../dsl';
import type { Expression, RuleNode } from '../dsl/ast';
import { build } from '../dsl/builder';
import type { Condition, CountCheck, DialectRule, HasCheck, Joined, Name, SpanCondition } from './ast';
import { call, compareNumbers, countOf, literalOf, numberIn, SPAN, spanNamed, translateTest } from './comparison';
import type { Report } from './report';

/** Violated is: *when* holds, and *always* does not or *never* does. */
export function translateRule(rule: DialectRule, report: Report): RuleNode {
  const { clauses } = rule;
  if (clauses.length === 0) report.refuse('BT_DIALECT_NO_CLAUSE', { offset: 0, length: report.text.length });
  clauses.forEach((clause, i) => {
    if (clauses.findIndex(({ keyword }) => keyword === clause.keyword) < i) {
      report.refuse('BT_DIALECT_REPEATED_CLAUSE', clause, { found: quote(clause.keyword) });
    }
  });
  if (clauses[1]?.keyword === 'always') {
    report.note('BT_NOTE_NOT_READ_THERE', clauses[1], { found: `${quote('always')} after ${quote('never')}` });
  }
  const ordered = [...clauses].sort((a, b) => (a.keyword < b.keyword ? -1 : 1));
  const broken = ordered.map(({ keyword, condition }) => translate(condition, keyword === 'always', report));
  for (const { keyword, condition } of clauses) if (keyword === 'always') noteSomeSpan(rule.when, condition, report);
  return build.rule([], both(translate(rule.when, false, report), join('||', broken)));
}

/** A chain where the first is one: laid out a step a line. */
const both = (first: Expression, second: Expression): Expression =>
  first.type === 'chain' ? call(first, 'and', second) : join('&&', [first, second]);

/** A condition on the trace, as a match; `not` is carried inwards, which changes nothing of what it means. */
function translate(condition: Condition, negated: boolean, report: Report): Expression {
  switch (condition.type) {
    case 'not':
      return translate(condition.operand, !negated, report);
    case 'and':
    case 'or':
      return junction(condition, negated, (operand) => translate(operand, negated, report));
    case 'has':
      return step(negated ? 'missing' : 'has', predicateOf(condition, report));
    case 'count':
      return count(condition, negated, report);
  }
}

function translateSpan(condition: SpanCondition, negated: boolean, report: Report): Expression {
  switch (condition.type) {
    case 'not':
      return translateSpan(condition.operand, !negated, report);
    case 'and':
    case 'or':
      return junction(condition, negated, (operand) => translateSpan(operand, negated, report));
    case 'attribute':
      return translateTest(condition, negated, report);
  }
}

function predicateOf({ name, where, operation }: HasCheck, report: Report): Expression {
  if (!operation) {
    if (name.hasKeyword) report.note('BT_NOTE_NOT_READ_THERE', name, { found: quote(name.text) });
    return join('&&', [spanNamed(name, SPAN), ...where.map((condition) => translateSpan(condition, false, report))]);
  }
  if (where.length > 0) {
    report.refuse('BT_DIALECT_SYNTAX', operation, { expected: 'and, or or the end', found: quote(operation.operator) });
  }
  if (name.words === 1) report.refuse('BT_DIALECT_NO_ATTRIBUTE', name, { found: name.text });
  const dot = name.text.lastIndexOf('.');
  const [span, attribute] = [name.text.slice(0, dot), name.text.slice(dot + 1)];
  const params = { found: quote(name.text), name: quote(attribute), span: quote(span) };
  report.note('BT_NOTE_SPAN_ATTRIBUTE', name, params);
  const test = {
    type: 'attribute' as const,
    name: { ...name, text: attribute, words: 1 },
    operation,
    offset: name.offset,
    length: operation.offset + operation.length - name.offset,
  };
  return join('&&', [spanNamed({ ...name, text: span }, SPAN), translateTest(test, false, report)]);
}

function count({ name, operation }: CountCheck, negated: boolean, report: Report): Expression {
  const { value, operator } = operation;
  if (value.type === 'count') return compareNumbers(countOf(name), operator, countOf(value.name), negated);
  const number = numberIn(value);
  if (number === undefined) {
    const found = quote(report.text.slice(value.offset, value.offset + value.length));
    return report.refuse('BT_DIALECT_OPERAND', value, {
      operator: quote('count( )'),
      expected: 'a number or a count',
      found,
    });
  }
  return compareNumbers(countOf(name), operator, literalOf(number), negated);
}

/** The span that always asks something of is one of those that when is about: one of them is enough. */
function noteSomeSpan(when: Condition, always: Condition, report: Report): void {
  const names = new Set(checksOf(when).map(({ name }) => name.text));
  for (const { name, where } of checksOf(always)) {
    if (where.length > 0 && names.has(name.text)) {
      report.note('BT_NOTE_SOME_SPAN', name, { name: quote(name.text) });
    }
  }
}

function checksOf(condition: Condition): HasCheck[] {
  if (condition.type === 'not') return checksOf(condition.operand);
  if (condition.type === 'and' || condition.type === 'or') return condition.operands.flatMap(checksOf);
  return condition.type === 'has' ? [condition] : [];
}

function junction<Leaf extends { readonly type: string; readonly name: Name }>(
  { type, operands }: { readonly type: 'and' | 'or'; readonly operands: readonly Joined<Leaf>[] },
  negated: boolean,
  each: (operand: Joined<Leaf>) => Expression,
): Expression {
  return join((type === 'and') === negated ? '||' : '&&', operands.map(each));
}

/** One node for a run of one operator, as the parser would have it. */
function join(operator: '&&' | '||', operands: readonly Expression[]): Expression {
  if (operands.length === 1) return operands[0]!;
  return build.logical(
    operator,
    operands.flatMap((operand) =>
      operand.type === 'logical' && operand.operator === operator ? operand.operands : [operand],
    ),
  );
}

const step = (name: string, predicate: Expression): Expression =>
  call(build.name('trace'), name, build.arrow([build.name(SPAN)], predicate));
