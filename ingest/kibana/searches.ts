import { namespaceOf } from '../../common/violations/namespace';
import { dataViewId } from './data_view';
import { type SavedObject, savedObject, STANDING } from './saved_object';

interface Search {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly query: string;
  readonly columns: readonly string[];
}

const COLUMNS = ['betrace.violation.severity', 'rule.name', 'service.name', 'betrace.violation.message', 'trace.id'];

export const SEARCHES: readonly Search[] = [
  {
    name: 'latest',
    title: 'BeTrace: violations',
    description: 'What stands, newest found first.',
    query: STANDING,
    columns: COLUMNS,
  },
  {
    name: 'severe-open',
    title: 'BeTrace: critical and high, open',
    description: 'What should be looked at first.',
    query: `${STANDING} and betrace.violation.severity : (CRITICAL or HIGH) and betrace.violation.status : open`,
    columns: COLUMNS,
  },
  {
    name: 'revised',
    title: 'BeTrace: revised and retracted',
    description: 'Where spans that came late changed a verdict, and every revision.',
    query: 'betrace.violation.verdict : retracted or betrace.violation.revision > 1',
    columns: ['betrace.violation.verdict', 'betrace.violation.revision', ...COLUMNS],
  },
  {
    name: 'suppressed',
    title: 'BeTrace: violations that were only counted',
    description: 'Rules that matched more than is allowed for.',
    query: 'betrace.violation.verdict : suppressed',
    columns: ['rule.name', 'betrace.violation.suppressed.count', 'betrace.violation.message'],
  },
];

export const searchId = (name: string, space: string): string => `betrace-search-${name}-${namespaceOf(space)}`;

/** A search as Discover saves it. */
export function searchObject({ name, title, description, query, columns }: Search, space: string): SavedObject {
  const index = 'kibanaSavedObjectMeta.searchSourceJSON.index';
  return savedObject({
    id: searchId(name, space),
    type: 'search',
    attributes: {
      title,
      description,
      columns,
      sort: [['event.created', 'desc']],
      hits: 0,
      version: 1,
      kibanaSavedObjectMeta: {
        searchSourceJSON: JSON.stringify({ query: { query, language: 'kuery' }, filter: [], indexRefName: index }),
      },
    },
    references: [{ id: dataViewId(space), name: index, type: 'index-pattern' }],
  });
}
