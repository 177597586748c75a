import type { estypes } from '@elastic/elasticsearch';
import { metricsStream, violationsStream } from '../../common/violations/namespace';
import { METRICS_PROPERTIES, VIOLATION_PROPERTIES } from '../mappings';
import type { Column } from './columns';
import { kibanaObjects, kibanaObjectsFile } from './dashboard';
import { LABELLED_FIELDS, TIME_TO_DETECT } from './data_view';
import { PANELS } from './panels';
import { SEARCHES } from './searches';

const typesOf = (properties: Record<string, estypes.MappingProperty>, prefix = ''): [string, string][] =>
  Object.entries(properties).flatMap(([name, property]) =>
    'properties' in property && property.properties
      ? typesOf(property.properties, `${prefix}${name}.`)
      : [[`${prefix}${name}`, property.type ?? 'object']],
  );
/** Fields that documents have, and the one that the data view reckons. */
const FIELDS = {
  violations: new Map([...typesOf(VIOLATION_PROPERTIES), [TIME_TO_DETECT, 'long'] as const]),
  metrics: new Map(typesOf(METRICS_PROPERTIES)),
};
const NUMBERS = new Set(['sum', 'percentile']);

test.each(['default', 'shop', 'audit-eu'])('in the space %s every reference has its object, and each once', (space) => {
  const objects = kibanaObjects(space);
  const ids = objects.map(({ type, id }) => `${type}:${id}`);
  expect(new Set(ids).size).toBe(ids.length);
  objects.forEach(({ references }, at) => {
    for (const { type, id } of references) expect(ids.slice(0, at)).toContain(`${type}:${id}`);
  });
  const views = objects.filter(({ type }) => type === 'index-pattern');
  expect(views.map(({ attributes }) => attributes['title'])).toEqual([violationsStream(space), metricsStream(space)]);
  const lines = kibanaObjectsFile(space).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(JSON.parse(JSON.stringify(objects)));
});

test('spaces share no object, for Kibana has one of an id in all of them', () => {
  const ids = ['default', 'shop', 'shop-eu'].flatMap((space) => kibanaObjects(space).map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
});

test('panels and labels are of fields that documents have', () => {
  for (const stream of ['violations', 'metrics'] as const) {
    for (const field of LABELLED_FIELDS[stream]) expect([field, FIELDS[stream].has(field)]).toEqual([field, true]);
  }
  const columns = PANELS.flatMap(({ of = 'violations', measures, by, split }) =>
    [...measures, ...[by ?? [], split ?? []].flat()].map((column: Column) => ({ ...column, of })),
  );
  for (const { sourceField, operationType, of } of columns) {
    if (sourceField === undefined || sourceField === '___records___') continue;
    const type = FIELDS[of].get(sourceField);
    expect([sourceField, type]).not.toEqual([sourceField, undefined]);
    if (NUMBERS.has(operationType)) expect([sourceField, type]).toEqual([sourceField, 'long']);
    if (operationType === 'terms') expect([sourceField, type]).toEqual([sourceField, 'keyword']);
    if (operationType === 'date_histogram') expect(type).toBe('date');
  }
  for (const { columns: shown } of SEARCHES) for (const field of shown) expect(FIELDS.violations.has(field)).toBe(true);
});

test('panels fill their rows and lie on none other', () => {
  const dashboard = kibanaObjects('default').at(-1)!;
  const panels = JSON.parse(dashboard.attributes['panelsJSON'] as string) as {
    gridData: { x: number; y: number; w: number; h: number };
    panelRefName: string;
    panelIndex: string;
  }[];
  const cells = panels.flatMap(({ gridData: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  const bottom = Math.max(...panels.map(({ gridData: { y, h } }) => y + h));
  expect(cells).toHaveLength(48 * bottom);
  expect(dashboard.references.map(({ name }) => name)).toEqual(
    panels.map(({ panelIndex, panelRefName }) => `${panelIndex}:${panelRefName}`),
  );
});
