import { randomUUID } from 'node:crypto';
import type { SavedObject, SavedObjectsClientContract } from '@kbn/core/server';
import { BeTraceError } from '../../../common/errors';
import type { Rule } from '../../../common/rules/rule';
import { decodeCursor, encodeCursor } from '../../elasticsearch/cursor';
import type {
  ActiveRules,
  RuleFields,
  RuleQuery,
  RuleRevision,
  RuleSave,
  RulesPage,
  RuleStore,
} from '../../rules/rule_store';
import { savedObjectStatusOf, withSavedObjects } from './errors';
import { type RevisionAttributes, type RuleAttributes, toAttributes, toRevision, toRule } from './rule_attributes';
import type { SavedObjectRuleFeed } from './saved_object_rule_feed';
import { REVISION_TYPE, RULE_TYPE } from './types';

const MAX_HISTORY = 1_000;
const BATCH = 50;

/**
 * Rules as saved objects, in the space and with the privileges of the client. The object's own version decides between
 * concurrent changes; what it was is kept as a revision before it is changed, so that a writer that dies in between has
 * lost nothing.
 */
export class SavedObjectRuleStore implements RuleStore {
  constructor(
    private readonly client: SavedObjectsClientContract,
    private readonly feed: SavedObjectRuleFeed,
  ) {}

  async list({ space, q, severity, mode, limit, cursor }: RuleQuery): Promise<RulesPage> {
    const page = cursor ? pageOf(cursor, limit) : 1;
    const filter = [
      ...(severity ? [`${RULE_TYPE}.attributes.severity: "${severity}"`] : []),
      ...(mode ? [`${RULE_TYPE}.attributes.mode: "${mode}"`] : []),
    ].join(' and ');
    const found = await withSavedObjects(() =>
      this.client.find<RuleAttributes>({
        type: RULE_TYPE,
        page,
        perPage: limit,
        sortField: 'name.keyword',
        sortOrder: 'asc',
        ...(filter ? { filter } : {}),
        ...(q?.trim()
          ? { search: words(q), searchFields: ['name', 'description'], defaultSearchOperator: 'AND' as const }
          : {}),
      }),
    );
    return {
      rules: found.saved_objects.map((object) => toRule(object, space)),
      total: found.total,
      cursor: page * limit < found.total ? encodeCursor([page + 1, limit]) : null,
    };
  }

  async get(id: string, space: string): Promise<Rule> {
    return toRule(await this.object(id), space);
  }

  async history(id: string, space: string): Promise<RuleRevision[]> {
    const [kept, current] = await Promise.all([
      withSavedObjects(() =>
        this.client.find<RevisionAttributes>({
          type: REVISION_TYPE,
          hasReference: { type: RULE_TYPE, id },
          perPage: MAX_HISTORY,
          sortField: 'revision',
          sortOrder: 'desc',
        }),
      ),
      this.object(id).catch((error: unknown) => {
        if (error instanceof BeTraceError && error.code === 'BT_NOT_FOUND') return undefined;
        throw error;
      }),
    ]);
    const revisions = kept.saved_objects.map(({ attributes }) => toRevision(id, space, attributes));
    if (!current && revisions.length === 0) throw notFound(id);
    if (!current) return revisions;
    const now = { ...toRule(current, space), deleted: false };
    return [now, ...revisions.filter(({ revision }) => revision !== now.revision)];
  }

  async create(fields: RuleFields, space: string, author: string): Promise<Rule> {
    const id = randomUUID();
    const rule: Rule = { ...fields, id, space, revision: 1, ...stamp(author) };
    const created = await withSavedObjects(() => this.client.create(RULE_TYPE, toAttributes(rule), { id }));
    this.feed.poke();
    return toRule(created, space);
  }

  async saveAll(saves: readonly RuleSave[], space: string, author: string): Promise<boolean[]> {
    const saved = new Map<string, boolean>();
    for (let at = 0; at < saves.length; at += BATCH) {
      const batch = saves.slice(at, at + BATCH);
      const changed = batch.filter(({ ifRevision }) => ifRevision !== undefined);
      const added = batch.filter(({ ifRevision }) => ifRevision === undefined);
      await Promise.all([
        this.createAll(added, space, author, saved),
        ...changed.map(async ({ id, fields, ifRevision }) => {
          saved.set(id, await succeeds(this.update(id, space, fields, author, ifRevision!)));
        }),
      ]);
    }
    this.feed.poke();
    return saves.map(({ id }) => saved.get(id) ?? false);
  }

  private async createAll(
    saves: readonly RuleSave[],
    space: string,
    author: string,
    saved: Map<string, boolean>,
  ): Promise<void> {
    if (saves.length === 0) return;
    const objects = await Promise.all(
      saves.map(async ({ id, fields }) => {
        const revision = (await this.lastRevision(id)) + 1;
        return { type: RULE_TYPE, id, attributes: toAttributes({ ...fields, id, space, revision, ...stamp(author) }) };
      }),
    );
    const { saved_objects } = await withSavedObjects(() => this.client.bulkCreate(objects));
    for (const { id, error } of saved_objects) {
      if (error && error.statusCode !== 409) {
        throw new BeTraceError('BT_STORE_UNAVAILABLE', `Kibana did not store a rule (${error.statusCode}); try again.`);
      }
      saved.set(id, error === undefined);
    }
  }

