import type { ViolationsState } from '../violations/violations_filter';

type Asked = Pick<ViolationsState, 'severity' | 'ruleId' | 'traceId' | 'q'>;

/** A value in quotes: whatever it holds, it is no operator. */
const quoted = (value: string): string => `"${value.replace(/[\\"]/g, '\\$&')}"`;

export const violationKql = (id: string): string => `betrace.violation.id : ${quoted(id)}`;

/** What the page of violations is asked for, as KQL finds it in the documents: what stands, and every word. */
export function stateKql({ severity, ruleId, traceId, q }: Asked): string {
  // what is no word to Elasticsearch either would be looked for in vain
  const words = q.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  return [
    'betrace.violation.verdict : violated',
    'betrace.violation.superseded : false',
    ...(severity ? [`betrace.violation.severity : ${severity}`] : []),
    ...(ruleId ? [`rule.id : ${quoted(ruleId)}`] : []),
    ...(traceId ? [`trace.id : ${quoted(traceId)}`] : []),
    ...words.map(
      (word) => `(betrace.violation.message : ${quoted(word)} or betrace.violation.rule_name.text : ${quoted(word)})`,
    ),
  ].join(' and ');
}
