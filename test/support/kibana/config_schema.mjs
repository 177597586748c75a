/**
 * As much of `@kbn/config-schema` as the plugin asks for, strict where Kibana's is: unknown keys and wrong types throw.
 * Written into the tree that the plugin is loaded in, so it must stand alone.
 */
export function configSchema() {
  /** @param {(value: any, path: string) => unknown} check @param {{ defaultValue?: unknown }} [options] */
  const type = (check, options = {}, props = {}) => ({
    props,
    __isKbnConfigSchemaType: true,
    optional: 'defaultValue' in options,
    validate: (/** @type {any} */ value, _context = {}, path = 'config') =>
      value === undefined && 'defaultValue' in options ? options.defaultValue : check(value, String(path)),
  });
  /** @param {boolean} holds @param {string} path @param {string} what */
  const must = (holds, path, what) => {
    if (!holds) throw new Error(`[${path}]: ${what}`);
  };
  /** @param {string} name */
  const primitive =
    (name) =>
    (/** @type {any} */ options = {}) =>
      type((value, path) => {
        must(typeof value === name, path, `expected a ${name}`);
        const size = name === 'string' ? value.length : value;
        must(!(size < (options.minLength ?? options.min ?? -Infinity)), path, 'too small');
        must(!(size > (options.maxLength ?? options.max ?? Infinity)), path, 'too large');
        const problem = options.validate?.(value);
        must(!problem, path, problem);
        return value;
      }, options);
  const schema = {
    boolean: primitive('boolean'),
    string: primitive('string'),
    number: primitive('number'),
    maybe: (/** @type {any} */ inner) =>
      type((value, path) => inner.validate(value, {}, path), { defaultValue: undefined }),
    literal: (/** @type {unknown} */ expected) =>
      type((value, path) => (must(value === expected, path, `expected ${expected}`), value)),
    oneOf: (/** @type {any[]} */ types, options = {}) =>
      type((value, path) => {
        for (const each of types) {
          try {
            return each.validate(value, {}, path);
          } catch {
            continue;
          }
        }
        throw new Error(`[${path}]: none of the types`);
      }, options),
    arrayOf: (/** @type {any} */ inner, options = {}) =>
      type((value, path) => {
        must(Array.isArray(value), path, 'expected an array');
        return value.map((/** @type {unknown} */ each) => inner.validate(each, {}, path));
      }, options),
    object: (/** @type {Record<string, any>} */ props, /** @type {any} */ options = {}) =>
      type(
        (value, path) => {
          must(typeof value === 'object' && value !== null, path, 'expected an object');
          for (const key of options.unknowns === 'ignore' ? [] : Object.keys(value)) {
            must(key in props || options.unknowns === 'allow', `${path}.${key}`, 'definition for this key is missing');
          }
          const result = Object.fromEntries(
            Object.entries(props).map(([key, each]) => [key, each.validate(value[key], {}, `${path}.${key}`)]),
          );
          if (options.unknowns === 'allow') Object.assign(result, { ...value, ...result });
          const problem = options.validate?.(result);
          must(!problem, path, problem);
          return result;
        },
        // an object all of whose keys have defaults has one itself
        {},
        props,
      ),
  };
  const { object } = schema;
  schema.object = (props, options) => {
    const made = object(props, options);
    const { validate } = made;
    made.validate = (value, context, path) => validate(value === undefined ? {} : value, context, path);
    return made;
  };
  return schema;
}
