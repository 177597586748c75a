import type { Client } from '@elastic/elasticsearch';
import { METADATA_INDEX } from '../../ingest/indices';
import { statusOf } from '../elasticsearch/errors';
import type { LeaseRecord, LeaseStore } from './lease';

const DOCUMENT_ID = 'bridge-lease';
/** Shorter than a lease lasts: an attempt that hangs must not use up the time of the next. */
const REQUEST = { requestTimeout: 2_000, maxRetries: 0 };

interface StoredRecord extends LeaseRecord {
  readonly seqNo: number;
  readonly primaryTerm: number;
}

/** The lease as a document of BeTrace's own; Elasticsearch's sequence numbers decide between writers at once. */
export class IndexLeaseStore implements LeaseStore {
  constructor(
    /** Who we are in Elasticsearch changes when keys are made. */
    private readonly client: () => Client,
  ) {}

  async read(): Promise<StoredRecord | undefined> {
    try {
      const { _source, _seq_no, _primary_term } = await this.client().get<{ holder: string | null }>(
        { index: METADATA_INDEX, id: DOCUMENT_ID },
        REQUEST,
      );
      return recordOf(_source?.holder ?? null, _seq_no, _primary_term);
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }

  async write(holder: string | null, since: LeaseRecord | undefined): Promise<StoredRecord | undefined> {
    const known = since as StoredRecord | undefined;
    const condition = known
      ? { if_seq_no: known.seqNo, if_primary_term: known.primaryTerm }
      : { op_type: 'create' as const };
    try {
      const { _seq_no, _primary_term } = await this.client().index(
        { index: METADATA_INDEX, id: DOCUMENT_ID, document: { holder }, ...condition },
        REQUEST,
      );
      return recordOf(holder, _seq_no, _primary_term);
    } catch (error) {
      if (statusOf(error) === 409) return undefined;
      throw error;
    }
  }
}

const recordOf = (holder: string | null, seqNo = 0, primaryTerm = 0): StoredRecord => ({
  holder,
  version: `${primaryTerm}/${seqNo}`,
  seqNo,
  primaryTerm,
});
