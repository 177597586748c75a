/* global structuredClone */

/** @typedef {{ type: string, id: string, namespaces: string[], attributes: any, references: any[], managed?: boolean, version: string, updated_at: string }} Stored */

/** @param {number} statusCode */
const boom = (statusCode) => Object.assign(new Error(`saved objects: ${statusCode}`), { output: { statusCode } });

const MARK = 'encrypted:';
/** @param {string} text */
const encrypt = (text) => MARK + Buffer.from(text).toString('base64');
/** @param {string} text */
const decrypt = (text) => Buffer.from(text.slice(MARK.length), 'base64').toString();
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** What objects of Kibana's own types may say in 8.12; later lines know all of it. */
const KIBANA_TYPES = {
  'index-pattern':
    'title name timeFieldName allowNoIndex fieldAttrs fieldFormatMap runtimeFieldMap sourceFilters typeMeta',
  search: 'title description columns sort hits version kibanaSavedObjectMeta',
  lens: 'title description visualizationType state',
  dashboard:
    'title description version timeRestore timeFrom timeTo refreshInterval optionsJSON panelsJSON kibanaSavedObjectMeta',
};

/** Of a type of Kibana's own. */
const ANYTHING = { validate: (/** @type {any} */ value) => value };
const PERMISSIVE = { changes: [], schemas: { create: ANYTHING, forwardCompatibility: ANYTHING } };

/** @param {any} type */
const newestModel = ({ modelVersions }) => modelVersions[Object.keys(modelVersions).length];

/** Saved objects in memory, as strict as Kibana's about what a plugin must say first. */
export class SavedObjects {
  constructor() {
    /** @type {Map<string, any>} */
    this.types = new Map();
    /** @type {Map<string, Stored>} */
    this.objects = new Map();
    this.version = 0;
    /** @type {Map<string, ReadonlySet<string>>} */
    this.encrypted = new Map();
    for (const name of Object.keys(KIBANA_TYPES)) {
      this.types.set(name, { name, hidden: false, namespaceType: 'multiple-isolated' });
    }
  }

  /** As Kibana's importer does with an object stream. @param {any} client @param {any} options */
  async import({ space }, { readStream, overwrite, createNewCopies, managed, ...rest }) {
    if (Object.keys(rest).length > 0 || createNewCopies || managed !== true) throw boom(400);
    const objects = [];
    for await (const object of readStream) objects.push(object);
    const ids = new Set(objects.map(({ type, id }) => `${type}:${id}`));
    const [successResults, errors] = [/** @type {any[]} */ ([]), /** @type {any[]} */ ([])];
    for (const { type, id, attributes, references, coreMigrationVersion, typeMigrationVersion, ...more } of objects) {
      const known = new Set(KIBANA_TYPES[/** @type {keyof typeof KIBANA_TYPES} */ (type)]?.split(' '));
      const there = this.objects.get(`${type}:${id}`);
      const fault =
        Object.keys(attributes).find((key) => !known.has(key)) ??
        Object.keys(more).find((key) => key !== 'managed') ??
        references.find((/** @type {any} */ to) => !ids.has(`${to.type}:${to.id}`))?.id ??
        (coreMigrationVersion > '8.8.0' || typeMigrationVersion > '8.9.0' ? 'too new' : undefined) ??
        (there && (!overwrite || there.namespaces[0] !== space) ? 'conflict' : undefined);
      if (fault !== undefined) errors.push({ type, id, error: { type: fault } });
      else {
        this.put({ type, id, namespaces: [space], attributes, references, managed });
        successResults.push({ type, id });
      }
    }
    return { success: errors.length === 0, successResults, errors };
  }

  /** What the plugin `encryptedSavedObjects` does at set-up. @param {any} registration */
  registerEncrypted({ type, attributesToEncrypt, attributesToExcludeFromAAD, ...rest }) {
    if (Object.keys(rest).length > 0) throw new Error(`${type}: ${Object.keys(rest)} is not in every line of Kibana`);
    // what 8.12 binds and 9 does not would be unreadable after an upgrade
    const properties = Object.keys(this.types.get(type).modelVersions[1].schemas.create.props);
    const bound = properties.filter((key) => !attributesToEncrypt.has(key) && !attributesToExcludeFromAAD.has(key));
    if (bound.length > 0) throw new Error(`${type}: ${bound} are bound to the secret in some lines of Kibana only`);
    this.encrypted.set(type, attributesToEncrypt);
  }

