import type { SpanView } from '../trace/span';
import { serviceOf } from '../trace/span';
import type { TraceView } from '../trace/trace';
import type { Condition, Trait } from './traits';

/** Whether a trace does not meet one of the conditions. */
export const lacks = ({ spans }: TraceView, needs: readonly Condition[]): boolean =>
  needs.some((need) => !isMet(spans, need));

function isMet(spans: readonly SpanView[], need: Condition): boolean {
  switch (need.type) {
    case 'any':
      return need.of.some((trait) => isMet(spans, trait));
    case 'longer':
      return spans.some(({ startUs, endUs }) => endUs - startUs > need.us);
    case 'spans':
      return spans.length >= need.atLeast;
    default: {
      let missing = need.atLeast ?? 1;
      return spans.some((span) => has(span, need) && --missing === 0);
    }
  }
}

function has(span: SpanView, trait: Trait): boolean {
  switch (trait.type) {
    case 'name':
      return span.name === trait.value;
    case 'name_prefix':
      return span.name.startsWith(trait.value);
    case 'service':
      return serviceOf(span) === trait.value;
    case 'status':
      return span.status === trait.value;
    case 'kind':
      return span.kind === trait.value;
    case 'attribute':
      return span.attribute(trait.key) !== undefined;
    case 'attribute_value':
      return span.attribute(trait.key) === trait.value;
    case 'status_message':
      return span.statusMessage !== '';
    case 'event':
      return span.events.length > 0;
  }
}
