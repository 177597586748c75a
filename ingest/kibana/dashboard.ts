import { namespaceOf } from '../../common/violations/namespace';
import { dataView, metricsView } from './data_view';
import { lensId, lensObject } from './lens';
import { PANELS } from './panels';
import { type Reference, type SavedObject, savedObject } from './saved_object';
import { searchId, searchObject, SEARCHES } from './searches';

const VERSION = '8.12.0';
const LIST_HEIGHT = 16;
/** Of the dashboard, in every space. */
export const TITLE = 'BeTrace: violations';

export const dashboardId = (space: string): string => `betrace-overview-${namespaceOf(space)}`;

/** Everything of ours in Kibana's own apps for a space: what others refer to comes first. */
export const kibanaObjects = (space: string): SavedObject[] => [
  dataView(space),
  metricsView(space),
  ...SEARCHES.map((search) => searchObject(search, space)),
  ...PANELS.map((panel) => lensObject(panel, space)),
  dashboardObject(space),
];

/** The same as a file that Kibana's own page and API import. */
export const kibanaObjectsFile = (space: string): string =>
  kibanaObjects(space)
    .map((object) => `${JSON.stringify(object)}\n`)
    .join('');

function dashboardObject(space: string): SavedObject {
  const placed = placePanels();
  const references: Reference[] = placed.map(({ i, type, name }) => ({
    name: `${i}:panel_${i}`,
    type,
    id: type === 'lens' ? lensId(name, space) : searchId(name, space),
  }));
  return savedObject({
    id: dashboardId(space),
    type: 'dashboard',
    attributes: {
      title: TITLE,
      description: 'Which rules were violated, where, how soon that was found, and how the bridge fares.',
      version: 1,
      timeRestore: true,
      timeFrom: 'now-24h',
      timeTo: 'now',
      refreshInterval: { pause: true, value: 60_000 },
      optionsJSON: JSON.stringify({
        useMargins: true,
        syncColors: true,
        syncCursor: true,
        syncTooltips: false,
        hidePanelTitles: false,
      }),
      panelsJSON: JSON.stringify(
        placed.map(({ i, type, gridData, title }) => ({
          version: VERSION,
          type,
          gridData: { ...gridData, i },
          panelIndex: i,
          embeddableConfig: { enhancements: {}, ...(title ? {} : { hidePanelTitles: true }) },
          panelRefName: `panel_${i}`,
        })),
      ),
      kibanaSavedObjectMeta: {
        searchSourceJSON: JSON.stringify({ query: { language: 'kuery', query: '' }, filter: [] }),
      },
    },
    references,
  });
}

interface PlacedPanel {
  readonly i: string;
  readonly type: 'lens' | 'search';
  readonly name: string;
  readonly title: boolean;
  readonly gridData: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

/** Row below row; below all the list of violations. */
function placePanels(): PlacedPanel[] {
  let [y, height] = [0, 0];
  const panels = PANELS.map(({ name, as, at: [x, w, h] }): PlacedPanel => {
    if (x === 0) [y, height] = [y + height, h];
    // a metric says its own name
    return { i: name, type: 'lens', name, title: as !== 'metric', gridData: { x, y, w, h } };
  });
  const gridData = { x: 0, y: y + height, w: 48, h: LIST_HEIGHT };
  return [...panels, { i: 'list', type: 'search', name: 'latest', title: true, gridData }];
}
