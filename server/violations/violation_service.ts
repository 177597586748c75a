import type { Activity, ActivityQuery, Overview } from '../../common/api/activity';
import { evidenceSchema, type SearchViolationsQuery } from '../../common/api/violations';
import { type Evidence, toEvidence } from '../../common/violations/evidence';
import type { EvidenceDocument } from '../../common/violations/evidence_document';
import type { Verification } from '../../common/violations/verification';
import type { Violation } from '../../common/violations/violation';
import type { KeyRing } from './keys';
import type { ViolationsPage, ViolationStore } from './store';
import { verify } from './verify';

/** What the API does with violations, in one space. */
export class ViolationService {
  constructor(
    private readonly store: Pick<ViolationStore, 'search' | 'get' | 'getWithEvidence' | 'activity' | 'overview'>,
    private readonly ring: KeyRing,
    private readonly space: string,
  ) {}

  search({ from, to, ...query }: SearchViolationsQuery): Promise<ViolationsPage> {
    const range = { from: from === undefined ? from : new Date(from), to: to === undefined ? to : new Date(to) };
    return this.store.search({ ...query, ...range }, this.space);
  }

  /** Of each rule. */
  activity(query: ActivityQuery): Promise<Activity> {
    return this.store.activity(query, this.space);
  }

  overview(query: ActivityQuery): Promise<Overview> {
    return this.store.overview(query, this.space);
  }

  get(id: string): Promise<Violation> {
    return this.store.get(id, this.space);
  }

  /** The evidence of a violation as it is stored now; null where it was erased, or changed beyond reading. */
  async evidence(id: string): Promise<Evidence | null> {
    const { evidence } = await this.store.getWithEvidence(id, this.space);
    try {
      const read = evidenceSchema.safeParse({ evidence: toEvidence(evidence as EvidenceDocument) });
      return read.success ? (read.data.evidence as Evidence) : null;
    } catch {
      return null;
    }
  }

  /** Reads the violation and its evidence as they are stored now, and says whether that is what was signed. */
  async verify(id: string): Promise<Verification> {
    const { source, documentId, evidence } = await this.store.getWithEvidence(id, this.space);
    return verify(source, documentId, evidence, this.ring);
  }
}
