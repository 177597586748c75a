import type { Comparison, MatchPlan, Predicate, ValuePlan } from '../dsl/plan';
import type { SpanView } from '../trace/span';
import type { Trend } from './attribute_trend';
import { trendOf } from './attribute_trend';
import type { ValueCompiler } from './compile_value';

/** A predicate ready to run. */
export interface Test {
  /** Place among the rule's tests. */
  readonly index: number;
  readonly text: string;
  readonly trend: Trend;
  readonly value: ValuePlan;
  holds(span: SpanView): boolean;
}

/**
 * A match with `not` pushed down to where it ends: at predicates (an absence), guards, comparisons and whole `within`s.
 * Nothing but `and`, `or` and `within` holds other formulas together, so more truth inside is more truth outside.
 */
export type Formula =
  | { readonly type: 'present' | 'absent'; readonly test: Test }
  | { readonly type: 'guard'; readonly test: Test; readonly negated: boolean }
  | { readonly type: 'count'; readonly test: Test; readonly operator: Comparison; readonly bound: number }
  | { readonly type: 'constant'; readonly value: boolean }
  | { readonly type: 'and' | 'or'; readonly operands: readonly Formula[] }
  | Within
  | { readonly type: 'outside'; readonly within: Within };

export interface Within {
  readonly type: 'within';
  readonly body: Formula;
  readonly limitUs: number;
  /** The limit in the rule's own words. */
  readonly text: string;
}

const NEGATED: Readonly<Record<Comparison, Comparison>> = {
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  '===': '!==',
  '!==': '===',
  '==': '!==',
  '!=': '===',
};

/** Brings a match into that form, and gives the tests it is made of. */
export function toFormula(plan: MatchPlan, compiler: ValueCompiler): { formula: Formula; tests: readonly Test[] } {
  const tests = new Map<Predicate, Test>();
  const testOf = (predicate: Predicate): Test => {
    const known = tests.get(predicate);
    if (known) return known;
    const getter = compiler.predicate(predicate);
    const test: Test = {
      index: tests.size,
      text: predicate.text,
      trend: trendOf(predicate),
      value: predicate.value,
      holds: (span) => Boolean(getter(span)),
    };
    tests.set(predicate, test);
    return test;
  };
  const formula = convert(plan, false, testOf);
  return { formula, tests: [...tests.values()] };
}

function convert(plan: MatchPlan, negated: boolean, testOf: (predicate: Predicate) => Test): Formula {
  switch (plan.type) {
    case 'has':
      return { type: negated ? 'absent' : 'present', test: testOf(plan.predicate) };
    case 'guard':
      return { type: 'guard', test: testOf(plan.predicate), negated };
    case 'count': {
      const operator = negated ? NEGATED[plan.operator] : plan.operator;
      return { type: 'count', test: testOf(plan.predicate), operator, bound: plan.bound };
    }
    case 'constant':
      return { type: 'constant', value: plan.value !== negated };
    case 'not':
      return convert(plan.operand, !negated, testOf);
    case 'within': {
      const { limitUs, text } = plan;
      const within: Within = { type: 'within', body: convert(plan.operand, false, testOf), limitUs, text };
      return negated ? { type: 'outside', within } : within;
    }
    case 'and':
    case 'or': {
      const type = (plan.type === 'and') === negated ? 'or' : 'and';
      const operands = plan.operands.map((operand) => convert(operand, negated, testOf));
      return { type, operands: operands.flatMap((operand) => (operand.type === type ? operand.operands : [operand])) };
    }
  }
}
