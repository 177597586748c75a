import { z } from 'zod';
import { dateTime, problemSchema } from './shared';

export const BRIDGE_STATES = ['off', 'starting', 'running', 'standby', 'restarting', 'stopped'] as const;

const reason = z.object({ code: z.string(), message: z.string() });
const count = z.number().int();

/** How a host fares; of the rules, those of the space that is asked from. */
export const statusSchema = z
  .object({
    version: z.string(),
    ready: z.boolean().describe('Spans are taken, judged and written.'),
    reasons: z.array(reason).readonly().describe('Why not.'),
    bridge: z.object({
      state: z.enum(BRIDGE_STATES).describe('`standby`: it runs, and the bridge of another Kibana takes the spans.'),
      accepting: z.boolean(),
      counters: z
        .record(z.string(), z.union([z.number(), z.record(z.string(), z.number())]))
        .nullable()
        .describe('Since the worker has started; null until it has told the first time.'),
      gauges: z.record(z.string(), z.number()).nullable(),
      restarts: z
        .object({ died: count, hung: count })
        .describe('How often the worker was started again, as it had ended or nothing was heard of it.'),
    }),
    indexer: z
      .object({
        pending: count.describe('Findings that are not known to be in Elasticsearch.'),
        outcomes: z
          .record(z.string(), count)
          .describe('What became of findings since the host has started; `retried` counts attempts.'),
        batches: z
          .object({ count, lastMs: count.nullable(), meanMs: count.nullable() })
          .describe('Of violations, that Elasticsearch was asked to write, and how long it took.'),
        trouble: reason
          .extend({ since: dateTime })
          .nullable()
          .describe('Why nothing gets through at present; it is tried again.'),
        deadLetters: z.object({
          file: z.string().describe('In the data folder: what Elasticsearch has refused for good.'),
          kept: count.describe('Documents in the file.'),
          lost: count.describe('Refused since the host has started, and not in the file.'),
          full: z.boolean(),
          last: z.object({ at: dateTime, reason: z.string() }).nullable(),
        }),
      })
      .nullable()
      .describe('null while nothing is taken.'),
    emit: z
      .object({
        pending: count.describe('Violations that wait to be sent.'),
        sent: count,
        rejected: count.describe('Refused for good by the receiver.'),
        dropped: count.describe('Not sent: pushed out by newer ones while the receiver was away.'),
        retried: count.describe('Attempts that failed and were made again.'),
        trouble: z.string().nullable().describe('Why nothing gets through at present.'),
      })
      .nullable()
      .describe('What became of violations that are sent as spans besides; null where none are.'),
    rules: z.object({
      revision: count.nullable().describe('Of the rules that traces are judged by; null until there are any.'),
      rejected: z
        .array(z.object({ ruleId: z.string(), problems: z.array(problemSchema).readonly() }))
        .readonly()
        .describe('Rules that traces can not be judged by.'),
      verdicts: z
        .array(
          z.object({
            ruleId: z.string(),
            violated: count,
            inconclusive: count,
            tooCostly: count.describe('Of the inconclusive, those that deciding would have taken too many steps for.'),
            retracted: count,
          }),
        )
        .readonly()
        .describe('What was found since the host has started, of the first rules of which something was found.'),
      notWritten: z
        .array(
          z.object({
            ruleId: z.string(),
            shadow: count.describe('Violations found by the rule in shadow mode.'),
            suppressed: count.describe('Violations beyond those that are written in a minute.'),
            suppressedLastMinute: count.describe(
              'Of these, in this minute of the clock or the one before, whichever has more.',
            ),
          }),
        )
        .readonly()
        .describe('What was found and only counted since the host has started; of rules that have any.'),
    }),
  })
  .meta({ id: 'Status' });

export type Status = z.infer<typeof statusSchema>;
