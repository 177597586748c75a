import type { ActiveRule } from '../../common/rules/rule';
import type { RuleRef } from './journal/records';

const MAX_RETIRED = 10_000;

const nameOf = ({ space, id, version }: RuleRef): string => `${space}\n${id}\n${version}`;

/**
 * Rules by the names that violations have for them: those that traces are judged by, and for a while those that were
 * changed, switched off or removed, for violations that late spans may make untrue.
 */
export class KnownRules {
  private current = new Map<string, ActiveRule>();
  private readonly retired = new Map<string, { readonly rule: ActiveRule; readonly until: number }>();

  constructor(private readonly keepMs: number) {}

  replace(rules: readonly ActiveRule[], now: number): void {
    const former = this.current;
    this.current = new Map(rules.map((rule) => [nameOf(rule), rule]));
    for (const [name, rule] of former) if (!this.current.has(name)) this.retire(name, rule, now);
  }

  /** Adds rules that are judged by no more. */
  addRetired(rules: readonly ActiveRule[], now: number): void {
    for (const rule of rules) if (!this.current.has(nameOf(rule))) this.retire(nameOf(rule), rule, now);
  }

  get(ref: RuleRef): ActiveRule | undefined {
    const name = nameOf(ref);
    return this.current.get(name) ?? this.retired.get(name)?.rule;
  }

  expire(now: number): void {
    for (const [name, { until }] of this.retired) {
      if (until > now && this.retired.size <= MAX_RETIRED) return;
      this.retired.delete(name);
    }
  }

  private retire(name: string, rule: ActiveRule, now: number): void {
    this.retired.delete(name);
    this.retired.set(name, { rule, until: now + this.keepMs });
  }
}
