import { REVISION_TYPE, RULE_TYPE } from './saved_objects/types';
import { PULL_KEY_TYPE } from './pull_keys';
import { KEYS_TYPE } from './setup/kept_keys';

export const FEATURE_ID = 'betrace';
export const READ = 'betrace_read';
export const WRITE = 'betrace_write';
export const ADMINISTER = 'betrace_administer';

const OBSERVABILITY = {
  id: 'observability',
  label: 'Observability',
  euiIconType: 'logoObservability',
  order: 3000,
};

/** The part of the features plugin that we use. */
export interface FeaturesSetup {
  registerKibanaFeature(feature: object): void;
}

/**
 * What a role can be given: `all` sees everything and changes rules, `read` sees everything. `administer` is part of `all`,
 * and can be left out of a role where the licence has sub-features; what it does in Elasticsearch, Elasticsearch must allow
 * the user besides.
 */
export function registerFeature(features: FeaturesSetup): void {
  const types = [RULE_TYPE, REVISION_TYPE];
  const shared = { app: [FEATURE_ID, 'kibana'], catalogue: [FEATURE_ID] };
  features.registerKibanaFeature({
    id: FEATURE_ID,
    name: 'BeTrace',
    category: OBSERVABILITY,
    ...shared,
    privileges: {
      all: { ...shared, api: [READ, WRITE], savedObject: { all: types, read: [] }, ui: ['show', 'save'] },
      read: { ...shared, api: [READ], savedObject: { all: [], read: types }, ui: ['show'] },
    },
    subFeatures: [
      {
        name: 'Set-up',
        privilegeGroups: [
          {
            groupType: 'independent',
            privileges: [
              {
                id: 'administer',
                name: 'Set BeTrace up in Elasticsearch, and remove it',
                includeIn: 'all',
                api: [ADMINISTER],
                savedObject: { all: [KEYS_TYPE, PULL_KEY_TYPE], read: [] },
                ui: ['administer'],
              },
            ],
          },
        ],
      },
    ],
  });
}
