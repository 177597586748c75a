import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, estypes } from '@elastic/elasticsearch';
import type { Rule } from '../../common/rules/rule';
import { RULES_INDEX } from '../../ingest/indices';
import { statusOf } from '../elasticsearch/errors';
import { type RuleDocument, toRule } from './rule_document';
import type { ActiveRules } from './rule_store';

const PAGE = 1_000;
/** Concurrent writes can become visible out of the order of their sequence numbers, by as many as are under way at once. */
const OVERLAP = 256;
const MAX_BACKOFF_MS = 2_000;

/**
 * Follows the rules' index by its sequence numbers (one shard, so they order all changes): a poll reads only what changed
 * since the last. Nothing but Elasticsearch is asked, so changes by other hosts are seen alike.
 */
export class RuleFeed {
  private wake = new AbortController();

  constructor(
    private readonly client: Client,
    private readonly options: { readonly pollMs: number; readonly onTrouble: (error: unknown) => void },
  ) {}

  /** Ask again at once. */
  poke(): void {
    this.wake.abort();
  }

  async *watch(signal: AbortSignal): AsyncIterable<ActiveRules> {
    const known = new Map<string, { revision: number; rule: Rule | undefined }>();
    let checkpoint = -1;
    let first = true;
    let failures = 0;
    while (!signal.aborted) {
      this.wake = new AbortController();
      try {
        const { changed, seqNo } = await this.changesSince(checkpoint, known, signal);
        checkpoint = Math.max(checkpoint, seqNo);
        failures = 0;
        for (const document of changed) {
          const active = !document.deleted && document.mode !== 'off';
          known.set(document.id, { revision: document.revision, rule: active ? toRule(document) : undefined });
        }
        if (first || changed.length > 0) {
          first = false;
          yield { revision: checkpoint + 1, rules: [...known.values()].flatMap(({ rule }) => rule ?? []) };
        }
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        if (statusOf(error) === 404) {
          // the index was removed: what it held is no longer true, and a new one counts from zero
          known.clear();
          checkpoint = -1;
          first = true;
        }
        this.options.onTrouble(error);
      }
      const delay = Math.min(
        this.options.pollMs * 2 ** Math.min(failures, 8),
        Math.max(MAX_BACKOFF_MS, this.options.pollMs),
      );
      await sleep(delay, undefined, { signal: AbortSignal.any([signal, this.wake.signal]) }).catch(() => undefined);
    }
  }

  private async changesSince(
    checkpoint: number,
    known: ReadonlyMap<string, { revision: number }>,
    signal: AbortSignal,
  ): Promise<{ changed: RuleDocument[]; seqNo: number }> {
    const changedIds: string[] = [];
    let seqNo = checkpoint;
    let after: estypes.SortResults | undefined;
    for (;;) {
      const search: estypes.SearchRequest = {
        index: RULES_INDEX,
        size: PAGE,
        _source: false,
        version: true,
        seq_no_primary_term: true,
        query: { range: { _seq_no: { gt: Math.max(-1, checkpoint - OVERLAP) } } },
        sort: [{ _seq_no: 'asc' }],
      };
      if (after) search.search_after = after;
      const { hits } = (await this.client.search(search, { signal })).hits;
      for (const hit of hits) {
        seqNo = Math.max(seqNo, hit._seq_no ?? -1);
        const before = known.get(hit._id ?? '');
        if (hit._id && (before === undefined || before.revision < (hit._version ?? 0))) changedIds.push(hit._id);
      }
      const last = hits.at(-1);
      if (hits.length < PAGE || !last?.sort) break;
      after = last.sort;
    }
    return { changed: await this.read(changedIds, signal), seqNo };
  }

  private async read(ids: readonly string[], signal: AbortSignal): Promise<RuleDocument[]> {
    const documents: RuleDocument[] = [];
    for (let at = 0; at < ids.length; at += PAGE) {
      const answer = await this.client.mget<RuleDocument>(
        { index: RULES_INDEX, ids: ids.slice(at, at + PAGE), _source_excludes: ['examples'] },
        { signal },
      );
      for (const item of answer.docs) if ('_source' in item && item._source) documents.push(item._source);
    }
    return documents;
  }
}
