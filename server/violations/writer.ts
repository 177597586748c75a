import type { Client } from '@elastic/elasticsearch';
import type { Log } from '../../common/log';
import { evidenceId, revisionId } from '../../common/violations/identity';
import type { ViolationDocument } from '../../common/violations/violation_document';
import { evidenceStream, violationsStream } from '../../common/violations/namespace';
import { describeError } from '../elasticsearch/errors';
import { type BulkItem, type Written, bulkCreate } from './bulk';
import type { Draft } from './document';
import { type Standing, atRevision, nextRevision } from './revision';
import type { Signed, Signer } from './sign';
import { Standings, fieldsOf } from './standings';
import { type Latest, Superseder } from './supersede';

/** How often another host may be faster with the same revision before we come back later. */
const MAX_RACES = 3;

/** Told of each document that is in the store now and was not before; must not throw. */
export type OnCreated = (document: ViolationDocument) => void;

interface Hands {
  readonly sign: Signer;
  readonly onCreated: OnCreated | undefined;
}

interface Outcome {
  readonly written: Written | 'taken';
  /** The revision that is there now; 0 where none is, as far as is known. */
  readonly revision: number;
}

/**
 * Writes each violation once, and each change of its verdict as a revision of its own, signed when it is known which one.
 * Elasticsearch refuses an `_id` twice only within one backing index, so the stream is asked first, after a refresh, and
 * what this process wrote is remembered; one batch at a time, so that two batches with the same violation can't both find
 * nothing.
 */
