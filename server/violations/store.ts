import type { Client, estypes } from '@elastic/elasticsearch';
import type { Activity, ActivityQuery, Overview } from '../../common/api/activity';
import { BeTraceError } from '../../common/errors';
import type { Log } from '../../common/log';
import { hasDigest } from '../../common/violations/canonical';
import { evidenceId } from '../../common/violations/identity';
import { evidenceStream } from '../../common/violations/namespace';
import { toViolation, type Violation } from '../../common/violations/violation';
import type { ViolationDocument } from '../../common/violations/violation_document';
import { encodeCursor } from '../elasticsearch/cursor';
import { describeError, withStore } from '../elasticsearch/errors';
import { ViolationCounts } from './activity';
import { evidenceRequest, searchRequest, standingRequest, violationRequest, type ViolationQuery } from './queries';
import type { Draft } from './document';
import type { Signer } from './sign';
import { type OnCreated, ViolationWriter } from './writer';
import type { Written } from './bulk';

export interface ViolationsPage {
  readonly violations: Violation[];
  readonly total: number;
  readonly cursor: string | null;
}

/** A violation as it is stored, beside its evidence: what `verify` takes. */
export interface StoredViolation {
  readonly documentId: string;
  readonly source: ViolationDocument;
  /** Undefined where it was erased. */
  readonly evidence: unknown;
}

export interface ViolationStore {
  /** One answer for each draft, in order; where what it says stands already, `exists`. Never throws. */
  write(drafts: readonly Draft[], sign: Signer, onCreated?: OnCreated): Promise<Written[]>;
  search(query: ViolationQuery, space: string): Promise<ViolationsPage>;
  get(id: string, space: string): Promise<Violation>;
  getWithEvidence(id: string, space: string): Promise<StoredViolation>;
  /** The violations of traces that stand, of those that were found in stored traces. */
  standingOf(traceIds: readonly string[], space: string): Promise<StandingViolation[]>;
  activity(query: ActivityQuery, space: string): Promise<Activity>;
  overview(query: ActivityQuery, space: string): Promise<Overview>;
}

/** A violation by the rule and the trace that it is of. */
export interface StandingViolation {
  readonly traceId: string;
  readonly ruleId: string;
  readonly ruleVersion: string;
}

/** Violations in Elasticsearch. Whatever is read is read in one space. */
export class ElasticsearchViolationStore implements ViolationStore {
  private readonly writer: ViolationWriter;
  private readonly counts: ViolationCounts;

  /** @param projection the client that may change what is not signed; the same where one may do both */
  constructor(
    private readonly client: Client,
    private readonly log: Log,
    projection: Client = client,
  ) {
    this.writer = new ViolationWriter(client, log, projection);
    this.counts = new ViolationCounts(client);
  }

  write(drafts: readonly Draft[], sign: Signer, onCreated?: OnCreated): Promise<Written[]> {
    return this.writer.write(drafts, sign, onCreated);
  }

  async search(query: ViolationQuery, space: string): Promise<ViolationsPage> {
    const answer = await withStore(() => this.client.search<ViolationDocument>(searchRequest(query, space)));
    const hits = answer.hits.hits;
    const last = hits.length === query.limit ? hits.at(-1)?.sort : undefined;
    return {
      violations: hits.flatMap((hit) => this.readable(hit)),
      total: (answer.hits.total as estypes.SearchTotalHits).value,
      cursor: last ? encodeCursor(last as (string | number)[]) : null,
    };
  }

  async get(id: string, space: string): Promise<Violation> {
    return toViolation((await this.latest(id, space)).source);
  }

  async getWithEvidence(id: string, space: string): Promise<StoredViolation> {
    const found = await this.latest(id, space);
    return { ...found, evidence: await this.evidenceOf(found, space) };
  }

  async standingOf(traceIds: readonly string[], space: string): Promise<StandingViolation[]> {
    if (traceIds.length === 0) return [];
    const found: StandingViolation[] = [];
    let after: estypes.SortResults | undefined;
    do {
      const request = standingRequest(traceIds, space, after);
      const { hits } = (await withStore(() => this.client.search<Pick<ViolationDocument, 'betrace'>>(request))).hits;
      for (const { _source } of hits) {
        const { trace_ids, rule_id, rule_version } = _source!.betrace.violation;
        found.push({ traceId: trace_ids[0]!, ruleId: rule_id, ruleVersion: rule_version });
      }
      after = hits.length < request.size! ? undefined : hits.at(-1)?.sort;
    } while (after !== undefined);
    return found;
  }

  activity(query: ActivityQuery, space: string): Promise<Activity> {
    return this.counts.activity(query, space);
  }

  overview(query: ActivityQuery, space: string): Promise<Overview> {
    return this.counts.overview(query, space);
  }

  private async latest(id: string, space: string): Promise<Omit<StoredViolation, 'evidence'>> {
    const answer = await withStore(() => this.client.search<ViolationDocument>(violationRequest(id, space)));
    const [hit] = answer.hits.hits;
    if (!hit?._source || hit._id === undefined) throw notFound(id);
    return { documentId: hit._id, source: hit._source };
  }

  private async evidenceOf(found: Omit<StoredViolation, 'evidence'>, space: string): Promise<unknown> {
    const digest: unknown = found.source.betrace?.violation?.evidence_digest;
    if (typeof digest !== 'string') return undefined;
    const request = evidenceRequest(evidenceId(found.documentId, digest), space);
    let sources = await this.sources(request);
    if (sources.length === 0 && (await this.refreshed(evidenceStream(space)))) sources = await this.sources(request);
    return sources.find((source) => hasDigest(source, digest)) ?? sources[0];
  }

  private async sources(request: estypes.SearchRequest): Promise<unknown[]> {
    const { hits } = (await withStore(() => this.client.search<unknown>(request))).hits;
    return hits.map(({ _source }) => _source);
  }

  /** Evidence is written before its violation, but each index becomes searchable in its own time. */
  private async refreshed(index: string): Promise<boolean> {
    try {
      await this.client.indices.refresh({ index, ignore_unavailable: true, allow_no_indices: true });
      return true;
    } catch (error) {
      this.log.warn({ reason: describeError(error) }, 'Evidence of the last second may be taken for erased');
      return false;
    }
  }

  /** A document that somebody changed beyond reading is left out of a listing, not the reason that there is none. */
  private readable({ _id, _source }: estypes.SearchHit<ViolationDocument>): Violation[] {
    try {
      return _source ? [toViolation(_source)] : [];
    } catch {
      this.log.error({ documentId: _id }, 'A stored violation can no longer be read: it was changed');
      return [];
    }
  }
}

const notFound = (id: string): BeTraceError => new BeTraceError('BT_NOT_FOUND', `There is no violation "${id}".`);
