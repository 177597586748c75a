import type { Client, estypes } from '@elastic/elasticsearch';
import type { PullState } from '../../../common/api/stored_traces';
import { BeTraceError } from '../../../common/errors';
import { METADATA_INDEX } from '../../../ingest/indices';
import { statusOf, withStore } from '../../elasticsearch/errors';

/** What is kept of pull mode in a space. Times are ISO 8601. */
export interface PullRecord extends Omit<PullState, 'lagMs'> {
  /** All traces that ended before it were looked at once more, for spans that came late. */
  readonly final: string | null;
}

export interface StoredPull {
  readonly space: string;
  readonly record: PullRecord;
  /** Elasticsearch's, of the document as it was read or written last. */
  readonly version: { readonly if_seq_no: number; readonly if_primary_term: number };
}

const MAX_DOCUMENTS = 10_000;

export const OFF: PullRecord = {
  enabled: false,
  kql: '',
  since: null,
  watermark: null,
  final: null,
  startedBy: null,
  startedAt: null,
  key: null,
  notInvalidated: [],
  lastRun: null,
};

/** Pull mode's state by space, in BeTrace's own index; who writes must have read what is there. */
export class PullStore {
  /** @param prefix of documents: hosts of different kinds keep their rules, and the keys for this, apart */
  constructor(
    private readonly client: () => Client,
    private readonly prefix: 'pull:' | 'kibana_pull:',
  ) {}

  async get(space: string): Promise<StoredPull | undefined> {
    try {
      const { _source, _seq_no, _primary_term } = await withStore(() =>
        this.client().get<PullRecord>({ index: METADATA_INDEX, id: this.prefix + space }),
      );
      return { space, record: { ...OFF, ..._source }, version: versionOf(_seq_no, _primary_term) };
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }

  /** The spaces that pull mode was ever switched on in. */
  async spaces(): Promise<string[]> {
    const answer = await withStore(() =>
      this.client().search({
        index: METADATA_INDEX,
        size: MAX_DOCUMENTS,
        query: { match_all: {} },
        _source: false,
        ignore_unavailable: true,
      }),
    );
    return answer.hits.hits.flatMap(({ _id = '' }) =>
      _id.startsWith(this.prefix) ? [_id.slice(this.prefix.length)] : [],
    );
  }

  /**
   * @param before what is there now; undefined: nothing
   * @throws BT_REVISION_CONFLICT where somebody else has written since
   */
  async put(space: string, record: PullRecord, before: StoredPull | undefined): Promise<StoredPull> {
    const condition: Partial<estypes.IndexRequest> = before ? before.version : { op_type: 'create' };
    try {
      const { _seq_no, _primary_term } = await withStore(() =>
        this.client().index({
          index: METADATA_INDEX,
          id: this.prefix + space,
          document: record,
          refresh: true,
          ...condition,
        }),
      );
      return { space, record, version: versionOf(_seq_no, _primary_term) };
    } catch (error) {
      if (statusOf(error) !== 409) throw error;
      throw new BeTraceError(
        'BT_REVISION_CONFLICT',
        'Pull mode was changed by somebody else at the same time; try again.',
      );
    }
  }
}

const versionOf = (seqNo = 0, primaryTerm = 0): StoredPull['version'] => ({
  if_seq_no: seqNo,
  if_primary_term: primaryTerm,
});
