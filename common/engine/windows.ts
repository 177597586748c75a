import type { SpanView } from '../trace/span';
import type { Budget } from './budget';
import type { Formula, Test, Within } from './formula';
import type { SpanSets } from './span_sets';
import { countPairs, lowerBound } from './sorted';

/** Steps that a window costs whatever is looked for in it. */
const WINDOW_COST = 10;

/** What a `within` is decided from. */
export interface Environment {
  readonly sets: SpanSets;
  holds(formula: Formula): boolean;
  readonly budget: Budget;
}

/**
 * Where the spans of a witness may start. An exact window has one at either end; a loose one, enough where nothing is
 * looked for in vain, only bounds them. `none`: a witness without spans.
 */
export interface Window {
  readonly kind: 'exact' | 'loose' | 'none';
  readonly from: number;
  readonly to: number;
}

const NONE: Window = { kind: 'none', from: 0, to: 0 };

/**
 * Which ends of an exact window a choice of spans can reach, as a set of states: bit 0 for neither end, bit 1 for the
 * first, bit 2 for the last, bit 3 for both.
 */
export type States = number;

export const REACHES_BOTH: States = 8;

export const stateOf = (start: number, { from, to }: Window): number =>
  (start === from ? 1 : 0) | (start === to ? 2 : 0);

/** The states of two choices made together. */
export function combine(a: States, b: States): States {
  let states = 0;
  for (let i = 0; i < 4; i++) {
    if ((a & (1 << i)) === 0) continue;
    for (let j = 0; j < 4; j++) if (b & (1 << j)) states |= 1 << (i | j);
  }
  return states;
}

export const accepts = (states: States, { kind }: Window): boolean =>
  kind === 'exact' ? (states & REACHES_BOTH) !== 0 : states !== 0;

/** The windows, up to a number, in which a `within` has a witness. Only `exact` ones say where a witness begins and ends. */
export function feasibleWindows(within: Within, environment: Environment, most = Infinity, exact = false): Window[] {
  const nested = nestedWindows(within.body, environment);
  const candidates = candidateWindows(within, environment, nested, exact);
  return filterWindows(within, candidates, environment, nested, most);
}

/** Those of the windows in which a `within` has a witness. */
export function filterWindows(
  within: Within,
  candidates: Iterable<Window>,
  environment: Environment,
  nested = nestedWindows(within.body, environment),
  most = Infinity,
): Window[] {
  const found: Window[] = [];
  for (const window of candidates) {
    if (found.length >= most) break;
    if (accepts(statesOf(within.body, window, within.limitUs, environment, nested), window)) found.push(window);
  }
  return found;
}

type Nested = ReadonlyMap<Within, readonly Window[]>;

function nestedWindows(formula: Formula, environment: Environment): Nested {
  const nested = new Map<Within, readonly Window[]>();
  const visit = (part: Formula): void => {
    if (part.type === 'within') nested.set(part, feasibleWindows(part, environment, Infinity, true));
    else if (part.type === 'and' || part.type === 'or') part.operands.forEach(visit);
  };
  visit(formula);
  return nested;
}

function* candidateWindows(
  within: Within,
  { sets, budget }: Environment,
  nested: Nested,
  exact: boolean,
): Generator<Window> {
  const shape = shapeOf(within.body);
  const starts = new Set<number>();
  for (const test of shape.present) for (const { startUs } of sets.certain(test)) starts.add(startUs);
  let parts = shape.size;
  for (const windows of nested.values()) {
    parts += windows.length;
    for (const { kind, from, to } of windows) if (kind !== 'none') starts.add(from).add(to);
  }
  const sorted = [...starts].sort((a, b) => a - b);
  const single = shape.most <= 1 && nested.size === 0;
  const loose = !exact && !shape.absences;
  const pairs = single || loose ? sorted.length : countPairs(sorted, within.limitUs);
  budget.spend(pairs * (parts + WINDOW_COST));
  yield NONE;
  for (let i = 0; i < sorted.length; i++) {
    const from = sorted[i]!;
    if (loose) yield { kind: 'loose', from, to: from + within.limitUs };
    else if (single) yield { kind: 'exact', from, to: from };
    else {
      for (let j = i; j < sorted.length && sorted[j]! - from <= within.limitUs; j++) {
        yield { kind: 'exact', from, to: sorted[j]! };
      }
    }
  }
}

