import type { ISavedObjectsRepository } from '@kbn/core/server';
import { dashboardId, kibanaObjects, TITLE } from '../../../ingest/kibana/dashboard';
import type { Removal } from '../../../ingest/remover';
import { withSavedObjects } from '../saved_objects/errors';

const PAGE = 1_000;
const EVERYWHERE = ['*'];

/**
 * What BeTrace has installed in Kibana's own apps, in every space, as Kibana itself sees it; who may ask for that, others must
 * have decided.
 */
export class AllDashboards {
  constructor(private readonly repository: () => ISavedObjectsRepository) {}

  /**
   * Removes what has an id of ours and is managed; what somebody has put there under such an id stays.
   * @param spaces where there may be some besides those that have our dashboard
   */
  async remove(spaces: readonly string[], { dryRun }: { readonly dryRun: boolean }): Promise<Removal> {
    const removed: string[] = [];
    const kept: { name: string; reason: string }[] = [];
    for (const space of new Set([...(await this.spaces()), ...spaces])) {
      const found = await this.inSpace(space);
      for (const { type, id } of found.filter(({ managed }) => managed !== true)) {
        kept.push({
          name: `${type} ${id}`,
          reason: `not managed by BeTrace; Kibana can delete it in the space ${space}`,
        });
      }
      const ours = found.filter(({ managed }) => managed === true).map(({ type, id }) => ({ type, id }));
      if (ours.length === 0) continue;
      const failed = dryRun ? [] : await this.removeSome(ours, space);
      for (const { type, id, status } of failed) {
        kept.push({ name: `${type} ${id}`, reason: `Kibana did not delete it in the space ${space} (${status})` });
      }
      const count = ours.length - failed.length;
      if (count > 0) removed.push(`${dashboardId(space)}: ${count} saved objects of the space ${space}`);
    }
    return { removed, kept };
  }

  private async inSpace(space: string): Promise<{ type: string; id: string; managed?: boolean }[]> {
    const wanted = kibanaObjects(space).map(({ type, id }) => ({ type, id, namespaces: [space] }));
    const { saved_objects } = await withSavedObjects(() => this.repository().bulkGet(wanted));
    return saved_objects.filter(({ error }) => error === undefined);
  }

  private async removeSome(
    objects: readonly { type: string; id: string }[],
    namespace: string,
  ): Promise<{ type: string; id: string; status: number }[]> {
    const options = { namespace, force: false };
    const { statuses } = await withSavedObjects(() => this.repository().bulkDelete([...objects], options));
    return statuses.flatMap(({ success, error }, at) =>
      success || error?.statusCode === 404 ? [] : [{ ...objects[at]!, status: error?.statusCode ?? 500 }],
    );
  }

  private async spaces(): Promise<string[]> {
    const finder = this.repository().createPointInTimeFinder({
      type: 'dashboard',
      namespaces: EVERYWHERE,
      search: `"${TITLE}"`,
      searchFields: ['title'],
      perPage: PAGE,
    });
    const found: string[] = [];
    try {
      for await (const { saved_objects } of finder.find()) {
        for (const { id, namespaces = [] } of saved_objects) {
          found.push(...namespaces.filter((space) => dashboardId(space) === id));
        }
      }
    } finally {
      await finder.close();
    }
    return found;
  }
}
