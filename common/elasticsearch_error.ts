/**
 * Answers of Elasticsearch that are errors, told by their form and not by their class: in Kibana the client is Kibana's,
 * and so are its classes.
 */
interface ResponseError extends Error {
  readonly statusCode: number;
  readonly body: unknown;
}

/** The HTTP status of an answer of Elasticsearch, or undefined where there was none. */
export const statusOf = (error: unknown): number | undefined => (isResponseError(error) ? error.statusCode : undefined);

/** Elasticsearch's name for what went wrong, e.g. `resource_already_exists_exception`. */
export function errorTypeOf(error: unknown): string | undefined {
  const body = isResponseError(error) ? error.body : undefined;
  const type = isRecord(body) && isRecord(body['error']) ? body['error']['type'] : undefined;
  return typeof type === 'string' ? type : undefined;
}

const isResponseError = (error: unknown): error is ResponseError =>
  error instanceof Error && error.name === 'ResponseError' && 'statusCode' in error;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
