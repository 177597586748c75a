import type { Value } from '../../common/trace/value';
import type { AttributeType, EvidenceAttribute } from '../../common/violations/evidence_document';
import { REDACTED, isCountKey, isSensitiveKey, redactText } from './redact';
import { boundedText } from './text';

const MAX_KEY = 512;
export const MAX_VALUE = 8_192;
/** Read beyond the limit, so that an address or a card number at the edge is seen whole; never kept. */
const MARGIN = 512;
const MAX_DEPTH = 16;
const MAX_NODES = 1_000;

/** What is left to spend on one value, however deep and wide it is. */
interface Budget {
  nodes: number;
  characters: number;
  redacted: boolean;
  truncated: boolean;
}

/** An attribute as evidence keeps it: redacted first, then bounded. */
export function evidenceAttribute(key: string, value: Value): EvidenceAttribute {
  const budget: Budget = { nodes: MAX_NODES, characters: MAX_VALUE, redacted: false, truncated: false };
  const kept = redactValue(key, value, budget, 0);
  const text = typeof kept === 'string' ? kept : JSON.stringify(kept);
  return {
    key: boundedText(key, MAX_KEY),
    value: boundedText(text, MAX_VALUE),
    type: typeOf(value),
    ...(budget.redacted ? { redacted: true as const } : {}),
    ...(budget.truncated || text.length > MAX_VALUE ? { truncated: true as const } : {}),
  };
}

/** The text, redacted and bounded, and whether something was taken out. */
export function redactedText(text: string, limit: number): { readonly text: string; readonly redacted: boolean } {
  const read = text.slice(0, limit + MARGIN);
  const clean = redactText(read);
  const kept = read.length < text.length ? clean.slice(0, Math.max(0, clean.length - MARGIN)) : clean;
  const marked = read.length < text.length && kept.length <= limit ? `${kept}…` : kept;
  return { text: boundedText(marked, limit), redacted: clean !== read };
}

function redactValue(key: string, value: Value, budget: Budget, depth: number): unknown {
  budget.nodes--;
  if (isSensitiveKey(key) && !(isNumber(value) && isCountKey(key)) && value !== null && typeof value !== 'boolean') {
    budget.redacted = true;
    return REDACTED;
  }
  if (typeof value === 'string') return redactString(value, budget);
  if (isNumber(value)) return redactNumber(value, budget);
  if (value === null || typeof value !== 'object') return value;
  if (depth >= MAX_DEPTH) {
    budget.truncated = true;
    return '…';
  }
  return value instanceof Map
    ? redactMap(value as ReadonlyMap<string, Value>, budget, depth)
    : redactArray(key, value as readonly Value[], budget, depth);
}

function redactString(value: string, budget: Budget): string {
  const limit = Math.max(1, budget.characters);
  const { text, redacted } = redactedText(value, limit);
  budget.characters -= text.length;
  budget.redacted ||= redacted;
  budget.truncated ||= value.length > limit;
  return text;
}

function redactNumber(value: number | bigint, budget: Budget): unknown {
  const text = String(value);
  if (redactText(text) !== text) {
    budget.redacted = true;
    return REDACTED;
  }
  return typeof value === 'number' && Number.isFinite(value) ? value : text;
}

function redactMap(map: ReadonlyMap<string, Value>, budget: Budget, depth: number): unknown {
  const kept: Record<string, unknown> = Object.create(null);
  for (const [key, value] of map) {
    if (isSpent(budget)) break;
    kept[redactString(key, budget)] = redactValue(key, value, budget, depth + 1);
  }
  return kept;
}

function redactArray(key: string, values: readonly Value[], budget: Budget, depth: number): unknown {
  const kept: unknown[] = [];
  for (const value of values) {
    if (isSpent(budget)) break;
    kept.push(redactValue(key, value, budget, depth + 1));
  }
  return kept;
}

function isSpent(budget: Budget): boolean {
  const spent = budget.nodes <= 0 || budget.characters <= 0;
  budget.truncated ||= spent;
  return spent;
}

const isNumber = (value: Value): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';

function typeOf(value: Value): AttributeType {
  if (value === null) return 'empty';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'boolean';
  if (isNumber(value)) return 'number';
  return value instanceof Map ? 'map' : 'array';
}