export class ViolationWriter {
  private readonly standings: Standings;
  private readonly superseder: Superseder;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly client: Client,
    private readonly log: Log,
    projection: Client,
  ) {
    this.standings = new Standings(client, log);
    this.superseder = new Superseder(projection, log);
  }

  /** One answer for each draft, in order; drafts of one violation are written in their order. Never throws. */
  write(drafts: readonly Draft[], sign: Signer, onCreated?: OnCreated): Promise<Written[]> {
    const written = this.queue.then(() => this.writeBatch(drafts, { sign, onCreated }));
    this.queue = written.catch(() => undefined);
    return written;
  }

  /** In rounds, each with at most one draft of a violation: what comes after depends on what came of it, and waits with it. */
  private async writeBatch(drafts: readonly Draft[], hands: Hands): Promise<Written[]> {
    const outcomes: Written[] = [];
    let left = [...drafts.keys()];
    const stuck = new Map<string, Written>();
    while (left.length > 0) {
      const ids = new Set<string>();
      const [round, later]: [number[], number[]] = [[], []];
      for (const index of left) {
        const { id } = fieldsOf(drafts[index]!);
        const before = stuck.get(id);
        if (before) outcomes[index] = before;
        else (ids.has(id) ? later : round).push(index);
        ids.add(id);
      }
      const written = await this.writeRound(
        round.map((index) => drafts[index]!),
        hands,
      );
      round.forEach((index, place) => {
        const outcome = written[place]!;
        outcomes[index] = outcome;
        if (typeof outcome === 'object' && 'retry' in outcome) stuck.set(fieldsOf(drafts[index]!).id, outcome);
      });
      left = later;
    }
    return outcomes;
  }

  private async writeRound(drafts: readonly Draft[], hands: Hands): Promise<Written[]> {
    const outcomes = new Map<Draft, Outcome>();
    let left = drafts;
    for (let race = 0; left.length > 0 && race < MAX_RACES; race++) {
      const results = await this.place(left, hands);
      for (const [draft, outcome] of results) outcomes.set(draft, outcome);
      left = left.filter((draft) => results.get(draft)?.written === 'taken');
    }
    const reason = await this.supersede(drafts, outcomes);
    return drafts.map((draft) => {
      const { written, revision } = outcomes.get(draft)!;
      if (written === 'taken') return draft.replaces ? { retry: '409 version_conflict_engine_exception' } : 'exists';
      return reason !== undefined && revision > 1 ? { retry: reason } : written;
    });
  }

  /** Finds each draft's revision and writes it; `taken` where another host had written one under that number meanwhile. */
  private async place(drafts: readonly Draft[], { sign, onCreated }: Hands): Promise<Map<Draft, Outcome>> {
    let standing: Map<string, Standing>;
    try {
      standing = await this.standings.lookUp(drafts);
    } catch (error) {
      const written = { retry: describeError(error) };
      return new Map(drafts.map((draft) => [draft, { written, revision: 0 }]));
    }
    const outcomes = new Map<Draft, Outcome>();
    const absent: { draft: Draft; signed: Signed; revision: number }[] = [];
    for (const draft of drafts) {
      const found = standing.get(fieldsOf(draft).id);
      const revision = nextRevision(draft, found);
      if (revision === undefined) {
        outcomes.set(draft, { written: 'exists', revision: found?.revision ?? 0 });
        if (found) this.compare(draft, found);
        continue;
      }
      try {
        absent.push({ draft, revision, signed: sign(atRevision(draft, revision)) });
      } catch {
        outcomes.set(draft, { written: { rejected: 'BT_INTERNAL it has no canonical form to sign' }, revision: 0 });
      }
    }
    const written = await this.create(absent.map(({ signed }) => signed));
    absent.forEach(({ draft, signed, revision }, index) => {
      const answer = written[index]!;
      if (answer === 'created') {
        this.standings.wrote(signed);
        onCreated?.(signed.violation);
      }
      const there = answer === 'created' ? revision : 0;
      outcomes.set(draft, { written: answer === 'exists' ? 'taken' : answer, revision: there });
    });
    return outcomes;
  }

  /** Evidence first: there is no violation whose evidence is still to come. */
  private async create(items: readonly Signed[]): Promise<Written[]> {
    const evidence = await bulkCreate(this.client, items.map(evidenceItem));
    const proven = items.filter((_, index) => isThere(evidence[index]));
    const violations = await bulkCreate(this.client, proven.map(violationItem), { refresh: true });
    const written = new Map(proven.map((item, index) => [item, violations[index]!]));
    return items.map((item, index) => written.get(item) ?? evidence[index]!);
  }

  private compare(draft: Draft, found: Standing): void {
    const { id, rule_id, verdict, verdict_digest } = fieldsOf(draft);
    if (draft.replaces || verdict !== found.verdict || verdict_digest === found.verdictDigest) return;
    this.log.warn(
      { violationId: id, ruleId: rule_id, revision: found.revision },
      'The same trace was judged again and differently; the violation that was written first stands',
    );
  }

  private async supersede(
    drafts: readonly Draft[],
    outcomes: ReadonlyMap<Draft, Outcome>,
  ): Promise<string | undefined> {
    const revised = drafts.filter((draft) => outcomes.get(draft)!.revision > 1);
    const latest = revised.map((draft): Latest => {
      const { id, space_id: space } = fieldsOf(draft);
      return { id, space, revision: outcomes.get(draft)!.revision };
    });
    try {
      return await this.superseder.supersede(latest, () => this.standings.refresh(revised));
    } catch (error) {
      return describeError(error);
    }
  }
}

const violationItem = ({ violation }: Signed): BulkItem => ({
  index: violationsStream(fieldsOf({ violation }).space_id),
  id: documentIdOf(violation),
  document: violation,
});

const evidenceItem = ({ violation, evidence }: Signed): BulkItem => ({
  index: evidenceStream(fieldsOf({ violation }).space_id),
  id: evidenceId(documentIdOf(violation), fieldsOf({ violation }).evidence_digest),
  document: evidence,
});

const documentIdOf = (violation: Signed['violation']): string => {
  const { id, revision } = fieldsOf({ violation });
  return revisionId(id, revision);
};

const isThere = (outcome: Written | undefined): boolean => outcome === 'created' || outcome === 'exists';
