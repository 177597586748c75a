import { schema } from '@kbn/config-schema';

/** What is below `attributes` of a saved object, by name. */
export type Properties = Parameters<typeof schema.object>[0];

/** A model version that changes nothing that is stored; what a later one adds is left out when it is read. */
export const modelVersion = (properties: Properties) => ({
  changes: [],
  schemas: {
    forwardCompatibility: schema.object(properties, { unknowns: 'ignore' }),
    create: schema.object(properties),
  },
});
