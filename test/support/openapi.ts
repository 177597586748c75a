type Json = Readonly<Record<string, unknown>>;

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
}

interface Operation {
  readonly operationId?: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, Json>>;
}

export interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
}

/** By method and path. */
export const operationsOf = ({ paths }: OpenApi): Map<string, Operation> =>
  new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method} ${path}`, operation] as const),
    ),
  );

interface Dereferenced {
  /** But for headers. */
  readonly parameters: readonly unknown[];
  readonly body: unknown;
  readonly answers: Readonly<Record<string, unknown>>;
}

/** What an operation takes and gives, whatever its schemas are named and whether they are. */
export function dereferenced(
  { components }: OpenApi,
  { parameters = [], requestBody, responses }: Operation,
): Dereferenced {
  const of = (value: unknown, above: readonly string[] = []): unknown => {
    if (Array.isArray(value)) return value.map((each) => of(each, above));
    if (typeof value !== 'object' || value === null) return value;
    const { $ref, ...rest } = value as { readonly $ref?: unknown };
    if (typeof $ref !== 'string') {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, of(inner, above)]));
    }
    const name = $ref.split('/').at(-1)!;
    // of one that holds itself
    if (above.includes(name)) return { again: above.length - above.indexOf(name) };
    return { ...(of(components.schemas[name], [...above, name]) as Json), ...rest };
  };
  const content = (answer: unknown): unknown => of((answer as { content?: unknown } | undefined)?.content);
  return {
    parameters: (of(parameters) as Parameter[])
      .filter(({ in: place }) => place !== 'header')
      .map(({ required = false, ...parameter }) => ({ ...parameter, required }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    body: content(requestBody),
    answers: Object.fromEntries(Object.entries(responses).map(([status, answer]) => [status, content(answer)])),
  };
}
