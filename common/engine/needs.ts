import type { SpanView } from '../trace/span';
import { serviceOf } from '../trace/span';
import type { TraceView } from '../trace/trace';
import type { Condition } from './conditions';

/** Whether a trace has nothing that meets one of the conditions. */
export const lacks = ({ spans }: TraceView, needs: readonly Condition[]): boolean =>
  needs.some((need) => !spans.some((span) => meets(span, need)));

function meets(span: SpanView, need: Condition): boolean {
  switch (need.type) {
    case 'name':
      return span.name === need.value;
    case 'name_prefix':
      return span.name.startsWith(need.value);
    case 'service':
      return serviceOf(span) === need.value;
    case 'status':
      return span.status === need.value;
    case 'attribute':
      return span.attribute(need.key) !== undefined;
    case 'attribute_value':
      return span.attribute(need.key) === need.value;
  }
}
