import { randomBytes } from 'node:crypto';
import type { Judgement, WitnessSpan } from '../../../common/engine/judgement';
import type { Log } from '../../../common/log';
import type { Attributes } from '../../../common/trace/value';
import { type DocumentContext, draftOf } from '../document';
import { type KeyRing, keyRing, secretKey } from '../keys';
import { type Signed, createSigner } from '../sign';

export const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A log that keeps what it is told, as text. */
export function recordingLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  const write =
    (level: string): Log['info'] =>
    (fields, message) =>
      void lines.push(JSON.stringify({ level, message, ...fields }));
  return { lines, debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

export const hex = (bytes: number): string => randomBytes(bytes).toString('hex');

export const testRing = (): KeyRing => keyRing(secretKey(randomBytes(32)));

export const CONTEXT: DocumentContext = {
  foundAt: new Date('2026-03-01T12:00:10.000Z'),
  version: '1.2.3',
  evidence: 'mentioned',
  ruleReference: (id) => `https://example.org/rules/${id}`,
};

export const START_US = Date.UTC(2026, 2, 1, 12) * 1_000 + 345;

export const witness = (fields: Partial<WitnessSpan> = {}): WitnessSpan => ({
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  parentSpanId: '00f067aa0ba902b7',
  name: 'payment.charge',
  service: 'payment-api',
  environment: 'production',
  kind: 'CLIENT',
  status: 'ERROR',
  statusMessage: 'deadline exceeded',
  startUs: START_US,
  endUs: START_US + 1_500,
  role: 'match',
  attributes: new Map([['http.status_code', 504]]),
  ...fields,
});

export const withAttributes = (attributes: Attributes): WitnessSpan => witness({ attributes });

export const judgement = (
  fields: Partial<Omit<Judgement, 'rule'>> & { rule?: Partial<Judgement['rule']> } = {},
): Judgement => {
  const traceId = fields.traceId ?? '0af7651916cd43dd8448eb211c80319c';
  return {
    traceId,
    source: 'otlp',
    verdict: 'violated',
    witnesses: [witness({ traceId }), witness({ traceId, spanId: '1111111111111111', service: undefined })],
    absences: [{ looked_for: "name === 'audit.log'", window: { fromUs: START_US, toUs: START_US + 5_000_000 } }],
    message: '"payment.charge" of payment-api failed and no "audit.log" followed within 5 s',
    completeness: { orphans: 0, truncated: false, split: false, dropped: 0, root_seen: true },
    waitedMs: 5_012,
    ...fields,
    rule: {
      id: 'rule-1',
      space: 'default',
      name: 'Charges are audited',
      description: '',
      version: '0123456789abcdef',
      revision: 3,
      severity: 'HIGH',
      tags: ['payments'],
      mode: 'on',
      ...fields.rule,
    },
  };
};

export const signed = (item: Judgement, ring: KeyRing, context: DocumentContext = CONTEXT): Signed =>
  createSigner(ring)(draftOf(item, context));

/** A copy as it comes back from Elasticsearch. */
export const stored = <T>(document: T): T => JSON.parse(JSON.stringify(document)) as T;

export type Path = readonly (string | number)[];

/** Where all leaves of a JSON value are; empty arrays and objects count as leaves. */
export function leavesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.length === 0 ? [path] : entries.flatMap(([key, child]) => leavesOf(child, [...path, key]));
}

/** Puts another value in the place of a leaf: of its type, where it has one. */
export function changeLeaf(document: unknown, path: Path): void {
  const parent = path
    .slice(0, -1)
    .reduce((at: unknown, key) => (at as Record<string | number, unknown>)[key], document);
  const container = parent as Record<string | number, unknown>;
  const key = path.at(-1)!;
  container[key] = changed(container[key]);
}

function changed(value: unknown): unknown {
  if (typeof value === 'string') {
    const time = /^\d{4}-/.test(value) ? Date.parse(value) : Number.NaN;
    return Number.isNaN(time) ? `${value}x` : new Date(time + 1).toISOString();
  }
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  return ['x'];
}
