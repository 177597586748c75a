import type * as acorn from 'acorn';
import { parse } from 'acorn';
import type { SpanView } from '../../../common/trace/span';
import type { TraceView } from '../../../common/trace/trace';
import { parse as parseRule } from '../../../common/dsl/parse';
import { printExpression } from '../../../common/dsl/print';
import { Interpreter } from './interpreter';
import { rootOf, World } from './spans';
import type { Match, Way } from './worlds';
import { waysOf } from './worlds';

export interface NaiveVerdict {
  readonly kind: 'violated' | 'satisfied' | 'inconclusive';
  readonly spans: readonly string[];
  readonly absences: readonly { readonly looked_for: string; readonly window: unknown }[];
}

/** Judges traces by a rule's text: parsed by a parser that is not ours, and run as JavaScript but for the differences. */
export function naiveJudge(text: string): (trace: TraceView, skewUs: number) => NaiveVerdict {
  const program = parse(text, { ecmaVersion: 'latest' });
  const words = new Map<string, string>();
  const textOf = ({ start, end }: acorn.Node): string => {
    const key = `${start} ${end}`;
    const known = words.get(key) ?? wordsOf(text.slice(start, end));
    words.set(key, known);
    return known;
  };
  return (trace, skewUs) => judge(program, textOf, trace, skewUs);
}

function judge(
  program: acorn.Program,
  textOf: (node: acorn.Node) => string,
  trace: TraceView,
  skewUs: number,
): NaiveVerdict {
  const plain = best(program, new World(trace, false, 0), textOf);
  if (!plain) return { kind: 'satisfied', spans: [], absences: [] };
  const sure = best(program, new World(trace, true, skewUs), textOf);
  const way = sure ?? plain;
  const root = rootOf(trace) ?? trace.spans[0];
  const spans = way.shown.length > 0 ? way.shown : root ? [root] : [];
  return {
    kind: sure ? 'violated' : 'inconclusive',
    spans: [...new Set(spans.map(({ spanId }) => spanId))],
    absences: way.absences.map(({ text: looked_for, window }) => ({ looked_for, window })),
  };
}

/** Of all ways of being true the one with the left-most branches, then with the least spans in text order. */
function best(program: acorn.Program, world: World, textOf: (node: acorn.Node) => string): Way | undefined {
  const match: Match = new Interpreter(world, textOf).rule(program);
  const keyOf = (span: SpanView): number => world.trace.spans.indexOf(span);
  return waysOf(match, world)
    .map((way) => ({ way, key: way.spans.map(keyOf) }))
    .sort((a, b) => compare(a.way.branches, b.way.branches) || compare(a.key, b.key))[0]?.way;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

/** An arrow function as reports print it: of one parameter without it. */
function wordsOf(text: string): string {
  const parsed = parseRule(text);
  const arrow = 'rule' in parsed ? parsed.rule.body : undefined;
  if (arrow?.type !== 'arrow') throw new Error(text);
  const [only, second] = arrow.parameters;
  return second ? printExpression(arrow) : printExpression(arrow.body, only!.name);
}
