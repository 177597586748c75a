import type { Client } from '@elastic/elasticsearch';
import type { Log } from '../../common/log';
import { violationsStream } from '../../common/violations/namespace';
import type { ViolationDocument } from '../../common/violations/violation_document';
import { statusOf } from '../elasticsearch/errors';
import type { Draft } from './document';
import { LENIENT, earlierRequest, latestRequest } from './queries';
import { Recent } from './recent';
import type { Standing } from './revision';
import type { Signed } from './sign';

/** Far more than can be written between two refreshes of an index. */
const MAX_RECENT = 50_000;

type Known = Pick<ViolationDocument, 'betrace'>;

/** What stands in the store of the violations that are to be written, beyond what one backing index knows. */
export class Standings {
  private readonly recent = new Recent<Standing>(MAX_RECENT);
  private mayRefresh = true;

  constructor(
    private readonly client: Client,
    private readonly log: Log,
  ) {}

  /** What this process wrote itself. */
  wrote(signed: Signed): void {
    const fields = fieldsOf(signed);
    this.recent.set(fields.id, standingOf(fields));
  }

  /**
   * The latest revisions of those of the violations that are there, by id. What this process knows is enough for a first
   * finding of what stands as violated; for everything else the store is asked, since another host may have gone on.
   */
  async lookUp(drafts: readonly Draft[]): Promise<Map<string, Standing>> {
    const standing = new Map<string, Standing>();
    const unknown: Draft[] = [];
    for (const draft of drafts) {
      const { id } = fieldsOf(draft);
      const recent = this.recent.get(id);
      if (recent) standing.set(id, recent);
      if (draft.replaces || !recent || recent.verdict === 'retracted') unknown.push(draft);
    }
    if (unknown.length === 0) return standing;
    await this.refresh(unknown);
    const answer = await this.client.search<Known>(latestRequest(idsOf(unknown), spacesOf(unknown)));
    for (const { _source } of answer.hits.hits) {
      if (!_source) continue;
      const fields = _source.betrace.violation;
      const known = standing.get(fields.id);
      if (known && known.revision > fields.revision) continue;
      standing.set(fields.id, standingOf(fields));
      this.recent.set(fields.id, standingOf(fields));
    }
    await this.addEarlier(unknown, standing);
    return standing;
  }

  /** Makes visible what others, or this host before a restart, wrote within the last moments. */
  async refresh(drafts: readonly Draft[]): Promise<void> {
    if (!this.mayRefresh) return;
    const { ignore_unavailable, allow_no_indices } = LENIENT;
    const index = spacesOf(drafts).map(violationsStream);
    try {
      await this.client.indices.refresh({ index, ignore_unavailable, allow_no_indices });
    } catch (error) {
      if (statusOf(error) !== 403) throw error;
      this.mayRefresh = false;
      this.log.warn(
        {},
        'The key may not refresh (privilege `maintenance`): what was written within the last second may be overlooked, and then doubled or not retracted',
      );
    }
  }

  /** Of what was retracted, and is found again as if for the first time: whether that is what was retracted. */
  private async addEarlier(drafts: readonly Draft[], standing: Map<string, Standing>): Promise<void> {
    const again = drafts.filter((draft) => {
      return !draft.replaces && standing.get(fieldsOf(draft).id)?.verdict === 'retracted';
    });
    if (again.length === 0) return;
    const digests = again.map((draft) => fieldsOf(draft).verdict_digest);
    const answer = await this.client.search<Known>(earlierRequest(idsOf(again), digests, spacesOf(again)));
    const found = answer.hits.hits.flatMap(({ _source }) => (_source ? [_source.betrace.violation] : []));
    for (const id of idsOf(again)) {
      const earlier = new Set(found.flatMap((fields) => (fields.id === id ? [fields.verdict_digest] : [])));
      standing.set(id, { ...standing.get(id)!, earlier });
    }
  }
}

export const fieldsOf = ({ violation }: Pick<Draft, 'violation'>): Draft['violation']['betrace']['violation'] =>
  violation.betrace.violation;

export const spacesOf = (drafts: readonly Draft[]): string[] => [
  ...new Set(drafts.map((draft) => fieldsOf(draft).space_id)),
];

const idsOf = (drafts: readonly Draft[]): string[] => drafts.map((draft) => fieldsOf(draft).id);

const standingOf = (fields: Known['betrace']['violation'] | Draft['violation']['betrace']['violation']): Standing => ({
  revision: fields.revision,
  verdict: fields.verdict,
  verdictDigest: fields.verdict_digest,
});
