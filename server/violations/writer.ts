import type { Client } from '@elastic/elasticsearch';
import type { Log } from '../../common/log';
import { evidenceId, revisionId } from '../../common/violations/identity';
import { evidenceStream, violationsStream } from '../../common/violations/namespace';
import type { ViolationDocument } from '../../common/violations/violation_document';
import { describeError, statusOf } from '../elasticsearch/errors';
import { type BulkItem, type Written, bulkCreate } from './bulk';
import { LENIENT, latestRequest } from './queries';
import { Recent } from './recent';
import type { Signed } from './sign';

/** Far more than can be written between two refreshes of an index. */
const MAX_RECENT = 50_000;

interface Standing {
  readonly revision: number;
  readonly verdictDigest: string;
}

/**
 * Writes each violation once. Elasticsearch refuses an `_id` twice only within one backing index, so the stream is asked
 * first, after a refresh, and what this process wrote is remembered; one batch at a time, so that two batches with the
 * same violation can't both find nothing.
 */
export class ViolationWriter {
  private readonly recent = new Recent<Standing>(MAX_RECENT);
  private queue: Promise<unknown> = Promise.resolve();
  private mayRefresh = true;

  constructor(
    private readonly client: Client,
    private readonly log: Log,
  ) {}

  write(items: readonly Signed[]): Promise<Written[]> {
    const written = this.queue.then(() => this.writeBatch(items));
    this.queue = written.catch(() => undefined);
    return written;
  }

  private async writeBatch(items: readonly Signed[]): Promise<Written[]> {
    const unique = new Map(items.map((item) => [documentIdOf(item), item]));
    const outcomes = await this.writeUnique([...unique.values()]);
    const byId = new Map([...unique.keys()].map((id, index) => [id, outcomes[index]!]));
    const seen = new Set<string>();
    return items.map((item) => {
      const id = documentIdOf(item);
      const outcome = byId.get(id)!;
      const isRepeat = seen.has(id);
      seen.add(id);
      return isRepeat && outcome === 'created' ? 'exists' : outcome;
    });
  }

  private async writeUnique(items: readonly Signed[]): Promise<Written[]> {
    let standing: Map<string, Standing>;
    try {
      standing = await this.lookUp(items);
    } catch (error) {
      const retry = describeError(error);
      return items.map(() => ({ retry }));
    }
    const absent = items.filter((item) => !this.stands(item, standing));
    const outcomes = new Map(zip(absent, await this.create(absent)));
    return items.map((item) => outcomes.get(item) ?? 'exists');
  }

  /** Evidence first: there is no violation whose evidence is still to come. */
  private async create(items: readonly Signed[]): Promise<Written[]> {
    const evidence = await bulkCreate(this.client, items.map(evidenceItem));
    const proven = items.filter((_, index) => isThere(evidence[index]));
    const written = new Map(zip(proven, await bulkCreate(this.client, proven.map(violationItem))));
    const outcomes = items.map((item, index) => written.get(item) ?? evidence[index]!);
    zip(items, outcomes).forEach(([item, outcome]) => {
      if (outcome === 'created') this.recent.set(fieldsOf(item).id, standingOf(fieldsOf(item)));
    });
    await this.compare(proven.filter((item) => written.get(item) === 'exists'));
    return outcomes;
  }

  /** Says so where another host was faster and with another verdict. */
  private async compare(items: readonly Signed[]): Promise<void> {
    try {
      const standing = await this.lookUp(items);
      for (const item of items) this.stands(item, standing);
    } catch (error) {
      this.log.debug({ reason: describeError(error) }, 'What another host wrote could not be compared');
    }
  }

  private stands(item: Signed, standing: ReadonlyMap<string, Standing>): boolean {
    const { id, revision, verdict_digest, rule_id } = fieldsOf(item);
    const found = standing.get(id);
    if (!found || found.revision < revision) return false;
    if (found.verdictDigest !== verdict_digest) {
      this.log.warn(
        { violationId: id, ruleId: rule_id, revision: found.revision },
        'The same trace was judged again and differently; the violation that was written first stands',
      );
    }
    return true;
  }

  /** The latest revisions of those of the violations that are there. */
  private async lookUp(items: readonly Signed[]): Promise<Map<string, Standing>> {
    const standing = new Map<string, Standing>();
    const unknown: Signed[] = [];
    for (const item of items) {
      const { id, revision } = fieldsOf(item);
      const recent = this.recent.get(id);
      if (recent && recent.revision >= revision) standing.set(id, recent);
      else unknown.push(item);
    }
    if (unknown.length === 0) return standing;
    const spaces = [...new Set(unknown.map((item) => fieldsOf(item).space_id))];
    await this.refresh(spaces);
    const ids = unknown.map((item) => fieldsOf(item).id);
    const answer = await this.client.search<Pick<ViolationDocument, 'betrace'>>(latestRequest(ids, spaces));
    for (const { _source } of answer.hits.hits) {
      if (!_source) continue;
      const fields = _source.betrace.violation;
      standing.set(fields.id, standingOf(fields));
      this.recent.set(fields.id, standingOf(fields));
    }
    return standing;
  }

  /** Makes visible what others, or this host before a restart, wrote within the last moments. */
  private async refresh(spaces: readonly string[]): Promise<void> {
    if (!this.mayRefresh) return;
    const { ignore_unavailable, allow_no_indices } = LENIENT;
    try {
      await this.client.indices.refresh({ index: spaces.map(violationsStream), ignore_unavailable, allow_no_indices });
    } catch (error) {
      if (statusOf(error) !== 403) throw error;
      this.mayRefresh = false;
      this.log.warn(
        {},
        'The key may not refresh (privilege `maintenance`): within a second of a rollover another host may double a violation',
      );
    }
  }
}

const fieldsOf = (item: Signed): ViolationDocument['betrace']['violation'] => item.violation.betrace.violation;

const documentIdOf = (item: Signed): string => revisionId(fieldsOf(item).id, fieldsOf(item).revision);

const standingOf = ({ revision, verdict_digest }: ViolationDocument['betrace']['violation']): Standing => ({
  revision,
  verdictDigest: verdict_digest,
});

const violationItem = (item: Signed): BulkItem => ({
  index: violationsStream(fieldsOf(item).space_id),
  id: documentIdOf(item),
  document: item.violation,
});

const evidenceItem = (item: Signed): BulkItem => ({
  index: evidenceStream(fieldsOf(item).space_id),
  id: evidenceId(documentIdOf(item), fieldsOf(item).evidence_digest),
  document: item.evidence,
});

const isThere = (outcome: Written | undefined): boolean => outcome === 'created' || outcome === 'exists';

const zip = <A, B>(left: readonly A[], right: readonly B[]): [A, B][] =>
  left.map((item, index) => [item, right[index]!]);
