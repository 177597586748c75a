import { z } from 'zod';
import { SEVERITIES } from '../rules/rule';
import { dateTime, moment } from './shared';

const MAX_DAYS = 366;
const DAY_MS = 86_400_000;

/** The time that is looked at, in so many equal parts; without, the last day. */
const period = z
  .strictObject({
    from: moment.optional(),
    to: moment.optional(),
    parts: z.coerce.number().int().min(1).max(100).default(24),
  })
  .refine(({ from, to }) => spanOf({ from, to }).fromMs < spanOf({ from, to }).toMs, {
    path: ['to'],
    message: 'must be after from',
  })
  .refine(({ from, to }) => spanOf({ from, to }).toMs - spanOf({ from, to }).fromMs <= MAX_DAYS * DAY_MS, {
    path: ['from'],
    message: `at most ${MAX_DAYS} days are looked at`,
  });

export const activityQuerySchema = period;
export const overviewQuerySchema = period;

/** A query's time in milliseconds. */
export function spanOf({ from, to }: { from?: string | undefined; to?: string | undefined }): {
  fromMs: number;
  toMs: number;
} {
  const toMs = to === undefined ? Date.now() : Date.parse(to);
  return { fromMs: from === undefined ? toMs - DAY_MS : Date.parse(from), toMs };
}

const count = z.number().int();
const counts = z.array(count).describe('One for each part, the oldest first.');
const time = { from: dateTime, to: dateTime, partMs: z.number() };

/** What each rule has found: in the time asked for, and when last at all. */
export const activitySchema = z
  .object({
    ...time,
    rules: z.array(z.object({ ruleId: z.string(), count, counts, lastAt: dateTime.describe('Of all that is kept.') })),
    complete: z.boolean().describe('false: more rules have violations than are listed; these have the most.'),
  })
  .meta({ id: 'Activity' });

const change = { count, before: count.describe('In as long a time before.') };

/** What was found, by severity, rule and service, beside what was found in as long a time before. */
export const overviewSchema = z
  .object({
    ...time,
    ...change,
    severities: z.array(z.object({ severity: z.enum(SEVERITIES), ...change, counts })),
    rules: z.array(z.object({ ruleId: z.string(), name: z.string(), severity: z.enum(SEVERITIES), ...change })),
    services: z.array(z.object({ service: z.string(), ...change })),
  })
  .meta({ id: 'Overview' });

export type ActivityQuery = z.infer<typeof activityQuerySchema>;
export type Activity = z.infer<typeof activitySchema>;
export type Overview = z.infer<typeof overviewSchema>;
