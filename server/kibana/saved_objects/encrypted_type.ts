import type { EncryptedSavedObjectsSetup, SavedObjectsType } from '@kbn/core/server';
import { modelVersion, type Properties } from './model_version';

/** A type of all of Kibana, not of a space, that only we see: no request's client knows it unasked. */
export const hiddenType = <Attributes>(name: string, properties: Properties): SavedObjectsType<Attributes> => ({
  name,
  hidden: true,
  namespaceType: 'agnostic',
  mappings: { dynamic: false, properties: {} },
  modelVersions: { 1: modelVersion(properties) },
});

/**
 * Has the attribute `secret` encrypted. No other is bound to it: lines of Kibana differ in which are by default, and one
 * reads what another wrote.
 */
export function registerSecret(
  encryptedSavedObjects: EncryptedSavedObjectsSetup | undefined,
  type: string,
  properties: Properties,
): void {
  encryptedSavedObjects?.registerType({
    type,
    attributesToEncrypt: new Set(['secret']),
    attributesToExcludeFromAAD: new Set(Object.keys(properties).filter((name) => name !== 'secret')),
  });
}
