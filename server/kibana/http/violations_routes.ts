import { errorSchema, idParamsSchema } from '../../../common/api/shared';
import {
  evidenceSchema,
  searchViolationsQuerySchema,
  verificationSchema,
  violationSchema,
  violationsPageSchema,
} from '../../../common/api/violations';
import { READ } from '../feature';
import { type Route, route } from './define_route';

const params = idParamsSchema;

/** `/violations`: search, one, its evidence, and whether both are as they were signed. */
export const VIOLATIONS_ROUTES: readonly Route[] = [
  route(
    'get',
    '/violations',
    {
      summary: 'Violations, newest found first',
      privilege: READ,
      query: searchViolationsQuerySchema,
      response: { 200: violationsPageSchema, 400: errorSchema },
    },
    async ({ violations }, { query }) => (await violations()).search(query),
  ),
  route(
    'get',
    '/violations/{id}',
    { summary: 'One violation', privilege: READ, params, response: { 200: violationSchema, 404: errorSchema } },
    async ({ violations }, { params: { id } }) => (await violations()).get(id),
  ),
  route(
    'get',
    '/violations/{id}/evidence',
    {
      summary: 'The spans that a violation was found in, and what was missing',
      privilege: READ,
      params,
      response: { 200: evidenceSchema, 404: errorSchema },
    },
    async ({ violations }, { params: { id } }) => ({ evidence: await (await violations()).evidence(id) }),
  ),
  route(
    'get',
    '/violations/{id}/verify',
    {
      summary: 'Whether a violation and its evidence are as they were signed',
      privilege: READ,
      params,
      response: { 200: verificationSchema, 404: errorSchema },
    },
    async ({ violations }, { params: { id } }) => (await violations()).verify(id),
  ),
];
