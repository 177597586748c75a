import type { Client, estypes } from '@elastic/elasticsearch';
import type { Log } from '../../common/log';
import type { ViolationDocument } from '../../common/violations/violation_document';
import { describeError, statusOf } from '../elasticsearch/errors';
import { REQUEST_TIMEOUT_MS } from './bulk';
import { notSupersededRequest } from './queries';

const MAX_ROUNDS = 5;

/** The latest revision of a violation, to which all before it are history. */
export interface Latest {
  readonly id: string;
  readonly space: string;
  readonly revision: number;
}

type Known = Pick<ViolationDocument, 'betrace'>;

/**
 * Marks what later revisions took the place of. Nothing that is signed is touched, and what is marked stays so: it can be
 * done again after any interruption. Where our key may not change documents it is said once, and left.
 */
export class Superseder {
  private mayUpdate = true;

  constructor(
    private readonly client: Client,
    private readonly log: Log,
  ) {}

  /**
   * @param refresh makes what was just written visible to a search
   * @returns why it could not be done and must be tried again; undefined where it is done, or may not be
   * @throws what a client throws
   */
  async supersede(latest: readonly Latest[], refresh: () => Promise<void>): Promise<string | undefined> {
    if (latest.length === 0) return undefined;
    let reason: string | undefined;
    for (let round = 0; round < MAX_ROUNDS && this.mayUpdate; round++) {
      await refresh();
      const older = await this.older(latest);
      if (older.length === 0) return undefined;
      reason = await this.mark(older);
      if (reason === undefined) return undefined;
    }
    return this.mayUpdate ? reason : undefined;
  }

  private async older(latest: readonly Latest[]): Promise<estypes.SearchHit<Known>[]> {
    const revisions = new Map(latest.map(({ id, revision }) => [id, revision]));
    const request = notSupersededRequest([...revisions.keys()], [...new Set(latest.map(({ space }) => space))]);
    const { hits } = (await this.client.search<Known>(request)).hits;
    return hits.filter(({ _source }) => {
      const fields = _source?.betrace.violation;
      return fields !== undefined && fields.revision < (revisions.get(fields.id) ?? 0);
    });
  }

  /** Another's change in between is no harm: it is read again. */
  private async mark(older: readonly estypes.SearchHit<Known>[]): Promise<string | undefined> {
    const operations = older.flatMap(({ _index, _id, _seq_no, _primary_term }) => [
      { update: { _index, _id: _id!, if_seq_no: _seq_no!, if_primary_term: _primary_term! } },
      { doc: { betrace: { violation: { superseded: true } } } },
    ]);
    try {
      const answer = await this.client.bulk({ operations }, { maxRetries: 0, requestTimeout: REQUEST_TIMEOUT_MS });
      const failed = answer.items.flatMap(({ update }) => (update && update.status >= 400 ? [update] : []));
      if (failed.some(({ status }) => status === 403)) this.giveUp();
      const [first] = failed;
      return first && `${first.status} ${first.error?.type ?? 'unknown'}`;
    } catch (error) {
      if (statusOf(error) !== 403) throw error;
      this.giveUp();
      return describeError(error);
    }
  }

  private giveUp(): void {
    this.mayUpdate = false;
    this.log.warn(
      {},
      'The key may not change violations (privilege `index`): earlier revisions stay listed beside what took their place',
    );
  }
}