  async update(id: string, space: string, fields: RuleFields, author: string, ifRevision: number): Promise<Rule> {
    const current = await this.object(id);
    assertRevision(current, ifRevision);
    await this.keep(current.id, { ...current.attributes, deleted: false });
    return this.replace(current, { ...fields, id, space, revision: ifRevision + 1, ...stamp(author) });
  }

  async remove(id: string, space: string, author: string, ifRevision?: number): Promise<void> {
    const current = await this.object(id);
    if (ifRevision !== undefined) assertRevision(current, ifRevision);
    const rule = toRule(current, space);
    await this.keep(id, { ...current.attributes, deleted: false });
    // deleting can't be made to depend on the object's version, changing it can: of two only one gets further
    const last = await this.replace(current, { ...rule, mode: 'off', revision: rule.revision + 1, ...stamp(author) });
    await this.keep(id, { ...toAttributes(last), mode: rule.mode, deleted: true });
    await withSavedObjects(() => this.client.delete(RULE_TYPE, id));
    this.feed.poke();
  }

  watch(signal: AbortSignal): AsyncIterable<ActiveRules> {
    return this.feed.watch(signal);
  }

  /** Of what a rule was that has been deleted; 0 of one that never was. */
  private async lastRevision(id: string): Promise<number> {
    const { saved_objects } = await withSavedObjects(() =>
      this.client.find<RevisionAttributes>({
        type: REVISION_TYPE,
        hasReference: { type: RULE_TYPE, id },
        perPage: 1,
        sortField: 'revision',
        sortOrder: 'desc',
      }),
    );
    return saved_objects[0]?.attributes.revision ?? 0;
  }

  private async object(id: string): Promise<SavedObject<RuleAttributes>> {
    try {
      return await withSavedObjects(() => this.client.get<RuleAttributes>(RULE_TYPE, id));
    } catch (error) {
      if (savedObjectStatusOf(error) === 404) throw notFound(id);
      throw error;
    }
  }

  private async replace(current: SavedObject<RuleAttributes>, rule: Rule): Promise<Rule> {
    try {
      const options = current.version === undefined ? {} : { version: current.version };
      await withSavedObjects(() => this.client.update(RULE_TYPE, rule.id, toAttributes(rule), options));
    } catch (error) {
      const status = savedObjectStatusOf(error);
      if (status === 409) throw conflict(rule.id, rule.revision);
      if (status === 404) throw notFound(rule.id);
      throw error;
    }
    this.feed.poke();
    return rule;
  }

  /** A revision is written once: one that is there already stays as it is. */
  private async keep(ruleId: string, attributes: RevisionAttributes): Promise<void> {
    const references = [{ type: RULE_TYPE, id: ruleId, name: 'rule' }];
    const id = `${ruleId}-${attributes.revision}`;
    try {
      await withSavedObjects(() => this.client.create(REVISION_TYPE, attributes, { id, references }));
    } catch (error) {
      if (savedObjectStatusOf(error) !== 409) throw error;
    }
  }
}

/** False where the rule was changed or deleted meanwhile. */
async function succeeds(change: Promise<Rule>): Promise<boolean> {
  try {
    await change;
    return true;
  } catch (error) {
    if (error instanceof BeTraceError && ['BT_REVISION_CONFLICT', 'BT_NOT_FOUND'].includes(error.code)) return false;
    throw error;
  }
}

const stamp = (author: string): Pick<Rule, 'updatedAt' | 'updatedBy'> => ({
  updatedAt: new Date().toISOString(),
  updatedBy: author,
});

/** Words only: nothing in the text is an operator of the search. */
const words = (text: string): string => text.replace(/[-+|"*()~\\]/g, '\\$&');

function pageOf(cursor: string, limit: number): number {
  const [page, size] = decodeCursor(cursor, ['number', 'number']);
  if (Number(page) >= 1 && size === limit) return Number(page);
  throw new BeTraceError('BT_INVALID_CURSOR', "The cursor is not one of this listing's; `limit` must stay the same.");
}

function assertRevision({ id, attributes }: SavedObject<RuleAttributes>, ifRevision: number): void {
  if (attributes.revision !== ifRevision) throw conflict(id, attributes.revision);
}

const notFound = (id: string): BeTraceError => new BeTraceError('BT_NOT_FOUND', `There is no rule "${id}".`);

const conflict = (id: string, revision: number): BeTraceError =>
  new BeTraceError(
    'BT_REVISION_CONFLICT',
    `The rule "${id}" was changed meanwhile; it is at revision ${revision} now.`,
  );
