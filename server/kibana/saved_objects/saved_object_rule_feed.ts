import { setTimeout as sleep } from 'node:timers/promises';
import type { ISavedObjectsRepository } from '@kbn/core/server';
import { type Rule, withoutExamples } from '../../../common/rules/rule';
import type { ActiveRules } from '../../rules/rule_store';
import { type RuleAttributes, toRule } from './rule_attributes';
import { RULE_TYPE } from './types';

const PAGE = 1_000;
/** Saved objects become visible within a second of being written; together that stays below two. */
const POLL_MS = 500;
/** The sign of a change that polls go by could stay the same by accident; so all is read anew this often. */
const READ_ALL_MS = 30_000;
const MAX_BACKOFF_MS = 2_000;
const EVERYWHERE = ['*'];

/**
 * Follows the rules of all spaces. A poll asks only for three numbers that a change of any rule changes; Elasticsearch is
 * asked and nothing else, so changes by another Kibana or by Kibana's own import are seen alike.
 */
export class SavedObjectRuleFeed {
  private wake = new AbortController();

  constructor(
    private readonly repository: () => ISavedObjectsRepository,
    private readonly onTrouble: (error: unknown) => void,
  ) {}

  /** Ask again at once. */
  poke(): void {
    this.wake.abort();
  }

  async *watch(signal: AbortSignal): AsyncIterable<ActiveRules> {
    let sign = '';
    let readAt = -Infinity;
    let told = '';
    let revision = 0;
    let failures = 0;
    while (!signal.aborted) {
      this.wake = new AbortController();
      try {
        const now = await this.sign();
        if (now !== sign || performance.now() - readAt > READ_ALL_MS) {
          const rules = await this.read();
          sign = now;
          readAt = performance.now();
          const state = JSON.stringify(rules);
          if (state !== told) {
            told = state;
            revision += 1;
            yield { revision, rules };
          }
        }
        failures = 0;
      } catch (error) {
        failures += 1;
        this.onTrouble(error);
      }
      const delay = Math.min(POLL_MS * 2 ** Math.min(failures, 8), MAX_BACKOFF_MS);
      await sleep(delay, undefined, { signal: AbortSignal.any([signal, this.wake.signal]) }).catch(() => undefined);
    }
  }

  private async sign(): Promise<string> {
    const { total, aggregations } = await this.repository().find({
      type: RULE_TYPE,
      namespaces: EVERYWHERE,
      perPage: 0,
      aggs: {
        revisions: { sum: { field: `${RULE_TYPE}.attributes.revision` } },
        latest: { max: { field: `${RULE_TYPE}.updated_at` } },
      },
    });
    return [total, aggregations?.['revisions']?.value, aggregations?.['latest']?.value].join('/');
  }

  private async read(): Promise<Rule[]> {
    const finder = this.repository().createPointInTimeFinder<RuleAttributes>({
      type: RULE_TYPE,
      namespaces: EVERYWHERE,
      perPage: PAGE,
    });
    const rules: Rule[] = [];
    try {
      for await (const { saved_objects } of finder.find()) {
        for (const object of saved_objects) {
          if (object.attributes.mode !== 'off') rules.push(withoutExamples(toRule(object, 'default')));
        }
      }
    } finally {
      await finder.close();
    }
    return rules.sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}
