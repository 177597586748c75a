import { namespaceOf } from '../../common/violations/namespace';
import type { Column } from './columns';
import { dataViewId, metricsViewId } from './data_view';
import { type SavedObject, savedObject, STANDING } from './saved_object';

export interface Panel {
  /** Of the saved object, before the space's namespace. */
  readonly name: string;
  readonly title: string;
  readonly description?: string;
  /** Measures: `m0`, `m1`, … in a layer. */
  readonly measures: readonly Column[];
  /** Along the axis, or in the first place of a table. */
  readonly by?: Column;
  readonly split?: Column;
  /** Of Kibana's, for the parts of the split. */
  readonly palette?: 'status';
  readonly as: 'metric' | 'bar_stacked' | 'bar_horizontal_stacked' | 'bar_percentage_stacked' | 'line';
  /** Violations unless it says otherwise, and of them what stands. */
  readonly of?: 'violations' | 'metrics';
}

const LAYER = 'panel';

/** A panel as a saved Lens visualisation, over the violations or the metrics of a space. */
export function lensObject(panel: Panel, space: string): SavedObject {
  const { title, description = '', measures, by, split, of = 'violations' } = panel;
  const isOfViolations = of === 'violations';
  const columns = Object.fromEntries([
    ...(by ? [['by', by]] : []),
    ...(split ? [['split', split]] : []),
    ...measures.map((column, at) => [`m${at}`, column]),
  ]) as Readonly<Record<string, Column>>;
  const layer = { columns, columnOrder: Object.keys(columns), incompleteColumns: {}, sampling: 1 };
  return savedObject({
    id: lensId(panel.name, space),
    type: 'lens',
    attributes: {
      title,
      description,
      visualizationType: panel.as === 'metric' ? 'lnsMetric' : 'lnsXY',
      state: {
        visualization: panel.as === 'metric' ? METRIC : xy(panel, panel.as),
        query: { language: 'kuery', query: isOfViolations ? STANDING : '' },
        filters: [],
        datasourceStates: { formBased: { layers: { [LAYER]: layer } }, textBased: { layers: {} } },
        internalReferences: [],
        adHocDataViews: {},
      },
    },
    references: [
      {
        type: 'index-pattern',
        id: isOfViolations ? dataViewId(space) : metricsViewId(space),
        name: `indexpattern-datasource-layer-${LAYER}`,
      },
    ],
  });
}

export const lensId = (name: string, space: string): string => `betrace-${name}-${namespaceOf(space)}`;

const METRIC = { layerId: LAYER, layerType: 'data', metricAccessor: 'm0' };

function xy({ measures, by, split, palette }: Panel, seriesType: string): object {
  return {
    legend: { isVisible: split !== undefined || measures.length > 1, position: 'right' },
    valueLabels: 'hide',
    fittingFunction: 'None',
    axisTitlesVisibilitySettings: { x: false, yLeft: false, yRight: true },
    tickLabelsVisibilitySettings: { x: true, yLeft: true, yRight: true },
    gridlinesVisibilitySettings: { x: false, yLeft: true, yRight: true },
    labelsOrientation: { x: 0, yLeft: 0, yRight: 0 },
    preferredSeriesType: seriesType,
    layers: [
      {
        layerId: LAYER,
        layerType: 'data',
        seriesType,
        accessors: measures.map((_, at) => `m${at}`),
        ...(by ? { xAccessor: 'by' } : {}),
        ...(split ? { splitAccessor: 'split' } : {}),
        ...(palette ? { palette: { type: 'palette', name: palette } } : {}),
      },
    ],
  };
}
