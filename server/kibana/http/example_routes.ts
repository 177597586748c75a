import { exampleTracesSchema, otlpTracesSchema } from '../../../common/api/rule_examples';
import { errorSchema } from '../../../common/api/shared';
import { exampleTraces } from '../../host/example_traces';
import { READ } from '../feature';
import { type Route, route } from './define_route';

/** `/rules/examples`: traces as somebody pasted them, as examples of a rule have them. */
export const EXAMPLE_ROUTES: readonly Route[] = [
  route(
    'post',
    '/rules/examples',
    {
      summary: 'Traces of OTLP/JSON, as examples of a rule have them; nothing is saved',
      privilege: READ,
      body: otlpTracesSchema,
      response: { 200: exampleTracesSchema, 400: errorSchema },
    },
    async (_services, { body }) => exampleTraces(body),
  ),
];