  /** @param {string} type @param {any} attributes @param {(value: string) => string} change */
  change(type, attributes, change) {
    const entries = Object.entries(attributes).map(([key, value]) =>
      this.encrypted.get(type)?.has(key) ? [key, change(value)] : [key, value],
    );
    return Object.fromEntries(entries);
  }

  /** As Kibana itself, of an object in any space. @param {string} type @param {string} id */
  async decrypted(type, id) {
    const object = this.objects.get(`${type}:${id}`);
    if (!object) throw boom(404);
    return structuredClone({ ...object, attributes: this.change(type, object.attributes, decrypt) });
  }

  /** @param {any} type */
  register(type) {
    const known = ['name', 'hidden', 'namespaceType', 'mappings', 'modelVersions', 'management'];
    const unknown = Object.keys(type).filter((key) => !known.includes(key));
    if (unknown.length > 0) throw new Error(`${type.name}: ${unknown} can't be said in every line of Kibana`);
    const versions = Object.keys(type.modelVersions);
    if (versions.some((version, at) => version !== String(at + 1)))
      throw new Error(`${type.name}: ${versions} have gaps`);
    if (type.hidden && type.management) throw new Error(`${type.name}: a hidden type has no management`);
    this.types.set(type.name, type);
  }

  /**
   * Takes a document as Kibana's index has it, of this model version or another: what an older one lacks its changes add, and
   * what a newer one knows more is left out.
   * @param {any} document
   */
  restore({ type: name, references, namespaces, typeMigrationVersion, managed, updated_at, ...rest }) {
    const { modelVersions = { 1: PERMISSIVE } } = this.types.get(name);
    const version = Number(/^10\.(\d+)\.0$/.exec(typeMigrationVersion)?.[1]);
    const newest = Object.keys(modelVersions).length;
    const { [name]: attributes, id } = rest;
    const known =
      version > newest ? modelVersions[newest].schemas.forwardCompatibility.validate(attributes) : attributes;
    modelVersions[Math.min(version, newest)].schemas.create.validate(known);
    for (let each = version + 1; each <= newest; each++) {
      if (modelVersions[each].changes.length > 0) throw new Error(`${name}: this knows no changes of models`);
    }
    const object = { type: name, id, namespaces, attributes: known, references, managed };
    this.objects.set(`${name}:${id}`, { ...object, version: String(++this.version), updated_at });
  }

