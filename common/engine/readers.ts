import type { AttributeOwner, Relation, ScopeField, SpanField } from '../dsl/plan';
import { Doubt } from '../trace/doubt';
import type { SpanView } from '../trace/span';
import { serviceOf } from '../trace/span';
import type { Frame } from './frame';
import { SPAN_READERS } from './span_fields';
import { timedOut } from './timed_out';
import { listOf, Range, UNKNOWN } from './unknown';

type Reader = (span: SpanView, frame: Frame) => unknown;

/** Spans that others lead to. Where spans may be missing, more of them may be. */
const RELATIONS: Readonly<Record<Relation, Reader>> = {
  parent: (span, frame) => {
    const parent = frame.graph.parent(span);
    return parent === undefined && span.parentSpanId !== null && frame.incomplete ? UNKNOWN : parent;
  },
  ancestors: (span, frame) => {
    const spans = frame.graph.ancestors(span);
    return listOf(spans, spans, frame.incomplete && !frame.graph.knowsAncestors(span));
  },
  depth: (span, frame) => {
    const depth = frame.graph.ancestors(span).length;
    return frame.incomplete && !frame.graph.knowsAncestors(span) ? UNKNOWN : depth;
  },
  children: (span, frame) => perhapsMore(frame.graph.children(span), frame),
  descendants: (span, frame) => perhapsMore(frame.graph.descendants(span), frame),
  siblings: (span, frame) => {
    const spans = frame.graph.siblings(span);
    return span.parentSpanId === null ? spans : perhapsMore(spans, frame);
  },
  events: (span, frame) => listOf(span.events, span.events, frame.lost(span, 'events') || loses(span, frame, 'events')),
  links: (span, frame) => listOf(span.links, span.links, frame.lost(span, 'links') || loses(span, frame, 'links')),
  scope: (span, frame) => (loses(span, frame, 'scope') ? UNKNOWN : span.scope),
};

const loses = ({ doubts }: SpanView, { cautious }: Frame, what: 'events' | 'links' | 'scope'): boolean =>
  cautious && doubts !== undefined && doubts.loses.has(what);

/** Not there, or nothing that can be compared. */
const isMissing = (found: unknown): boolean => found === undefined || (found instanceof Doubt && found.isMissing);

/** A property of a span of which not everything was kept. */
export function readDoubtful(span: SpanView, field: SpanField): unknown {
  const { fields, loses: lost } = span.doubts!;
  if (field !== 'timedOut') return fields.get(field) ?? SPAN_READERS[field](span);
  const status = fields.get('status') ?? span.status;
  if (status instanceof Doubt ? !status.may('ERROR') : status !== 'ERROR') return false;
  if (!(status instanceof Doubt) && timedOut(span) && fields.size === 0) return true;
  return fields.size > 0 || lost.has('events') ? UNKNOWN : timedOut(span);
}

const perhapsMore = (spans: readonly SpanView[], frame: Frame): unknown => listOf(spans, spans, frame.incomplete);

export const readRelation = (relation: Relation): Reader => RELATIONS[relation];

/** An attribute of a span or its resource, or of an event or link. */
export function readAttribute(type: 'attribute' | 'resource' | 'entry', key: string): Reader {
  if (type === 'resource') {
    return (span, frame) => (frame.cautious && span.doubts ? span.doubts.resource(key) : span.resource.get(key));
  }
  if (type === 'entry') return (part) => part.attributes.get(key);
  return (span, frame) => {
    if (frame.cautious && span.doubts) {
      const found = span.doubts.attribute(key);
      return isMissing(found) && frame.lost(span, 'attributes') ? UNKNOWN : found;
    }
    const value = span.attribute(key);
    return value === undefined && frame.cautious && frame.lost(span, 'attributes') ? UNKNOWN : value;
  };
}

export function readKey(owner: AttributeOwner, key: string): Reader {
  if (owner === 'resource') {
    return (span, frame) => {
      const found = frame.cautious && span.doubts?.resource(key);
      return found instanceof Doubt ? UNKNOWN : span.resource.has(key);
    };
  }
  if (owner === 'event' || owner === 'link') return (part) => part.attributes.has(key);
  return (span, frame) => {
    if (frame.cautious && span.doubts?.attribute(key) instanceof Doubt) return UNKNOWN;
    const known = span.attribute(key) !== undefined;
    return !known && frame.cautious && frame.lost(span, 'attributes') ? UNKNOWN : known;
  };
}

/** What a trace or a group has besides steps. */
export function readScope(field: ScopeField, slot: number): (frame: Frame) => unknown {
  return (frame) => {
    const { spans, possible, open } = frame.scopes[slot]!;
    switch (field) {
      case 'traceId':
        return frame.trace.traceId;
      case 'spans':
        return listOf(spans, possible, open);
      case 'services':
        if (frame.cautious && possible.some(({ doubts }) => doubts?.fields.has('service'))) return UNKNOWN;
        return servicesOf(spans, possible, open);
      case 'duration':
        if (frame.cautious && possible.some(({ doubts }) => doubts?.fields.has('duration'))) {
          return later(durationOf(spans, possible, open));
        }
        return durationOf(spans, possible, open);
      case 'root':
        if (open || possible.length > spans.length) return UNKNOWN;
        return slot === 0 ? frame.graph.root() : rootOf(spans, frame);
    }
  };
}

function servicesOf(spans: readonly SpanView[], possible: readonly SpanView[], open: boolean): unknown {
  const names = (of: readonly SpanView[]): string[] => [...new Set(of.flatMap((span) => serviceOf(span) ?? []))];
  return listOf(names(spans), names(possible), open);
}

/** An end may be a microsecond later than it seems. */
const later = (duration: unknown): Range =>
  duration instanceof Range
    ? new Range(duration.low, duration.high + 0.001)
    : new Range(duration as number, (duration as number) + 0.001);

/** Milliseconds from the earliest start to the latest end. */
function durationOf(spans: readonly SpanView[], possible: readonly SpanView[], open: boolean): unknown {
  const span = (of: readonly SpanView[]): number => {
    if (of.length === 0) return 0;
    return (of.reduce((end, { endUs }) => Math.max(end, endUs), -Infinity) - of[0]!.startUs) / 1000;
  };
  const least = span(spans);
  if (!open && possible.length === spans.length) return least;
  return new Range(least, open ? Infinity : span(possible));
}

/** Of a group: the earliest span whose parent is not in it. */
function rootOf(spans: readonly SpanView[], { graph }: Frame): SpanView | undefined {
  const inside = new Set(spans);
  return spans.find((span) => {
    const parent = graph.parent(span);
    return parent === undefined || !inside.has(parent);
  });
}
