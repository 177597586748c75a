import { ANYTHING, Doubt, type SpanDoubts } from '../../common/trace/doubt';
import type { SpanView } from '../../common/trace/span';
import { KINDS } from '../../common/trace/span';
import type { Attributes, Value } from '../../common/trace/value';
import { APM_TEXT_LENGTH, isMovedByApm, labelOf } from './mapping';

type Loss = 'events' | 'links' | 'scope';

const NO_FIELDS: ReadonlyMap<string, Doubt> = new Map();
/** Scaled by a million where sources are not stored. */
const SCALE = 1e-6;

/** Of a span in the OTel layout: numbers beyond 2^53, and events where they may not be read. Undefined: all is certain. */
export function otelDoubts(
  span: Pick<SpanView, 'attributes' | 'resource'>,
  { inexact, events }: { readonly inexact: boolean; readonly events: boolean },
): SpanDoubts | undefined {
  if (!inexact && events) return undefined;
  const read = (value: Value | undefined): unknown => (isInexact(value) ? ANYTHING : value);
  return {
    attribute: (key) => read(span.attributes.get(key) ?? span.resource.get(key)),
    resource: (key) => read(span.resource.get(key)),
    fields: NO_FIELDS,
    loses: new Set<Loss>(events ? [] : ['events']),
  };
}

function isInexact(value: Value | undefined): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  if (Array.isArray(value)) return (value as readonly Value[]).some(isInexact);
  return value instanceof Map && [...(value as Attributes).values()].some(isInexact);
}

/** What APM makes of a span, as far as doubts hang on it. */
export interface ApmSpan {
  readonly name: string;
  /** As APM has it: cleaned, and `unknown` where there was none. */
  readonly service: string;
  readonly labels: Attributes;
  readonly numbers: Attributes;
  readonly isTransaction: boolean;
  readonly isRoot: boolean;
  readonly outcome: string;
  /** Of HTTP's answer, which outcomes are changed by. */
  readonly httpStatus: number | undefined;
  readonly durationMs: number;
  readonly endMs: number;
}

const LOST_BY_APM: ReadonlySet<Loss> = new Set<Loss>(['events', 'links', 'scope']);
const NOTHING_KNOWN = new Doubt([], { others: true });

/**
 * Of a span in the APM layout. An attribute is never certain there: another key may have had the same label, and what is no
 * label may have been a map; but which other values it can't have had is certain. (Bytes, which no SDK sends, are not kept,
 * and taken for missing.)
 */
export function apmDoubts(span: ApmSpan): SpanDoubts {
  return {
    attribute: (key) => labelDoubt(key, span),
    resource: (key) => (key === 'service.name' ? (serviceDoubt(span.service) ?? span.service) : ANYTHING),
    fields: apmFields(span),
    loses: LOST_BY_APM,
  };
}

function labelDoubt(key: string, { labels, numbers }: ApmSpan): Doubt {
  if (isMovedByApm(key)) return ANYTHING;
  const label = labelOf(key);
  const [text, number] = [labels.get(label), numbers.get(label)];
  if (text === undefined && number === undefined) return NOTHING_KNOWN;
  if ((text !== undefined && typeof text !== 'string') || (number !== undefined && typeof number !== 'number')) {
    return ANYTHING;
  }
  if (text !== undefined && isCut(text)) return ANYTHING;
  const values = text === undefined ? [] : [text, ...(text === 'true' ? [true] : text === 'false' ? [false] : [])];
  return new Doubt(values, { others: true, ...(number === undefined ? {} : { numbers: around(number) }) });
}

const isCut = (text: string): boolean => text.length >= APM_TEXT_LENGTH;

/** Integers are kept as they are, others as good as, and those beyond 2^53 rounded. */
function around(number: number): [number, number] {
  if (Number.isSafeInteger(number)) return [number, number];
  const slack = Math.max(SCALE, Math.abs(number) * 2 ** -50);
  return [number - slack, number + slack];
}

/** A service's name is certain where nothing in it can have been replaced. */
const serviceDoubt = (service: string): Doubt | undefined =>
  service.includes('_') || service === 'unknown' || isCut(service) ? ANYTHING : undefined;

function apmFields(span: ApmSpan): ReadonlyMap<string, Doubt> {
  const fields = new Map<string, Doubt>([
    ['kind', new Doubt(span.isRoot ? KINDS : span.isTransaction ? ['SERVER', 'CONSUMER'] : NO_ENTRIES)],
    ['statusMessage', ANYTHING],
    ['duration', new Doubt([], { numbers: [span.durationMs, span.durationMs + 0.001] })],
    ['endTime', new Doubt([], { numbers: [span.endMs, span.endMs + 0.001] })],
  ]);
  const service = serviceDoubt(span.service);
  if (service) fields.set('service', service);
  if (isCut(span.name)) fields.set('name', ANYTHING);
  const statuses = statusesOf(span);
  if (statuses.length > 1) fields.set('status', new Doubt(statuses));
  return fields;
}

const NO_ENTRIES = KINDS.filter((kind) => kind !== 'SERVER' && kind !== 'CONSUMER');

/** A status of HTTP makes an outcome where the span had no status of its own. */
function statusesOf({ outcome, httpStatus, isTransaction }: ApmSpan): readonly string[] {
  if (outcome !== 'failure' && outcome !== 'success') return ['UNSET'];
  const own = outcome === 'failure' ? 'ERROR' : 'OK';
  if (httpStatus === undefined) return [own];
  const isFailure = httpStatus >= (isTransaction ? 500 : 400);
  return isFailure === (outcome === 'failure') ? [own, 'UNSET'] : [own];
}
