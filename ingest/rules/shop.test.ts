import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { createRuleSchema } from '../../common/api/rules';
import { compile } from '../../common/engine';
import type { SpanSketch } from '../../common/engine/test_support/traces';
import { sketchTrace } from '../../common/engine/test_support/traces';
import type { TraceView } from '../../common/trace/trace';

const exampleSchema = z.strictObject({
  matches: z.boolean(),
  spans: z.array(
    z.strictObject({
      name: z.string(),
      /** The number of another span of the example, from 1; without it the span is a root. */
      parent: z.number().int().positive().optional(),
      status: z.enum(['OK', 'ERROR']).optional(),
      statusMessage: z.string().optional(),
      durationMs: z.number().optional(),
      attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    }),
  ),
});
const starterSchema = createRuleSchema.extend({ examples: z.array(exampleSchema) });

type Example = z.infer<typeof exampleSchema>;

const rules = parseAllDocuments(readFileSync(path.join(__dirname, 'shop.yaml'), 'utf8')).map((document) =>
  starterSchema.parse(document.toJS()),
);

describe('the starter rules of the shop', () => {
  it('are five, with names of their own', () => {
    expect(new Set(rules.map(({ name }) => name)).size).toBe(5);
  });

  it.each(rules)('$name: compiles, and its examples hold', ({ dsl, examples }) => {
    const result = compile(dsl);
    if (!('rule' in result)) throw new Error(JSON.stringify(result.problems));
    const { rule } = result;
    const expected = examples.map(({ matches }) => (matches ? 'violated' : 'satisfied'));
    expect(examples.map((example) => rule.evaluate(traceOf(example)).kind)).toEqual(expected);
    expect(new Set(expected).size).toBe(2);
  });
});

const idOf = (number: number): string => number.toString(16).padStart(16, '0');

function traceOf({ spans }: Example): TraceView {
  return sketchTrace(
    spans.map(({ name, parent, status, statusMessage = '', durationMs = 1, attributes = {} }): SpanSketch => ({
      name,
      parentSpanId: parent === undefined ? null : idOf(parent),
      status: status ?? 'UNSET',
      statusMessage,
      endUs: durationMs * 1_000,
      attributes,
    })),
  );
}
