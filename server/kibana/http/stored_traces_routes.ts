import { previewLineSchema, previewRequestSchema } from '../../../common/api/preview';
import { ruleExampleSchema } from '../../../common/api/rule_examples';
import { errorSchema } from '../../../common/api/shared';
import {
  knownAttributesQuerySchema,
  knownAttributesSchema,
  pullStateSchema,
  startPullSchema,
  traceExampleQuerySchema,
  traceParamsSchema,
} from '../../../common/api/stored_traces';
import { ndjson, NDJSON_TYPE } from '../../traces/ndjson';
import { ADMINISTER, READ, WRITE } from '../feature';
import { type Route, route, StreamAnswer } from './define_route';

/** `/preview`: a rule on stored traces; `/stored_traces/attributes`: what these have; `/stored_traces/pull`: pull mode. */
export const STORED_TRACES_ROUTES: readonly Route[] = [
  route(
    'post',
    '/preview',
    {
      summary: 'Try a rule on stored traces',
      privilege: WRITE,
      body: previewRequestSchema,
      response: {
        200: { type: NDJSON_TYPE, schema: previewLineSchema },
        400: errorSchema,
        403: errorSchema,
        429: errorSchema,
      },
    },
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
      response: { 200: knownAttributesSchema, 403: errorSchema },
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
      response: { 200: ruleExampleSchema, 403: errorSchema, 404: errorSchema },
    },
    ({ storedTraces, caller }, { params, query, signal }) =>
      storedTraces.example({ ...params, ...query }, caller.client, signal),
  ),
  route(
    'get',
    '/stored_traces/pull',
    { summary: 'Whether rules are judged on stored traces', privilege: READ, response: { 200: pullStateSchema } },
    ({ pull, space }) => pull.state(space),
  ),
  route(
    'put',
    '/stored_traces/pull',
    {
      summary: 'Judge the rules of the space on stored traces',
      privilege: ADMINISTER,
      body: startPullSchema,
      response: { 200: pullStateSchema, 400: errorSchema, 403: errorSchema, 409: errorSchema },
    },
    ({ pull, space, caller, author }, { body }) => pull.start(space, body, { ...caller, user: author }),
  ),
  route(
    'delete',
    '/stored_traces/pull',
    { summary: 'Judge stored traces no more', privilege: ADMINISTER, response: { 200: pullStateSchema } },
    ({ pull, space, author }) => pull.stop(space, author),
  ),
];