  /** @param {string} space `*` for the internal repository @param {readonly string[]} hidden */
  client(space, hidden = []) {
    const typeOf = (/** @type {string} */ name) => {
      const type = this.types.get(name);
      if (!type || (type.hidden && !hidden.includes(name))) throw boom(400);
      return type;
    };
    const visible = (/** @type {Stored} */ object) =>
      ['*', object.namespaces[0]].includes(space) || this.types.get(object.type).namespaceType === 'agnostic';
    const find = (/** @type {any} */ options) => this.find(typeOf(options.type), visible, options);
    const get = async (/** @type {string} */ type, /** @type {string} */ id) => {
      typeOf(type);
      const object = this.objects.get(`${type}:${id}`);
      if (!object || !visible(object)) throw boom(404);
      return structuredClone(object);
    };
    return {
      space,
      find,
      get,
      create: async (
        /** @type {string} */ type,
        /** @type {any} */ attributes,
        /** @type {any} */ { id, references = [], overwrite = false, version } = {},
      ) => {
        const isSecret = this.encrypted.has(typeOf(type).name);
        if (isSecret && !UUID.test(id)) throw boom(400);
        // as Kibana itself nothing is encrypted
        const stored = space === '*' ? attributes : this.change(type, attributes, encrypt);
        newestModel(typeOf(type)).schemas.create.validate(stored);
        const there = this.objects.get(`${type}:${id}`);
        if (there && (!overwrite || (version !== undefined && there.version !== version))) throw boom(409);
        const namespaces = typeOf(type).namespaceType === 'agnostic' ? [] : [space];
        return structuredClone(this.put({ type, id, namespaces, attributes: stored, references }));
      },
      bulkCreate: async (/** @type {any[]} */ objects) => ({
        saved_objects: objects.map(({ type, id, attributes }) => {
          newestModel(typeOf(type)).schemas.create.validate(attributes);
          if (this.objects.has(`${type}:${id}`)) return { type, id, error: { statusCode: 409 } };
          return structuredClone(this.put({ type, id, namespaces: [space], attributes, references: [] }));
        }),
      }),
      update: async (
        /** @type {string} */ type,
        /** @type {string} */ id,
        /** @type {any} */ attributes,
        /** @type {{ version?: string }} */ { version } = {},
      ) => {
        const object = await get(type, id);
        if (version !== undefined && version !== object.version) throw boom(409);
        return this.put({ ...object, attributes: { ...object.attributes, ...attributes } });
      },
      delete: async (/** @type {string} */ type, /** @type {string} */ id) => {
        await get(type, id);
        this.objects.delete(`${type}:${id}`);
      },
      bulkGet: async (/** @type {{ type: string, id: string, namespaces: string[] }[]} */ objects) => {
        if (space !== '*') throw boom(400);
        const saved_objects = objects.map(({ type, id, namespaces }) => {
          const found = this.objects.get(`${typeOf(type).name}:${id}`);
          const isThere = found && namespaces.includes(found.namespaces[0] ?? '');
          return isThere ? structuredClone(found) : { type, id, error: { statusCode: 404 } };
        });
        return { saved_objects };
      },
      bulkDelete: async (
        /** @type {{ type: string, id: string }[]} */ objects,
        /** @type {{ namespace: string, force: boolean }} */ { namespace, force },
      ) => {
        if (space !== '*' || typeof force !== 'boolean') throw boom(400);
        const statuses = objects.map(({ type, id }) => {
          const found = this.objects.get(`${typeOf(type).name}:${id}`);
          if (found?.namespaces[0] !== namespace) return { type, id, success: false, error: { statusCode: 404 } };
          return { type, id, success: this.objects.delete(`${type}:${id}`) };
        });
        return { statuses };
      },
      createPointInTimeFinder: (/** @type {any} */ options) => ({
        async *find() {
          for (let page = 1; ; page++) {
            const found = await find({ ...options, page });
            yield found;
            if (page * options.perPage >= found.total) return;
          }
        },
        close: async () => {},
      }),
    };
  }

  /** @param {Omit<Stored, 'version' | 'updated_at'>} object @returns {Stored} */
  put(object) {
    this.version += 1;
    const stored = { ...structuredClone(object), version: String(this.version), updated_at: new Date().toISOString() };
    this.objects.set(`${object.type}:${object.id}`, stored);
    return stored;
  }

  /** @param {any} type @param {(object: Stored) => boolean} visible @param {any} options */
  async find(type, visible, options) {
    const { search, searchFields, filter, sortField, sortOrder, hasReference, aggs, perPage = 20, page = 1 } = options;
    const words = (search ?? '').replaceAll(/[\\"]/g, '').toLowerCase().split(/\s+/).filter(Boolean);
    const conditions = (filter ? filter.split(' and ') : []).map((/** @type {string} */ text) => {
      const [, name, attribute, value] = /^([a-z-]+)\.attributes\.([a-z]+): "([^"\\]+)"$/i.exec(text) ?? [];
      if (name !== type.name || !attribute || !(attribute in type.mappings.properties)) throw boom(400);
      return { attribute, value };
    });
    const field = sortField?.split('.')[0];
    if (field && !(field in type.mappings.properties)) throw boom(400);
    const found = [...this.objects.values()]
      .filter((object) => object.type === type.name && visible(object))
      .filter(({ attributes }) => {
        const text = (searchFields ?? [])
          .map((/** @type {string} */ name) => attributes[name])
          .join(' ')
          .toLowerCase();
        return (
          words.every((/** @type {string} */ word) => text.includes(word)) &&
          conditions.every((/** @type {any} */ each) => attributes[each.attribute] === each.value)
        );
      })
      .filter(({ references }) => !hasReference || references.some(({ id }) => id === hasReference.id));
    if (field) {
      const sign = sortOrder === 'desc' ? -1 : 1;
      found.sort((a, b) => sign * (a.attributes[field] < b.attributes[field] ? -1 : 1));
    }
    return {
      total: found.length,
      saved_objects: structuredClone(found.slice(perPage * (page - 1), perPage * page)),
      ...(aggs && {
        aggregations: {
          revisions: { value: found.reduce((sum, { attributes }) => sum + attributes.revision, 0) },
          latest: { value: Math.max(0, ...found.map((object) => Date.parse(object.updated_at))) },
        },
      }),
    };
  }
}
