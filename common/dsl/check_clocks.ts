import type { ValuePlan } from './plan';

/** The spans whose times are compared, where they are of more than one: their clocks may differ. */
export function clocksOf(operands: readonly ValuePlan[]): readonly ValuePlan[] {
  const spans: ValuePlan[] = [];
  for (const operand of operands) collect(operand, spans);
  return spans.length < 2 ? [] : spans;
}

function collect(plan: ValuePlan, spans: ValuePlan[]): void {
  switch (plan.type) {
    case 'field':
      if ((plan.field === 'startTime' || plan.field === 'endTime') && !spans.some((span) => isSame(span, plan.of))) {
        spans.push(plan.of);
      }
      break;
    case 'binary':
      for (const operand of plan.operands) collect(operand, spans);
      break;
    case 'builtin':
      for (const operand of plan.args) collect(operand, spans);
      break;
    case 'negative':
      collect(plan.operand, spans);
      break;
    default:
      break;
  }
}

const isSame = (a: ValuePlan, b: ValuePlan): boolean =>
  a === b || (a.type === 'variable' && b.type === 'variable' && a.variable === b.variable);
