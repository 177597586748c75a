import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { createRuleSchema } from '../../common/api/rules';
import { compile } from '../../common/engine';
import type { SpanSketch } from '../../common/engine/test_support/traces';
import { sketchTrace } from '../../common/engine/test_support/traces';
import { KINDS, STATUSES } from '../../common/trace/span';
import type { TraceView } from '../../common/trace/trace';
import type { Value } from '../../common/trace/value';

const attributesSchema = z.record(z.string(), z.json());

const exampleSchema = z.strictObject({
  matches: z.boolean(),
  spans: z.array(
    z.strictObject({
      name: z.string(),
      /** The number of another span of the example, from 1; without it the span is a root. */
      parent: z.number().int().positive().optional(),
      /** So many spans like this one, each with a number of its own. */
      times: z.number().int().positive().default(1),
      service: z.string().default('shop'),
      kind: z.enum(KINDS).default('INTERNAL'),
      status: z.enum(STATUSES).default('UNSET'),
      statusMessage: z.string().default(''),
      startMs: z.number().default(0),
      durationMs: z.number().default(1),
      attributes: attributesSchema.default({}),
      resource: attributesSchema.default({}),
      events: z.array(z.strictObject({ name: z.string(), attributes: attributesSchema.default({}) })).default([]),
    }),
  ),
});
const starterSchema = createRuleSchema.omit({ mode: true }).extend({
  description: z.string().min(1),
  tags: z.array(z.string().regex(/^[a-z0-9-]+(:[A-Za-z0-9.()-]+)?$/)).min(1),
  examples: z.array(exampleSchema).min(2),
});

type Example = z.infer<typeof exampleSchema>;

const packs = readdirSync(__dirname)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => ({
    file,
    rules: parseAllDocuments(readFileSync(path.join(__dirname, file), 'utf8')).map((document) => {
      if (document.errors.length > 0) throw new Error(`${file}: ${document.errors[0]?.message}`);
      return starterSchema.parse(document.toJS());
    }),
  }));
const rulesOf = (...files: readonly string[]) =>
  packs.filter(({ file }) => files.includes(file)).flatMap(({ rules }) => rules);

describe('the starter rules', () => {
  it('are five for the shop and at least 40 for everybody', () => {
    const others = packs.map(({ file }) => file).filter((file) => file !== 'shop.yaml');
    expect(rulesOf('shop.yaml')).toHaveLength(5);
    expect(rulesOf(...others).length).toBeGreaterThanOrEqual(40);
  });

  it('have names and texts of their own', () => {
    const all = packs.flatMap(({ rules }) => rules);
    expect(new Set(all.map(({ name }) => name.toLowerCase())).size).toBe(all.length);
    expect(new Set(all.map(({ dsl }) => dsl)).size).toBe(all.length);
  });

  it('are listed in the reference', () => {
    const page = readFileSync(path.join(__dirname, '../../docs/reference/packs.md'), 'utf8');
    for (const { file, rules } of packs) {
      expect(page).toContain(`ingest/rules/${file}`);
      for (const { name } of rules) expect(page).toContain(`- ${name}\n`);
    }
  });

  describe.each(packs)('$file', ({ rules }) => {
    it.each(rules)('$name: compiles without a warning, and its examples hold', ({ dsl, examples }) => {
      const result = compile(dsl);
      if (!('rule' in result)) throw new Error(JSON.stringify(result.problems));
      expect(result.warnings).toEqual([]);
      const { rule } = result;
      const expected = examples.map(({ matches }) => (matches ? 'violated' : 'satisfied'));
      expect(examples.map((example) => rule.evaluate(traceOf(example)).kind)).toEqual(expected);
      expect(new Set(expected).size).toBe(2);
    });
  });
});

function valuesOf(attributes: z.infer<typeof attributesSchema>): Record<string, Value> {
  return Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, valueOf(value)]));
}

function valueOf(value: z.infer<ReturnType<typeof z.json>>): Value {
  if (Array.isArray(value)) return value.map(valueOf);
  return typeof value === 'object' && value !== null ? new Map(Object.entries(valuesOf(value))) : value;
}

const idOf = (number: number): string => number.toString(16).padStart(16, '0');

function traceOf({ spans }: Example): TraceView {
  return sketchTrace(
    spans.flatMap(({ parent, times, startMs, durationMs, attributes, resource, events, ...fields }) => {
      const sketch: SpanSketch = {
        ...fields,
        attributes: valuesOf(attributes),
        resource: valuesOf(resource),
        parentSpanId: parent === undefined ? null : idOf(parent),
        startUs: startMs * 1_000,
        endUs: (startMs + durationMs) * 1_000,
        events: events.map(({ name, attributes }) => ({
          name,
          timeUs: startMs * 1_000,
          attributes: new Map(Object.entries(valuesOf(attributes))),
        })),
      };
      return Array.from({ length: times }, () => sketch);
    }),
  );
}
