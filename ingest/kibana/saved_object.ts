/** A saved object as exported files have it, of the versions that Kibana 8.12 writes and every later line migrates. */
export interface SavedObject {
  readonly id: string;
  readonly type: 'index-pattern' | 'search' | 'lens' | 'dashboard';
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly references: readonly Reference[];
  readonly coreMigrationVersion: string;
  readonly typeMigrationVersion: string;
  readonly managed: true;
}

export interface Reference {
  readonly id: string;
  readonly type: SavedObject['type'];
  readonly name: string;
}

const TYPE_VERSIONS: Readonly<Record<SavedObject['type'], string>> = {
  'index-pattern': '8.0.0',
  search: '7.9.3',
  lens: '8.9.0',
  dashboard: '8.7.0',
};

/** Completes an object with the versions of its form. */
export const savedObject = (object: Pick<SavedObject, 'id' | 'type' | 'attributes' | 'references'>): SavedObject => ({
  ...object,
  coreMigrationVersion: '8.8.0',
  typeMigrationVersion: TYPE_VERSIONS[object.type],
  managed: true,
});

/** What stands: as BeTrace's own lists have it. */
export const STANDING = 'betrace.violation.verdict : violated and betrace.violation.superseded : false';
