import { randomUUID } from 'node:crypto';
import type { Client, estypes } from '@elastic/elasticsearch';
import { BeTraceError } from '../../common/errors';
import { type Rule, withoutExamples } from '../../common/rules/rule';
import { RULE_HISTORY_INDEX, RULES_INDEX } from '../../ingest/indices';
import { decodeCursor, encodeCursor } from '../elasticsearch/cursor';
import { statusOf, withStore } from '../elasticsearch/errors';
import { type RuleDocument, toDocument, toRevision, toRule } from './rule_document';
import { RuleFeed } from './rule_feed';
import type { ActiveRules, RuleFields, RuleQuery, RuleRevision, RuleSave, RulesPage, RuleStore } from './rule_store';

const MAX_HISTORY = 1_000;
const BATCH = 250;

/**
 * Rules in Elasticsearch. A revision is first *created* in the history under `<id>-<revision>`, which only one writer can
 * do; then the rule's current document follows under that revision as its external version, so that writes in any order
 * end with the newest. A writer that died in between is made good by the next.
 */
export class IndexRuleStore implements RuleStore {
  private readonly feed: RuleFeed;

  constructor(
    private readonly client: Client,
    options: { readonly pollMs: number; readonly onTrouble: (error: unknown) => void },
  ) {
    this.feed = new RuleFeed(client, options);
  }

  async list({ space, q, severity, mode, limit, cursor }: RuleQuery): Promise<RulesPage> {
    const filter: estypes.QueryDslQueryContainer[] = [{ term: { space } }, { term: { deleted: false } }];
    if (severity) filter.push({ term: { severity } });
    if (mode) filter.push({ term: { mode } });
    const must: estypes.QueryDslQueryContainer[] = q
      ? [{ multi_match: { query: q, fields: ['name', 'description'], operator: 'and', type: 'cross_fields' } }]
      : [];
    const search: estypes.SearchRequest = {
      index: RULES_INDEX,
      size: limit,
      track_total_hits: true,
      query: { bool: { filter, must } },
      sort: [{ 'name.keyword': 'asc' }, { id: 'asc' }],
    };
    if (cursor !== undefined) search.search_after = decodeCursor(cursor, ['string', 'string']);
    const answer = await withStore(() => this.client.search<RuleDocument>(search));
    const hits = answer.hits.hits;
    const last = hits.length === limit ? hits.at(-1)?.sort : undefined;
    return {
      rules: hits.map((hit) => toRule(sourceOf(hit))),
      total: (answer.hits.total as estypes.SearchTotalHits).value,
      cursor: last ? encodeCursor(last as string[]) : null,
    };
  }

  async get(id: string, space: string): Promise<Rule> {
    const document = await this.current(id);
    if (document?.space !== space || document.deleted) throw notFound(id);
    return toRule(document);
  }

  async history(id: string, space: string): Promise<RuleRevision[]> {
    const answer = await withStore(() =>
      this.client.search<RuleDocument>({
        index: RULE_HISTORY_INDEX,
        size: MAX_HISTORY,
        query: { bool: { filter: [{ term: { id } }, { term: { space } }] } },
        sort: [{ revision: 'desc' }],
      }),
    );
    if (answer.hits.hits.length === 0) throw notFound(id);
    return answer.hits.hits.map((hit) => toRevision(sourceOf(hit)));
  }

  create(fields: RuleFields, space: string, author: string): Promise<Rule> {
    return this.append({ ...fields, id: randomUUID(), space, revision: 1, deleted: false, ...stamp(author) });
  }

  async saveAll(saves: readonly RuleSave[], space: string, author: string): Promise<boolean[]> {
    const saved: boolean[] = [];
    for (let at = 0; at < saves.length; at += BATCH) {
      saved.push(...(await this.saveBatch(saves.slice(at, at + BATCH), space, author)));
    }
    this.feed.poke();
    return saved;
  }

  async update(id: string, space: string, fields: RuleFields, author: string, ifRevision: number): Promise<Rule> {
    const current = await this.get(id, space);
    if (current.revision !== ifRevision) throw conflict(id, current.revision);
    return this.append({
      ...withoutExamples(current),
      ...fields,
      revision: ifRevision + 1,
      deleted: false,
      ...stamp(author),
    });
  }

  async remove(id: string, space: string, author: string, ifRevision?: number): Promise<void> {
    const current = await this.get(id, space);
    if (ifRevision !== undefined && current.revision !== ifRevision) throw conflict(id, current.revision);
    await this.append({ ...current, revision: current.revision + 1, deleted: true, ...stamp(author) });
  }

  watch(signal: AbortSignal): AsyncIterable<ActiveRules> {
    return this.feed.watch(signal);
  }

  private async current(id: string): Promise<RuleDocument | undefined> {
    return this.getDocument(RULES_INDEX, id);
  }

