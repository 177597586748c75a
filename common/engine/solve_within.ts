import type { SpanView } from '../trace/span';
import { fixBranches } from './branches';
import type { Fact } from './fact';
import type { Formula, Test, Within } from './formula';
import { lowerBound } from './sorted';
import type { Environment, States, Window } from './windows';
import { accepts, combine, feasibleWindows, filterWindows, fits, stateOf, stateOfWindow } from './windows';

/** One choice of spans, the facts it rests on, and the window that it fills. */
interface Solution {
  readonly spans: readonly SpanView[];
  readonly facts: readonly Fact[];
  readonly window: Window;
}

/** What one way of being true is made of, in text order. */
type Part =
  | { readonly type: 'present'; readonly test: Test }
  | { readonly type: 'absent'; readonly test: Test }
  | { readonly type: 'within'; readonly solutions: readonly Solution[] }
  | { readonly type: 'condition'; readonly formula: Formula };

type Explain = (formula: Formula) => readonly Fact[];

/** The facts of a `within` that holds: of its left-most true branch, the least witness. */
export function solveWithin(within: Within, environment: Environment, explain: Explain): readonly Fact[] {
  const windows = feasibleWindows(within, environment);
  const fixed = fixBranches(within, windows, environment);
  const parts = partsOf(fixed.body, environment, explain);
  let least: Choice | undefined;
  for (const window of filterWindows(fixed, windows, environment)) {
    const choice = choose(parts, window, environment);
    if (!least || compareSpans(spansOf(choice), spansOf(least)) < 0) least = choice;
  }
  return finish(parts, least ?? [], fixed, explain).facts;
}

function partsOf(formula: Formula, environment: Environment, explain: Explain): Part[] {
  switch (formula.type) {
    case 'present':
    case 'absent':
      return [{ type: formula.type, test: formula.test }];
    case 'and':
      return formula.operands.flatMap((operand) => partsOf(operand, environment, explain));
    case 'within':
      return [{ type: 'within', solutions: allSolutions(formula, environment, explain) }];
    default:
      return [{ type: 'condition', formula }];
  }
}

/** The least solution for every window that a `within` inside another can fill, least first. */
function allSolutions(within: Within, environment: Environment, explain: Explain): Solution[] {
  const parts = partsOf(within.body, environment, explain);
  return feasibleWindows(within, environment, Infinity, true)
    .map((window) => finish(parts, choose(parts, window, environment), within, explain))
    .sort((a, b) => compareSpans(a.spans, b.spans));
}

/** For every part what it brings; nothing for absences and conditions. */
type Choice = readonly (Solution | undefined)[];

interface Option {
  readonly states: States;
  readonly solution: Solution | undefined;
}

/** The least choice in a feasible window: for each part in turn the least span that leaves the rest a choice. */
function choose(parts: readonly Part[], window: Window, { sets }: Environment): Choice {
  const options = parts.map((part) => optionsOf(part, window, sets));
  const rest: States[] = [1];
  for (let i = parts.length - 1; i >= 0; i--) {
    const states = options[i]!.reduce((all, option) => all | option.states, 0);
    rest.unshift(combine(states, rest[0]!));
  }
  let reached: States = 1;
  return options.map((choices, i) => {
    const chosen = choices.find(({ states }) => accepts(combine(combine(reached, states), rest[i + 1]!), window));
    reached = combine(reached, chosen?.states ?? 1);
    return chosen?.solution;
  });
}

const NO_SPANS: readonly Option[] = [{ states: 1, solution: undefined }];

/** Least first; of those that reach the same ends only the least. */
function optionsOf(part: Part, window: Window, sets: Environment['sets']): readonly Option[] {
  if (part.type === 'present') return optionsOfSpans(sets.certain(part.test), part.test, window);
  if (part.type !== 'within') return NO_SPANS;
  const options = new Map<States, Option>();
  for (const solution of part.solutions) {
    if (!fits(solution.window, window)) continue;
    const states = 1 << stateOfWindow(solution.window, window);
    if (!options.has(states)) options.set(states, { states, solution });
  }
  return [...options.values()];
}

function optionsOfSpans(spans: readonly SpanView[], { text }: Test, window: Window): Option[] {
  if (window.kind === 'none') return [];
  const { from, to } = window;
  const candidates = new Set([from, from + 1, to].map((start) => spans[lowerBound(spans, start)]));
  return [...candidates].flatMap((span): Option[] => {
    if (!span || span.startUs > to) return [];
    const fact: Fact = { type: 'match', span, text };
    const solution = { spans: [span], facts: [fact], window: { ...window, from: span.startUs, to: span.startUs } };
    return [{ states: 1 << stateOf(span.startUs, window), solution }];
  });
}

/** Puts a choice together: spans and facts in text order, each absence with the window it was looked for in. */
function finish(parts: readonly Part[], choice: Choice, { limitUs, text }: Within, explain: Explain): Solution {
  const spans = spansOf(choice);
  const starts = spans.map(({ startUs }) => startUs);
  const [from, to] = [
    starts.reduce((a, b) => Math.min(a, b), Infinity),
    starts.reduce((a, b) => Math.max(a, b), -Infinity),
  ];
  const window: Window = spans.length === 0 ? { kind: 'none', from: 0, to: 0 } : { kind: 'exact', from, to };
  const searched = spans.length === 0 ? null : { fromUs: to - limitUs, toUs: from + limitUs };
  const facts = parts.flatMap((part, i): readonly Fact[] => {
    if (part.type === 'absent') return [{ type: 'absence', text: part.test.text, window: searched, limit: text }];
    return part.type === 'condition' ? explain(part.formula) : (choice[i]?.facts ?? []);
  });
  const distance: Fact[] = new Set(spans).size > 1 ? [{ type: 'distance', us: to - from, limit: text }] : [];
  return { spans, facts: [...facts, ...distance], window };
}

const spansOf = (choice: Choice): SpanView[] => choice.flatMap((solution) => solution?.spans ?? []);

/** By (startTime, spanId) in text order. */
function compareSpans(a: readonly SpanView[], b: readonly SpanView[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const byStart = a[i]!.startUs - b[i]!.startUs;
    if (byStart !== 0) return byStart;
    if (a[i]!.spanId !== b[i]!.spanId) return a[i]!.spanId < b[i]!.spanId ? -1 : 1;
  }
  return a.length - b.length;
}
