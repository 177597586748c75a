import { z } from 'zod';
import { SEVERITIES } from '../rules/rule';
import { KINDS, STATUSES } from '../trace/span';
import { severitySchema } from './rules';
import { dateTime, moment, searchWords } from './shared';

export const violationSchema = z
  .object({
    id: z.string(),
    revision: z.number().int(),
    verdict: z
      .enum(['violated', 'retracted', 'suppressed'])
      .describe(
        'retracted: by spans that came late it no longer holds. suppressed: a count of violations not written.',
      ),
    ruleId: z.string(),
    ruleName: z.string(),
    ruleVersion: z.string(),
    severity: z.enum(SEVERITIES),
    priority: z.number().int(),
    message: z.string(),
    service: z.string(),
    environment: z.string().optional(),
    traceIds: z.array(z.string()).readonly(),
    spanReferences: z
      .array(
        z.object({
          traceId: z.string(),
          spanId: z.string(),
          service: z.string().optional(),
          name: z.string(),
          role: z.string(),
        }),
      )
      .readonly(),
    witnessCount: z.number().int(),
    suppressed: z.object({ count: z.number().int(), from: dateTime, to: dateTime }).optional(),
    completeness: z.object({
      orphans: z.number().int(),
      truncated: z.boolean(),
      split: z.boolean(),
      dropped: z.number().int(),
      rootSeen: z.boolean(),
      lateSpans: z.number().int(),
      waitedMs: z.number(),
    }),
    occurredAt: dateTime.describe('When the offending span started.'),
    createdAt: dateTime.describe('When the violation was found.'),
    tags: z.array(z.string()).readonly(),
    spaceId: z.string(),
    source: z.string(),
    status: z.enum(['open', 'acknowledged', 'closed', 'retracted']),
    superseded: z.boolean(),
    verdictDigest: z.string(),
    evidenceDigest: z.string(),
    digest: z.string(),
    signature: z.string().describe('A compact JWS over the digest.'),
    keyId: z.string(),
  })
  .meta({ id: 'Violation' });

const FOUND = 'ISO 8601, e.g. 2026-01-31T12:00:00Z; compared with when the violation was found.';

export const searchViolationsQuerySchema = z.strictObject({
  ruleId: z.string().min(1).max(200).optional(),
  severity: severitySchema.optional(),
  traceId: z
    .string()
    .regex(/^[0-9a-f]{32}$/i, 'must be 32 hex digits')
    .toLowerCase()
    .optional(),
  from: moment.describe(FOUND).optional(),
  to: moment.describe(FOUND).optional(),
  q: searchWords.describe('Words of the message or of the name of the rule.'),
  limit: z.coerce.number().int().min(1).max(1_000).default(50),
  cursor: z.string().max(2_000).optional(),
});

export const violationsPageSchema = z.object({
  violations: z.array(violationSchema).readonly(),
  total: z.number().int(),
  cursor: z.string().nullable().describe('Give it back to read on; null: there is no more.'),
});

export const evidenceSchema = z
  .object({
    evidence: z
      .object({
        mode: z.enum(['mentioned', 'all', 'none']).describe('Which attributes were kept.'),
        spans: z
          .array(
            z.object({
              traceId: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().nullable(),
              name: z.string(),
              service: z.string().optional(),
              environment: z.string().optional(),
              kind: z.enum(KINDS),
              status: z.enum(STATUSES),
              statusMessage: z.string(),
              startUs: z.number(),
              endUs: z.number(),
              role: z.string().describe('What the span is to the rule.'),
              attributes: z
                .array(
                  z.object({
                    key: z.string(),
                    value: z.string().describe('Text as it is, everything else as JSON.'),
                    type: z.enum(['string', 'number', 'boolean', 'array', 'map', 'empty']),
                    redacted: z.boolean(),
                    truncated: z.boolean(),
                  }),
                )
                .readonly(),
            }),
          )
          .readonly(),
        absences: z
          .array(
            z.object({
              lookedFor: z.string(),
              window: z
                .object({ fromUs: z.number(), toUs: z.number() })
                .nullable()
                .describe('Where it was looked for, in microseconds since 1970; null: in the whole trace.'),
            }),
          )
          .readonly(),
        redacted: z.number().int().describe('How many values something was taken out of.'),
        truncated: z.boolean().describe('Something was left out to keep the evidence small.'),
      })
      .nullable()
      .describe('null: it was erased, or changed beyond reading; `verify` says which.'),
  })
  .meta({ id: 'Evidence' });

export const verificationSchema = z
  .object({
    status: z
      .enum(['valid', 'altered', 'unknown_key', 'unsigned'])
      .describe(
        'valid: as it was signed. altered: something signed was changed. unknown_key: signed with a key that this host does not hold.',
      ),
    evidence: z
      .enum(['intact', 'altered', 'erased'])
      .describe('The evidence may be erased without harm to the violation.'),
    keyId: z.string().nullable(),
    reason: z.string(),
  })
  .meta({ id: 'Verification' });

export type SearchViolationsQuery = z.infer<typeof searchViolationsQuerySchema>;