  private async getDocument(index: string, id: string): Promise<RuleDocument | undefined> {
    try {
      const answer = await withStore(() => this.client.get<RuleDocument>({ index, id }));
      return answer._source;
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }

  private async saveBatch(saves: readonly RuleSave[], space: string, author: string): Promise<boolean[]> {
    const found = await withStore(() =>
      this.client.mget<RuleDocument>({ index: RULES_INDEX, ids: saves.map(({ id }) => id) }),
    );
    const current = new Map(
      found.docs.flatMap((doc) => ('_source' in doc && doc._source ? [[doc._id, doc._source] as const] : [])),
    );
    const documents = saves.map(({ id, fields, ifRevision }) => {
      const before = current.get(id);
      const there = before !== undefined && !before.deleted;
      const isAsExpected =
        ifRevision === undefined ? !there : there && before.space === space && before.revision === ifRevision;
      const revision = (before?.revision ?? 0) + 1;
      return isAsExpected
        ? toDocument({ ...fields, id, space, revision, deleted: false, ...stamp(author) })
        : undefined;
    });
    const possible = documents.filter((document) => document !== undefined);
    const won = await this.bulk(possible, (document) => ({
      create: { _index: RULE_HISTORY_INDEX, _id: `${document.id}-${document.revision}` },
    }));
    const winners = possible.filter((_document, i) => won[i]);
    const others = await this.revisions(possible.filter((_document, i) => !won[i]));
    await this.bulk([...winners, ...others], ({ id, revision }) => ({
      index: { _index: RULES_INDEX, _id: id, version: revision, version_type: 'external' },
    }));
    const ids = new Set(winners.map(({ id }) => id));
    return documents.map((document) => document !== undefined && ids.has(document.id));
  }

  /** What was written in place of these, by a writer that may have died before it became current. */
  private async revisions(lost: readonly RuleDocument[]): Promise<RuleDocument[]> {
    if (lost.length === 0) return [];
    const ids = lost.map(({ id, revision }) => `${id}-${revision}`);
    const { docs } = await withStore(() => this.client.mget<RuleDocument>({ index: RULE_HISTORY_INDEX, ids }));
    return docs.flatMap((doc) => ('_source' in doc && doc._source ? [doc._source] : []));
  }

  /** @returns for each whether it was written: not where another was first */
  private async bulk(
    documents: readonly RuleDocument[],
    operation: (document: RuleDocument) => estypes.BulkOperationContainer,
  ): Promise<boolean[]> {
    if (documents.length === 0) return [];
    const operations = documents.flatMap((document) => [operation(document), document]);
    const { items } = await withStore(() => this.client.bulk({ operations, refresh: true }));
    return items.map((item) => {
      const { status = 500, error } = item.create ?? item.index ?? {};
      if (status === 409) return false;
      if (status < 300) return true;
      if (status !== 429 && status < 500) throw new Error(`A rule was not stored: ${error?.type ?? status}`);
      throw new BeTraceError('BT_STORE_UNAVAILABLE', `Elasticsearch did not store a rule (${status}); try again.`);
    });
  }

  private async append(rule: RuleRevision): Promise<Rule> {
    const document = toDocument(rule);
    const historyId = `${rule.id}-${rule.revision}`;
    try {
      await withStore(() => this.client.create({ index: RULE_HISTORY_INDEX, id: historyId, document, refresh: true }));
    } catch (error) {
      if (statusOf(error) !== 409) throw error;
      const winner = await this.getDocument(RULE_HISTORY_INDEX, historyId);
      if (winner) await this.publish(winner);
      throw conflict(rule.id, rule.revision);
    }
    await this.publish(document);
    this.feed.poke();
    return toRule(document);
  }

  private async publish(document: RuleDocument): Promise<void> {
    try {
      await withStore(() =>
        this.client.index({
          index: RULES_INDEX,
          id: document.id,
          document,
          version: document.revision,
          version_type: 'external',
          refresh: true,
        }),
      );
    } catch (error) {
      if (statusOf(error) !== 409) throw error; // a newer revision is there already
    }
  }
}

const stamp = (author: string): Pick<Rule, 'updatedAt' | 'updatedBy'> => ({
  updatedAt: new Date().toISOString(),
  updatedBy: author,
});

const notFound = (id: string): BeTraceError => new BeTraceError('BT_NOT_FOUND', `There is no rule "${id}".`);

const conflict = (id: string, revision: number): BeTraceError =>
  new BeTraceError(
    'BT_REVISION_CONFLICT',
    `The rule "${id}" was changed meanwhile; it is at revision ${revision} now.`,
  );

function sourceOf<T>(hit: estypes.SearchHit<T>): T {
  if (hit._source === undefined) throw new BeTraceError('BT_INTERNAL', 'A document came without its source.');
  return hit._source;
}
