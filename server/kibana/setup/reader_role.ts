import { evidenceStream, metricsStream, violationsStream } from '../../../common/violations/namespace';
import { FEATURE_ID } from '../feature';

/**
 * A role of Kibana (`PUT /api/security/role/<name>`) for who reads one space: its rules and violations in BeTrace, and its
 * streams in Discover, by their whole names, so that nothing of another space is among them.
 */
export const readerRole = (space: string): object => ({
  elasticsearch: {
    cluster: [],
    indices: [
      {
        names: [violationsStream, evidenceStream, metricsStream].map((stream) => stream(space)),
        privileges: ['read', 'view_index_metadata'],
      },
    ],
    run_as: [],
  },
  kibana: [{ base: [], feature: { [FEATURE_ID]: ['read'] }, spaces: [space] }],
});
