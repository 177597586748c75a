import type { RuleExample } from '../api/rule_examples';

export const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const MODES = ['off', 'shadow', 'on'] as const;
/** `off`: not judged. `shadow`: judged and counted, nothing written. `on`: violations are written. */
export type Mode = (typeof MODES)[number];

/** 1 (CRITICAL) to 4 (LOW). */
export const priorityOf = (severity: Severity): number => SEVERITIES.indexOf(severity) + 1;

/** ECS `event.severity`: the scores Kibana gives these four words. */
export const SEVERITY_SCORES: Readonly<Record<Severity, number>> = { CRITICAL: 99, HIGH: 73, MEDIUM: 47, LOW: 21 };

export interface Rule {
  readonly id: string;
  readonly space: string;
  readonly name: string;
  readonly description: string;
  readonly dsl: string;
  /** 16 hex digits of SHA-256 of the rule printed without comments: a comment or a new name is no new version. */
  readonly version: string;
  /** 1, 2, …: every change of anything. */
  readonly revision: number;
  readonly mode: Mode;
  readonly severity: Severity;
  readonly tags: readonly string[];
  /** Traces for which it is true or is not, told in a few words; left out where there are none, and from lists. */
  readonly examples?: readonly RuleExample[];
  readonly updatedAt: string;
  readonly updatedBy: string;
}

/** As lists have it, and those who judge by it. */
export const withoutExamples = <R extends Rule>({ examples: _examples, ...rule }: R): Omit<R, 'examples'> => rule;

/** What the bridge needs of a rule to judge traces by it and to say so. */
export type ActiveRule = Pick<
  Rule,
  'id' | 'space' | 'name' | 'description' | 'dsl' | 'version' | 'revision' | 'severity' | 'tags'
> & { readonly mode: 'shadow' | 'on' };
