import type { ISavedObjectsRepository, SavedObject } from '@kbn/core/server';
import type { ExportedRules } from '../../../common/api/setup';
import { BeTraceError } from '../../../common/errors';
import type { Rule } from '../../../common/rules/rule';
import { rulesFile } from '../../rules/rules_export';
import { withSavedObjects } from '../saved_objects/errors';
import { type RuleAttributes, toRule } from '../saved_objects/rule_attributes';
import { REVISION_TYPE, RULE_TYPE } from '../saved_objects/types';

const PAGE = 1_000;
const BATCH = 200;
const EVERYWHERE = ['*'];

/** The rules of every space, as Kibana itself sees them; who may ask for that, others must have decided. */
export class AllRules {
  /** @param repository knows the hidden type of revisions */
  constructor(private readonly repository: () => ISavedObjectsRepository) {}

  /** A file for each space that has rules, which imports there to the same rules. */
  async export(): Promise<ExportedRules[]> {
    const spaces = new Map<string, Rule[]>();
    for await (const objects of this.pages<RuleAttributes>(RULE_TYPE)) {
      for (const object of objects) {
        const rule = toRule(object, 'default');
        const known = spaces.get(rule.space);
        if (known) known.push(rule);
        else spaces.set(rule.space, [rule]);
      }
    }
    return [...spaces]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([space, rules]) => {
        rules.sort((a, b) => (a.id < b.id ? -1 : 1));
        return { space, count: rules.length, file: rulesFile(rules, 'yaml').text };
      });
  }

  /** With all that they have been. */
  async remove(): Promise<void> {
    for (const type of [RULE_TYPE, REVISION_TYPE]) {
      const ids = new Map<string, string[]>();
      for await (const objects of this.pages(type)) {
        for (const { id, namespaces } of objects) {
          const space = namespaces?.[0] ?? 'default';
          const known = ids.get(space);
          if (known) known.push(id);
          else ids.set(space, [id]);
        }
      }
      for (const [space, all] of ids) {
        for (let at = 0; at < all.length; at += BATCH) await this.removeSome(type, all.slice(at, at + BATCH), space);
      }
    }
  }

  private async removeSome(type: string, ids: readonly string[], namespace: string): Promise<void> {
    const { statuses } = await withSavedObjects(() =>
      this.repository().bulkDelete(
        ids.map((id) => ({ type, id })),
        { namespace, force: true },
      ),
    );
    const failed = statuses.filter(({ success, error }) => !success && error?.statusCode !== 404);
    if (failed.length === 0) return;
    const status = failed[0]!.error?.statusCode;
    throw new BeTraceError(
      'BT_STORE_UNAVAILABLE',
      `Kibana did not delete ${failed.length} rules (${status}); try again.`,
    );
  }

  private async *pages<A>(type: string): AsyncIterable<SavedObject<A>[]> {
    const finder = this.repository().createPointInTimeFinder<A>({ type, namespaces: EVERYWHERE, perPage: PAGE });
    try {
      for await (const { saved_objects } of finder.find()) yield saved_objects;
    } finally {
      await finder.close();
    }
  }
}
