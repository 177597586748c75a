import { Readable } from 'node:stream';
import type { SavedObjectsClientContract, SavedObjectsImporter } from '@kbn/core/server';
import type { DashboardsReport, DashboardsState } from '../../common/api/dashboards';
import { violationsStream } from '../../common/violations/namespace';
import { dashboardId, kibanaObjects, kibanaObjectsFile } from '../../ingest/kibana/dashboard';
import { dataViewId } from '../../ingest/kibana/data_view';
import { savedObjectStatusOf, withSavedObjects } from './saved_objects/errors';

/**
 * BeTrace's data view, searches, visualisations and dashboard in a space, as saved objects that Kibana manages: with what the
 * client's user may do. Installed again they are as at first, whatever they had become.
 */
export class Dashboards {
  constructor(
    private readonly client: SavedObjectsClientContract,
    private readonly importer: SavedObjectsImporter,
    private readonly space: string,
  ) {}

  /** @throws BT_STORE_UNAVAILABLE; who may not see dashboards has none */
  async state(): Promise<DashboardsState> {
    const { space } = this;
    const id = dashboardId(space);
    const lens = kibanaObjects(space).filter(({ type }) => type === 'lens');
    return {
      installed: await this.has(id),
      dashboard: id,
      dataView: { id: dataViewId(space), title: violationsStream(space) },
      lens: lens.map(({ type, id: lensId, attributes }) => ({ type, id: lensId, title: String(attributes['title']) })),
    };
  }

  /** @throws BT_FORBIDDEN where the user may not save such objects */
  async install(): Promise<DashboardsReport> {
    const readStream = Readable.from(kibanaObjects(this.space).map((object) => structuredClone(object)));
    const options = { readStream, overwrite: true, createNewCopies: false, managed: true };
    const { successResults = [], errors = [] } = await withSavedObjects(() => this.importer.import(options));
    return {
      installed: successResults.map(({ type, id }) => ({ type, id })),
      failed: errors.map(({ type, id, error }) => ({ type, id, reason: error.type })),
    };
  }

  /** For who keeps them in files: Kibana's `_import` takes it. */
  file(): string {
    return kibanaObjectsFile(this.space);
  }

  private async has(id: string): Promise<boolean> {
    try {
      await withSavedObjects(() => this.client.get('dashboard', id));
      return true;
    } catch (error) {
      if (savedObjectStatusOf(error) === 404 || (error as { code?: string }).code === 'BT_FORBIDDEN') return false;
      throw error;
    }
  }
}
