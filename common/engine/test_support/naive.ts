import type { SpanView } from '../../trace/span';
import type { TraceView } from '../../trace/trace';
import type { Absence, VerdictKind } from '../judgement';

/** A match over spans told apart by name, in the shape that the meaning is written in, not the engine's. */
export type Tree =
  | { readonly type: 'has' | 'missing'; readonly name: string }
  | { readonly type: 'and' | 'or'; readonly left: Tree; readonly right: Tree; readonly infix: boolean }
  | { readonly type: 'not'; readonly operand: Tree; readonly form: 'method' | 'step' | 'prefix' }
  | { readonly type: 'within'; readonly operand: Tree; readonly us: number }
  | { readonly type: 'where'; readonly names: readonly string[]; readonly body: Tree };

const arrow = (name: string): string => `span => span.name === '${name}'`;

/** The rule's text. What `where` guards is the chain that begins with it, and nothing outside that chain. */
export function textOf(tree: Tree, root = 'trace'): string {
  switch (tree.type) {
    case 'has':
    case 'missing':
      return `${root}.${tree.type}(${arrow(tree.name)})`;
    case 'and':
    case 'or': {
      if (tree.infix && root === 'trace') {
        return `(${textOf(tree.left)} ${tree.type === 'and' ? '&&' : '||'} ${textOf(tree.right)})`;
      }
      return `${chainOf(tree.left, root)}.${tree.type}(${textOf(tree.right)})`;
    }
    case 'not':
      if (tree.form === 'step') return `${root}.not(${textOf(tree.operand)})`;
      if (tree.form === 'prefix' && root === 'trace') return `(!${textOf(tree.operand)})`;
      return `${chainOf(tree.operand, root)}.not()`;
    case 'within':
      return `${chainOf(tree.operand, root)}.within('${tree.us} us')`;
    case 'where':
      return textOf(tree.body, root + tree.names.map((name) => `.where(${arrow(name)})`).join(''));
  }
}

/** What more steps are written after. A guarded chain would go on through them, so it is closed as an argument first. */
function chainOf(tree: Tree, root: string): string {
  return tree.type === 'where' ? `${root}.not(trace.not(${textOf(tree)}))` : textOf(tree, root);
}

/** One way in which a match is true. */
interface World {
  /** Which alternatives were taken, in text order. */
  readonly branches: readonly number[];
  readonly spans: readonly SpanView[];
  readonly absences: readonly { readonly name: string; readonly window: Absence['window'] | 'open' }[];
}

export interface NaiveVerdict {
  readonly kind: VerdictKind;
  readonly spans: readonly string[];
  readonly absences: readonly Absence[];
}

/** Judges by listing every way of being true; as slow as it is plain. */
export function judgeNaively(tree: Tree, trace: TraceView): NaiveVerdict {
  const { orphans, truncated, split } = trace.flags;
  const incomplete = orphans > 0 || truncated || split;
  const plain = least(worldsOf(tree, false, trace.spans, false), trace.spans);
  if (!plain) return { kind: 'satisfied', spans: [], absences: [] };
  const certain = incomplete ? least(worldsOf(tree, false, trace.spans, true), trace.spans) : plain;
  const world = certain ?? plain;
  const root = trace.spans.find(({ parentSpanId }) => parentSpanId === null) ?? trace.spans[0];
  const spans = world.spans.length > 0 ? world.spans : root ? [root] : [];
  return {
    kind: certain ? 'violated' : 'inconclusive',
    spans: [...new Set(spans.map(({ spanId }) => spanId))],
    absences: world.absences.map(({ name, window }) => ({
      looked_for: `name === '${name}'`,
      window: window === 'open' ? null : window,
    })),
  };
}

type Spans = readonly SpanView[];

function worldsOf(tree: Tree, negated: boolean, spans: Spans, incomplete: boolean): World[] {
  const inner = (part: Tree, not = negated): World[] => worldsOf(part, not, spans, incomplete);
  const nowhere = (name: string): World[] =>
    incomplete ? [] : [{ branches: [], spans: [], absences: [{ name, window: 'open' }] }];
  switch (tree.type) {
    case 'has':
    case 'missing': {
      if ((tree.type === 'missing') !== negated) return nowhere(tree.name);
      return spans
        .filter(({ name }) => name === tree.name)
        .map((span) => ({ branches: [], spans: [span], absences: [] }));
    }
    case 'and':
    case 'or':
      return (tree.type === 'and') !== negated
        ? both(inner(tree.left), inner(tree.right))
        : either([inner(tree.left), inner(tree.right)]);
    case 'not':
      return inner(tree.operand, !negated);
    case 'within': {
      if (!negated) return inner(tree.operand, false).flatMap((world) => bound(world, tree.us, spans));
      if (incomplete) return [];
      const found = worldsOf({ ...tree }, false, spans, false);
      return found.length > 0 ? [] : [{ branches: [], spans: [], absences: [] }];
    }
    case 'where': {
      const isThere = (name: string): boolean => spans.some((span) => span.name === name);
      if (!negated) return tree.names.every(isThere) ? inner(tree.body) : [];
      const guards = tree.names.map((name): World[] =>
        isThere(name) || incomplete ? [] : [{ branches: [], spans: [], absences: [{ name, window: null }] }],
      );
      return either([...guards, inner(tree.body)]);
    }
  }
}

function both(left: World[], right: World[]): World[] {
  return left.flatMap((a) =>
    right.map((b) => ({
      branches: [...a.branches, ...b.branches],
      spans: [...a.spans, ...b.spans],
      absences: [...a.absences, ...b.absences],
    })),
  );
}

const either = (worlds: World[][]): World[] =>
  worlds.flatMap((branch, i) => branch.map((world) => ({ ...world, branches: [i, ...world.branches] })));

/** The world inside a `within`: its spans near each other, and what is absent absent around them. */
function bound(world: World, us: number, all: Spans): World[] {
  const starts = world.spans.map(({ startUs }) => startUs);
  if (starts.length === 0) return world.absences.every((absence) => isAbsent(absence, all)) ? [close(world, null)] : [];
  const [first, last] = [Math.min(...starts), Math.max(...starts)];
  if (last - first > us) return [];
  const window = { fromUs: last - us, toUs: first + us };
  const near = all.filter(({ startUs }) => startUs >= window.fromUs && startUs <= window.toUs);
  return world.absences.every((absence) => isAbsent(absence, near)) ? [close(world, window)] : [];
}

const isAbsent = ({ name, window }: World['absences'][number], spans: Spans): boolean =>
  window !== 'open' || !spans.some((span) => span.name === name);

function close(world: World, window: Absence['window']): World {
  const absences = world.absences.map((absence) => (absence.window === 'open' ? { ...absence, window } : absence));
  return { ...world, absences };
}

function least(worlds: World[], all: Spans): World | undefined {
  const place = new Map(all.map((span, i) => [span, i]));
  const keyOf = ({ branches, spans }: World): [readonly number[], readonly number[]] => [
    branches,
    spans.map((span) => place.get(span)!),
  ];
  return worlds
    .filter(({ absences }) => absences.every((absence) => isAbsent(absence, all)))
    .sort((a, b) => {
      const [[branchesA, spansA], [branchesB, spansB]] = [keyOf(a), keyOf(b)];
      return compare(branchesA, branchesB) || compare(spansA, spansB);
    })[0];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((value, at) => value !== b[at]);
  return i < 0 ? a.length - b.length : a[i]! - (b[i] ?? -1);
}
