import type { Attributes, HrTime, SpanContext } from '@opentelemetry/api';
import type { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { sha256Hex } from '../../../common/violations/canonical';
import type { ViolationDocument } from '../../../common/violations/violation_document';
import { INSTANCE_KEY, VIOLATION_SPANS } from '../../bridge/own_spans';

/** A span as OpenTelemetry's serializer takes it. */
export type Span = Parameters<typeof ProtobufTraceSerializer.serializeRequest>[0][number];

type Resource = Span['resource'];

const INTERNAL = 0;
const ERROR = 2;
const UNSET = 0;
const SAMPLED = 1;

/** Makes spans of violations; those of one service share a resource, by which a serializer groups them. */
export class ViolationSpans {
  private readonly resources = new Map<string, Resource>();

  /**
   * A violation as a span of its trace, a child of the offending span, from its start to its end; what is of no trace is none.
   * Attributes are named as the fields of the document, `betrace.violation.…`.
   */
  spanOf(document: ViolationDocument): Span | undefined {
    const { trace, parent, span, timestamp, service, agent, betrace } = document;
    if (!trace || !span || !timestamp) return undefined;
    const fields = betrace.violation;
    const context: SpanContext = { traceId: trace.id, spanId: spanIdOf(document, span.id), traceFlags: SAMPLED };
    const isViolation = fields.verdict === 'violated';
    const attributes: Attributes = {
      'betrace.violation.id': fields.id,
      'betrace.violation.revision': fields.revision,
      'betrace.violation.verdict': fields.verdict,
      'betrace.violation.rule_id': fields.rule_id,
      'betrace.violation.rule_name': fields.rule_name,
      'betrace.violation.rule_version': fields.rule_version,
      'betrace.violation.severity': fields.severity,
      'betrace.violation.priority': fields.priority,
      'betrace.violation.message': fields.message,
      'betrace.violation.space_id': fields.space_id,
      'betrace.violation.created_at': fields.created_at,
      'betrace.violation.digest': fields.digest,
      'betrace.violation.signature': fields.signature,
      'betrace.violation.key_id': fields.key_id,
    };
    return {
      name: span.name,
      kind: INTERNAL,
      spanContext: () => context,
      ...(parent ? { parentSpanContext: { traceId: trace.id, spanId: parent.id, traceFlags: SAMPLED } } : {}),
      startTime: timeOf(timestamp.us),
      endTime: timeOf(timestamp.us + span.duration.us),
      duration: timeOf(span.duration.us),
      status: isViolation ? { code: ERROR, message: fields.message } : { code: UNSET },
      attributes,
      links: [],
      events: [],
      ended: true,
      resource: this.resourceOf(service),
      instrumentationScope: { name: 'betrace', version: agent.version },
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    };
  }

  /** The offending service's, so that a backend shows the span with it; marked, so that no bridge judges it. */
  private resourceOf({ name, environment }: ViolationDocument['service']): Resource {
    const key = JSON.stringify([name, environment]);
    const known = this.resources.get(key);
    if (known) return known;
    const resource = resourceFromAttributes({
      'service.name': name,
      ...(environment === undefined
        ? {}
        : { 'deployment.environment': environment, 'deployment.environment.name': environment }),
      [INSTANCE_KEY]: VIOLATION_SPANS,
    });
    if (this.resources.size >= MAX_RESOURCES) this.resources.clear();
    this.resources.set(key, resource);
    return resource;
  }
}

const MAX_RESOURCES = 1_000;

/** Of its own for each revision: backends take spans with one id for the same. */
const spanIdOf = ({ betrace }: ViolationDocument, first: string): string => {
  const { id, revision } = betrace.violation;
  return revision === 1 ? first : sha256Hex(`${id}-${revision}`).slice(0, 16);
};

const timeOf = (us: number): HrTime => [Math.floor(us / 1_000_000), (us % 1_000_000) * 1_000];
