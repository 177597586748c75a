/** A column of a Lens layer, as Kibana 8.12 saves it. */
export interface Column {
  readonly label: string;
  readonly customLabel: true;
  readonly dataType: 'number' | 'string' | 'date';
  readonly operationType: string;
  readonly isBucketed: boolean;
  readonly scale: 'ratio' | 'interval' | 'ordinal';
  readonly sourceField?: string;
  readonly filter?: { readonly language: 'kuery'; readonly query: string };
  readonly params?: Readonly<Record<string, unknown>>;
}

const RECORDS = '___records___';
const DURATION = { id: 'duration', params: { fromUnit: 'milliseconds', toUnit: 'humanizePrecise', compact: true } };

const number = (label: string, operationType: string, sourceField: string, more: Partial<Column> = {}): Column => ({
  label,
  customLabel: true,
  dataType: 'number',
  operationType,
  isBucketed: false,
  scale: 'ratio',
  sourceField,
  ...more,
});

/** How many documents, or of them those that a KQL query finds. */
export const count = (label: string, query?: string): Column =>
  number(label, 'count', RECORDS, {
    params: { emptyAsNull: false },
    ...(query === undefined ? {} : { filter: { language: 'kuery', query } }),
  });

export const unique = (label: string, field: string): Column =>
  number(label, 'unique_count', field, { params: { emptyAsNull: false } });

export const sum = (label: string, field: string): Column =>
  number(label, 'sum', field, { params: { emptyAsNull: false } });

/** Of a duration in milliseconds. */
export const percentile = (label: string, field: string, of: number): Column =>
  number(label, 'percentile', field, { params: { percentile: of, format: DURATION } });

export const byTime: Column = {
  label: 'Happened',
  customLabel: true,
  dataType: 'date',
  operationType: 'date_histogram',
  isBucketed: true,
  scale: 'interval',
  sourceField: '@timestamp',
  params: { interval: 'auto', includeEmptyRows: true, dropPartials: false },
};

/** The most frequent values, by the count that the layer's column `m0` holds. */
export const top = (label: string, field: string, size: number): Column => ({
  label,
  customLabel: true,
  dataType: 'string',
  operationType: 'terms',
  isBucketed: true,
  scale: 'ordinal',
  sourceField: field,
  params: {
    size,
    orderBy: { type: 'column', columnId: 'm0' },
    orderDirection: 'desc',
    otherBucket: true,
    missingBucket: false,
    parentFormat: { id: 'terms' },
  },
});

/** One bucket for each query, by its name. */
export const groups = (label: string, queries: Readonly<Record<string, string>>): Column => ({
  label,
  customLabel: true,
  dataType: 'string',
  operationType: 'filters',
  isBucketed: true,
  scale: 'ordinal',
  params: {
    filters: Object.entries(queries).map(([name, query]) => ({ label: name, input: { language: 'kuery', query } })),
  },
});
