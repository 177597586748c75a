import { SEVERITIES } from '../../common/rules/rule';
import { byTime, count, groups, percentile, sum, top, unique } from './columns';
import { TIME_TO_DETECT } from './data_view';
import type { Panel } from './lens';

const COMPLETENESS = 'betrace.violation.completeness';
const INCOMPLETE = [
  `${COMPLETENESS}.truncated : true`,
  `${COMPLETENESS}.split : true`,
  `${COMPLETENESS}.root_seen : false`,
  `${COMPLETENESS}.orphans > 0`,
  `${COMPLETENESS}.dropped > 0`,
].join(' or ');
const SEVERITY = 'betrace.violation.severity';

/** In this order, so that a palette from good to bad goes with it. */
const BY_SEVERITY = groups(
  'Severity',
  Object.fromEntries([...SEVERITIES].reverse().map((severity) => [severity, `${SEVERITY} : ${severity}`])),
);

interface Placed extends Panel {
  /** Left edge, width and height, of 48 columns; panels follow each other in rows. */
  readonly at: readonly [x: number, width: number, height: number];
}

/** What the dashboard shows, row by row. */
export const PANELS: readonly Placed[] = [
  { name: 'count', title: 'Violations', as: 'metric', measures: [count('Violations')], at: [0, 12, 6] },
  {
    name: 'severe',
    title: 'Critical or high',
    as: 'metric',
    measures: [count('Critical or high', `${SEVERITY} : (CRITICAL or HIGH)`)],
    at: [12, 12, 6],
  },
  {
    name: 'traces',
    title: 'Traces with violations',
    as: 'metric',
    measures: [unique('Traces with violations', 'trace.id')],
    at: [24, 12, 6],
  },
  {
    name: 'detect-median',
    title: 'Time to detect, median',
    as: 'metric',
    measures: [percentile('Time to detect, median', TIME_TO_DETECT, 50)],
    at: [36, 12, 6],
  },
  {
    name: 'over-time',
    title: 'Violations over time, by severity',
    as: 'bar_stacked',
    measures: [count('Violations')],
    by: byTime,
    split: BY_SEVERITY,
    palette: 'status',
    at: [0, 48, 12],
  },
  {
    name: 'top-rules',
    title: 'Rules with most violations',
    as: 'bar_horizontal_stacked',
    measures: [count('Violations')],
    by: top('Rule', 'rule.name', 10),
    split: BY_SEVERITY,
    palette: 'status',
    at: [0, 24, 13],
  },
  {
    name: 'services',
    title: 'Violations by service',
    as: 'bar_horizontal_stacked',
    measures: [count('Violations')],
    by: top('Service', 'service.name', 10),
    split: BY_SEVERITY,
    palette: 'status',
    at: [24, 24, 13],
  },
  {
    name: 'detect',
    title: 'Time to detect',
    description: 'From the start of the first offending span to when the violation was found.',
    as: 'line',
    measures: [percentile('Median', TIME_TO_DETECT, 50), percentile('95th percentile', TIME_TO_DETECT, 95)],
    by: byTime,
    at: [0, 24, 11],
  },
  {
    name: 'inconclusive',
    title: 'Inconclusive share',
    description:
      'Of the verdicts that are not satisfied, those that could not be decided, as something of the trace was missing or it would have taken too long.',
    as: 'bar_percentage_stacked',
    of: 'metrics',
    measures: [sum('Inconclusive', 'betrace.verdicts.inconclusive'), sum('Violated', 'betrace.verdicts.violated')],
    by: byTime,
    at: [24, 24, 11],
  },
  {
    name: 'incomplete',
    title: 'Judged by incomplete traces',
    description: 'The share of violations whose trace lacked something: its root, parents, dropped spans.',
    as: 'bar_percentage_stacked',
    measures: [count('Violations')],
    by: byTime,
    split: groups('Trace', { complete: `not (${INCOMPLETE})`, incomplete: INCOMPLETE }),
    palette: 'status',
    at: [0, 24, 11],
  },
  {
    name: 'bridge',
    title: 'Health of the bridge',
    description:
      'What was refused, came late, was judged early for want of memory, or was only counted as a rule matched too often. All but the last are of whole bridges, and are seen in the space default.',
    as: 'line',
    of: 'metrics',
    measures: [
      sum('Requests refused', 'betrace.bridge.requests_refused'),
      sum('Late spans', 'betrace.bridge.spans_late'),
      sum('Traces judged early', 'betrace.bridge.traces_evicted'),
      sum('Violations not written', 'betrace.verdicts.suppressed'),
    ],
    by: byTime,
    at: [24, 24, 11],
  },
];
