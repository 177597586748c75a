import { createSpan } from '../../common/trace/span';
import type { TraceView } from '../../common/trace/trace';
import type { Attributes } from '../../common/trace/value';
import { AttributeStack } from '../../server/bridge/attribute_list';
import { Harvest } from '../../server/bridge/otlp_span';

/** Strings up to here are shared by the receiver, as `StringCache` has it. */
const LONGEST_SHARED = 64;

/**
 * A trace as the receiver hands it to the engine: of spans only the attributes that rules read, in lists; of resources
 * all; strings made of bytes, short ones shared.
 */
export function asDecoded(trace: TraceView, wanted: ReadonlySet<string>): TraceView {
  const resources = new Map<Attributes, Attributes>();
  const resourceOf = (sent: Attributes): Attributes => {
    let resource = resources.get(sent);
    if (!resource) resources.set(sent, (resource = listOf(sent, undefined)));
    return resource;
  };
  return {
    ...trace,
    spans: trace.spans.map((span) =>
      createSpan({
        ...span,
        name: textOf(span.name),
        attributes: listOf(span.attributes, wanted),
        resource: resourceOf(span.resource),
      }),
    ),
  };
}

const stack = new AttributeStack(new Harvest({ maxDecodedBytes: Infinity }));

function listOf(attributes: Attributes, wanted: ReadonlySet<string> | undefined): Attributes {
  const begin = stack.begin();
  for (const [key, value] of attributes) {
    if (!wanted || wanted.has(key)) stack.add(textOf(key), typeof value === 'string' ? textOf(value) : value);
  }
  return stack.take(begin);
}

const shared = new Map<string, string>();

function textOf(sent: string): string {
  if (sent.length > LONGEST_SHARED) return Buffer.from(sent).toString();
  let text = shared.get(sent);
  if (text === undefined) shared.set(sent, (text = Buffer.from(sent).toString()));
  return text;
}
