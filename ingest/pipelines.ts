import { SEVERITY_SCORES, SEVERITIES, priorityOf } from '../common/rules/rule';
import { contentDigest } from './template_content';

/** Counts up with every change of the pipeline below. */
export const PIPELINE_VERSION = 1;
export const PIPELINE = 'betrace-violations@pipeline';
/** The operator's own, which Elasticsearch calls for everything that APM Server writes into `traces-apm-*`. */
export const HOOK = 'traces-apm@custom';

export interface PipelineBody {
  readonly description?: string;
  readonly version?: number;
  readonly processors?: readonly Readonly<Record<string, Readonly<Record<string, unknown>>>>[];
  readonly on_failure?: readonly object[];
  readonly _meta?: Readonly<Record<string, unknown>>;
}

/** What is put into the hook, and taken out of it: only this. */
export const HOOK_PROCESSOR = { pipeline: { name: PIPELINE, ignore_missing_pipeline: true } } as const;

const LAYOUTS = `
  def labels = ctx.labels instanceof Map ? ctx.labels : [:];
  def numbers = ctx.numeric_labels instanceof Map ? ctx.numeric_labels : [:];
  def attributes = ctx.attributes instanceof Map ? ctx.attributes : [:];
  def nested = attributes.betrace instanceof Map && attributes.betrace.violation instanceof Map
    ? attributes.betrace.violation : [:];`;

/** APM Server makes labels of attributes, with underscores for dots; an OTel-native store keeps them. */
const CONDITION = `${LAYOUTS}
  return labels.betrace_violation_id != null || labels.betrace_violation_rule_id != null
    || attributes['betrace.violation.id'] != null || attributes['betrace.violation.rule_id'] != null
    || nested.id != null || nested.rule_id != null;`;

/** Reads all, then writes: a document that can't be read stays as it came. */
const SOURCE = `${LAYOUTS}
  def found = [:];
  for (name in params.names) {
    def value = labels['betrace_violation_' + name];
    if (value == null) value = numbers['betrace_violation_' + name];
    if (value == null) value = attributes['betrace.violation.' + name];
    if (value == null) value = nested[name];
    if (value == null) continue;
    if (!(value instanceof String) && !(value instanceof Number)) {
      throw new IllegalArgumentException('betrace.violation.' + name + ' is neither text nor a number');
    }
    found[name] = value;
  }
  for (name in params.required) {
    if (!(found[name] instanceof String) || found[name].length() == 0) {
      throw new IllegalArgumentException('betrace.violation.' + name + ' is missing');
    }
  }
  String severity = found.severity.toUpperCase();
  if (params.scores[severity] == null) throw new IllegalArgumentException('betrace.violation.severity is none of ours');
  found.severity = severity;
  found.priority = params.priorities[severity];
  if (found.revision == null) found.revision = 1;
  if (found.revision instanceof String) found.revision = Long.parseLong(found.revision);
  found.revision = ((Number) found.revision).longValue();
  if (found.verdict == null) found.verdict = 'violated';
  boolean holds = found.verdict == 'violated';
  if (found.created_at != null) ZonedDateTime.parse(found.created_at.toString());
  for (parent in ['betrace', 'rule', 'event', 'error', 'labels']) {
    if (ctx[parent] != null && !(ctx[parent] instanceof Map)) {
      throw new IllegalArgumentException(parent + ' is no object');
    }
  }
  for (parent in ['betrace', 'rule', 'event', 'labels']) {
    if (ctx[parent] == null) ctx[parent] = [:];
  }
  ctx.betrace.violation = found;
  ctx.rule.id = found.rule_id;
  if (found.rule_name != null) ctx.rule.name = found.rule_name;
  if (found.rule_version != null) ctx.rule.version = found.rule_version;
  ctx.event.kind = holds ? 'alert' : 'event';
  ctx.event.action = holds ? 'betrace.violation' : 'betrace.retraction';
  ctx.event.severity = params.scores[severity];
  if (found.created_at != null) ctx.event.created = found.created_at;
  ctx.labels.betrace_rule_id = found.rule_id;
  ctx.labels.severity = severity;
  if (holds && found.message != null) {
    if (ctx.error == null) ctx.error = [:];
    ctx.error.message = found.message;
  }`;

/** The attributes of a violation's span, without `betrace.violation.`. */
export const VIOLATION_ATTRIBUTES = [
  'id',
  'revision',
  'verdict',
  'rule_id',
  'rule_name',
  'rule_version',
  'severity',
  'priority',
  'message',
  'space_id',
  'created_at',
  'digest',
  'signature',
  'key_id',
] as const;

const content: PipelineBody = {
  description: 'Gives violations that BeTrace sent as spans the fields of its own documents; leaves all else alone.',
  processors: [
    {
      script: {
        lang: 'painless',
        if: CONDITION,
        source: SOURCE,
        params: {
          names: VIOLATION_ATTRIBUTES,
          required: ['id', 'rule_id', 'severity'],
          scores: SEVERITY_SCORES,
          priorities: Object.fromEntries(SEVERITIES.map((severity) => [severity, priorityOf(severity)])),
        },
        on_failure: [
          { set: { field: 'event.kind', value: 'pipeline_error', ignore_failure: true } },
          { set: { field: 'betrace.pipeline_error', value: '{{{_ingest.on_failure_message}}}', ignore_failure: true } },
        ],
      },
    },
  ],
};

/**
 * Types the labels that APM Server makes of a violation's attributes, whatever else comes through it. A document that says it
 * is a violation and can't be read as one is kept, with the reason in `betrace.pipeline_error` and `event.kind`
 * `pipeline_error` (ECS).
 */
export const PIPELINE_BODY: PipelineBody = {
  ...content,
  version: PIPELINE_VERSION,
  _meta: { managed_by: 'betrace', version: PIPELINE_VERSION, digest: contentDigest(content) },
};

/** What a pipeline says, without what says whose it is. */
export const pipelineContent = ({ description, processors, on_failure }: PipelineBody): object => ({
  description,
  processors,
  on_failure,
});
