import { createSpan } from '../../../common/trace/span';
import type { Kind, SpanView, Status } from '../../../common/trace/span';
import type { Attributes, Value } from '../../../common/trace/value';
import { decodeRequest } from './otlp_proto';

type Plain = Record<string, unknown>;

const KINDS: Kind[] = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const STATUSES: Status[] = ['UNSET', 'OK', 'ERROR'];
const list = (value: unknown): Plain[] => (value ?? []) as Plain[];
const text = (value: unknown): string => (value as string | undefined) ?? '';
const number = (value: unknown): number => (value as number | undefined) ?? 0;
const micros = (nanos: unknown): number => Number(BigInt((nanos as string | undefined) ?? '0') / 1000n);
const hex = (value: unknown): string => ((value as Buffer | undefined) ?? Buffer.alloc(0)).toString('hex');
const isZero = (id: string): boolean => /^0*$/.test(id);

function valueOf(any: unknown): Value {
  const value = (any ?? {}) as Plain;
  if ('stringValue' in value) return value['stringValue'] as string;
  if ('boolValue' in value) return value['boolValue'] as boolean;
  if ('intValue' in value) {
    const exact = BigInt(value['intValue'] as string);
    return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
  }
  if ('doubleValue' in value) return value['doubleValue'] as number;
  if ('arrayValue' in value) return list((value['arrayValue'] as Plain)['values']).map(valueOf);
  if ('kvlistValue' in value) return attributesOf((value['kvlistValue'] as Plain)['values']);
  if ('bytesValue' in value) return (value['bytesValue'] as Buffer).toString('base64');
  return null;
}

const attributesOf = (pairs: unknown): Attributes =>
  new Map(list(pairs).map((pair) => [text(pair['key']), valueOf(pair['value'])]));

/** What a request says, by protobufjs and the plainest code: the good spans, and how many bad ones. */
export function oracle(body: Buffer): { spans: SpanView[]; rejected: number } {
  const spans: SpanView[] = [];
  let rejected = 0;
  for (const resourceSpans of list(decodeRequest(body)['resourceSpans'])) {
    const resource = (resourceSpans['resource'] ?? {}) as Plain;
    for (const scopeSpans of list(resourceSpans['scopeSpans'])) {
      const scope = (scopeSpans['scope'] ?? {}) as Plain;
      for (const sent of list(scopeSpans['spans'])) {
        const traceId = hex(sent['traceId']);
        const spanId = hex(sent['spanId']);
        const parent = hex(sent['parentSpanId']);
        const badParent = parent !== '' && parent.length !== 16;
        if (traceId.length !== 32 || isZero(traceId) || spanId.length !== 16 || isZero(spanId) || badParent) {
          rejected += 1;
          continue;
        }
        const startUs = micros(sent['startTimeUnixNano']);
        const status = (sent['status'] ?? {}) as Plain;
        const links = list(sent['links']);
        const good = links.filter((link) => {
          const [trace, span] = [hex(link['traceId']), hex(link['spanId'])];
          return trace.length === 32 && span.length === 16 && !isZero(trace) && !isZero(span);
        });
        const dropped = (holders: Plain[]): number =>
          holders.reduce((sum, holder) => sum + number(holder['droppedAttributesCount']), 0);
        spans.push(
          createSpan({
            traceId,
            spanId,
            parentSpanId: isZero(parent) ? null : parent,
            name: text(sent['name']),
            kind: KINDS[number(sent['kind'])] ?? 'UNSPECIFIED',
            status: STATUSES[number(status['code'])] ?? 'UNSET',
            statusMessage: text(status['message']),
            startUs,
            endUs: micros(sent['endTimeUnixNano']) || startUs,
            flags: number(sent['flags']),
            attributes: attributesOf(sent['attributes']),
            resource: attributesOf(resource['attributes']),
            scope: { name: text(scope['name']), version: text(scope['version']) },
            events: list(sent['events']).map((event) => ({
              name: text(event['name']),
              timeUs: micros(event['timeUnixNano']),
              attributes: attributesOf(event['attributes']),
            })),
            links: good.map((link) => ({
              traceId: hex(link['traceId']),
              spanId: hex(link['spanId']),
              attributes: attributesOf(link['attributes']),
            })),
            dropped: {
              attributes: dropped([resource, sent, ...list(sent['events']), ...links]),
              events: number(sent['droppedEventsCount']),
              links: number(sent['droppedLinksCount']) + links.length - good.length,
            },
          }),
        );
      }
    }
  }
  return { spans, rejected };
}
