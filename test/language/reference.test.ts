import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { compile } from '../../common/engine';
import { createSpan } from '../../common/trace/span';
import type { TraceView } from '../../common/trace/trace';
import type { Value } from '../../common/trace/value';
import { longTraces, traceFrom } from './arbitrary_traces';
import { naiveJudge } from './oracle/judge';

const page = readFileSync(path.join(__dirname, '../../docs/reference/language.md'), 'utf8');
const EXAMPLES = [...page.matchAll(/^```betrace\n(.*?)\n```$/gms)].map(([, example]) => example!);

/** Traces of what an example speaks of: its strings as names, services and values, its keys as attributes. */
function tracesFor(example: string): fc.Arbitrary<TraceView> {
  const words = [...example.matchAll(/'([^']*)'/g)].map(([, word]) => word!);
  const keys = [...example.matchAll(/(?:attributes|resource)\['([^']*)'\]|'([^']*)' in/g)].map(
    (found) => found[1] ?? found[2]!,
  );
  const word = fc.constantFrom('other', ...words);
  const value = fc.oneof<fc.Arbitrary<Value>[]>(word, fc.constantFrom<Value>(true, false, 0, 1, 2, 9));
  const attributes = fc
    .dictionary(fc.constantFrom('other', ...keys), value)
    .map((found) => new Map(Object.entries(found)));
  const part = fc.record({ name: word, service: word, attributes });
  return fc.tuple(longTraces, fc.array(part, { minLength: 40, maxLength: 40 })).map(([{ spans }, parts]) =>
    traceFrom(
      spans.slice(0, 8).map((span, i) => {
        const { name, service, attributes: own } = parts[i]!;
        const resource = new Map([...span.resource, ['service.name', service]]);
        return createSpan({ ...span, name, attributes: own, resource });
      }),
    ),
  );
}

const seen = new Map<string, number>();

describe('examples of the reference, judged by the engine and the oracle', () => {
  test.each(EXAMPLES)('%s', (example) => {
    const result = compile(example);
    if (!('rule' in result)) throw new Error(JSON.stringify(result.problems));
    const naively = naiveJudge(example);
    fc.assert(
      fc.property(tracesFor(example), (trace) => {
        const { kind, witnesses, absences } = result.rule.evaluate(trace);
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
        expect({ kind, spans: witnesses.map(({ spanId }) => spanId), absences }).toEqual(naively(trace, 0));
      }),
      { numRuns: 60 },
    );
  });

  test('are violated by some and kept by others', () => {
    expect(seen.get('violated')).toBeGreaterThan(100);
    expect(seen.get('satisfied')).toBeGreaterThan(100);
  });
});
