import { compile } from './compile';
import type { ExplainNode } from './explain';
import type { SpanSketch } from './test_support/traces';
import { sketchTrace } from './test_support/traces';

const is = (name: string): string => `s => s.name === '${name}'`;

function explain(dsl: string, sketches: readonly SpanSketch[]): ExplainNode {
  const result = compile(dsl);
  if (!('rule' in result)) throw new Error(JSON.stringify(result.problems));
  return result.rule.explain(sketchTrace(sketches)).tree;
}

describe('an absence that was looked for on one side', () => {
  const pay: SpanSketch = { name: 'pay', startUs: 5 };
  const late: SpanSketch = { name: 'check', startUs: 90 };
  const early: SpanSketch = { name: 'check', startUs: 0 };

  test.each([
    [`trace.has(${is('pay')}).precededBy(trace.missing(${is('check')}))`, late],
    [`trace.has(${is('pay')}).followedBy(trace.missing(${is('check')}))`, early],
    [`trace.has(${is('pay')}).and(trace.missing(${is('check')})).within('1 ms')`, { name: 'check', startUs: 9_000 }],
  ])('%s: holds where the whole does, though there is such a span elsewhere', (dsl, elsewhere) => {
    const tree = explain(dsl, [pay, elsewhere]);
    const flat = (node: ExplainNode): readonly ExplainNode[] => [node, ...node.parts.flatMap(flat)];
    expect(flat(tree).map(({ result }) => result)).not.toContain('false');
    const absent = flat(tree).find(({ type }) => type === 'absent');
    expect(absent).toMatchObject({ result: 'true' });
    expect(absent).not.toHaveProperty('matches');
  });

  test('is false where the whole is, and counts them', () => {
    const tree = explain(`trace.has(${is('pay')}).precededBy(trace.missing(${is('check')}))`, [early, pay]);
    expect(tree.result).toBe('false');
    expect(tree.parts.find(({ type }) => type === 'absent')).toMatchObject({ result: 'false', matches: 1 });
  });
});