interface Shape {
  readonly present: readonly Test[];
  /** Whether it looks for something in vain by itself, not within a `within` inside. */
  readonly absences: boolean;
  /** The most spans that one way of being true takes. */
  readonly most: number;
  readonly size: number;
}

function shapeOf(formula: Formula): Shape {
  switch (formula.type) {
    case 'present':
      return { present: [formula.test], absences: false, most: 1, size: 1 };
    case 'absent':
      return { present: [], absences: true, most: 0, size: 1 };
    case 'and':
    case 'or': {
      const shapes = formula.operands.map(shapeOf);
      const counts = shapes.map(({ most }) => most);
      return {
        present: shapes.flatMap(({ present }) => present),
        absences: shapes.some(({ absences }) => absences),
        most: formula.type === 'and' ? counts.reduce((sum, count) => sum + count, 0) : Math.max(0, ...counts),
        size: shapes.reduce((sum, { size }) => sum + size, 1),
      };
    }
    default:
      return { present: [], absences: false, most: 0, size: 1 };
  }
}

function statesOf(formula: Formula, window: Window, limitUs: number, environment: Environment, nested: Nested): States {
  switch (formula.type) {
    case 'present':
      return statesOfSpans(environment.sets.certain(formula.test), window);
    case 'absent':
      return isAbsent(formula.test, window, limitUs, environment) ? 1 : 0;
    case 'and': {
      let states = 1;
      for (const operand of formula.operands) {
        states = combine(states, statesOf(operand, window, limitUs, environment, nested));
        if (states === 0) return 0;
      }
      return states;
    }
    case 'or':
      return formula.operands.reduce(
        (states, operand) => states | statesOf(operand, window, limitUs, environment, nested),
        0,
      );
    case 'within':
      return statesOfWindows(nested.get(formula) ?? [], window);
    default:
      return environment.holds(formula) ? 1 : 0;
  }
}

function statesOfSpans(spans: readonly SpanView[], window: Window): States {
  if (window.kind === 'none') return 0;
  const { from, to } = window;
  let states = 0;
  const first = lowerBound(spans, from);
  const inside = first < spans.length && spans[first]!.startUs === from ? lowerBound(spans, from + 1) : first;
  if (inside > first) states |= 1 << stateOf(from, window);
  const last = lowerBound(spans, to);
  if (inside < last) states |= 1;
  if (from !== to && last < spans.length && spans[last]!.startUs === to) states |= 1 << 2;
  return states;
}

/** Whether a window of a `within` inside lies in this one. */
export const fits = (inner: Window, outer: Window): boolean =>
  inner.kind === 'none' || (outer.kind !== 'none' && inner.from >= outer.from && inner.to <= outer.to);

export const stateOfWindow = (inner: Window, outer: Window): number =>
  inner.kind === 'none' ? 0 : stateOf(inner.from, outer) | stateOf(inner.to, outer);

function statesOfWindows(inner: readonly Window[], outer: Window): States {
  return inner.reduce(
    (states, window) => (fits(window, outer) ? states | (1 << stateOfWindow(window, outer)) : states),
    0,
  );
}

function isAbsent(test: Test, { kind, from, to }: Window, limitUs: number, { sets }: Environment): boolean {
  if (sets.incomplete) return false;
  const spans = sets.possible(test);
  if (kind === 'none') return spans.length === 0;
  const first = spans[lowerBound(spans, to - limitUs)];
  return first === undefined || first.startUs > from + limitUs;
}
