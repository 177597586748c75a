import { previewRequestSchema } from '../../../common/api/preview';
import {
  knownAttributesQuerySchema,
  traceExampleQuerySchema,
  traceParamsSchema,
} from '../../../common/api/stored_traces';
import { ndjson, NDJSON_TYPE } from '../../traces/ndjson';
import { WRITE } from '../feature';
import { type Route, route, StreamAnswer } from './define_route';

/** `/preview`: a rule on stored traces. `/stored_traces/attributes`: what these have that rules can speak of. */
export const STORED_TRACES_ROUTES: readonly Route[] = [
  route(
    'post',
    '/preview',
    { summary: 'Try a rule on stored traces', privilege: WRITE, body: previewRequestSchema },
    async ({ storedTraces, caller, author }, { body, signal }) => {
      const lines = await storedTraces.preview(body, { client: caller.client, user: author }, signal);
      return new StreamAnswer(ndjson(lines), { 'content-type': NDJSON_TYPE });
    },
  ),
  route(
    'get',
    '/stored_traces/attributes',
    {
      summary: 'Names and frequent values in stored spans',
      privilege: WRITE,
      query: knownAttributesQuerySchema,
    },
    ({ storedTraces, caller }, { query, signal }) => storedTraces.attributes(query, caller.client, signal),
  ),
  route(
    'get',
    '/stored_traces/{traceId}/example',
    {
      summary: 'A stored trace, as an example of a rule has it',
      privilege: WRITE,
      params: traceParamsSchema,
      query: traceExampleQuerySchema,
    },
    ({ storedTraces, caller }, { params, query, signal }) =>
      storedTraces.example({ ...params, ...query }, caller.client, signal),
  ),
];
