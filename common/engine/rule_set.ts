import type { Problem } from '../problem';
import type { ActiveRule } from '../rules/rule';
import type { TraceView } from '../trace/trace';
import type { EvidenceMode } from '../violations/evidence_document';
import { CandidateIndex } from './candidate_index';
import type { CompileResult } from './compile';
import { compile } from './compile';
import type { CompiledRule } from './compiled_rule';
import type { Completeness, Judgement } from './judgement';

/** A rule that does not compile, stored by a version that understood it. The others are not touched. */
export interface RejectedRule {
  readonly id: string;
  readonly space: string;
  readonly problems: readonly Problem[];
}

export interface TraceJudgements {
  /** Violated and inconclusive, in the order of the rules. */
  readonly judgements: readonly Judgement[];
  /** Rules of the trace's spaces that it keeps. */
  readonly satisfied: number;
}

/** The rules that traces are judged by. */
export interface RuleSet {
  /**
   * Begins to make a set of these rules, while traces are judged by the ones before. Another call takes the place of one
   * that is unfinished. Texts that are known are not compiled again.
   */
  prepare(rules: readonly ActiveRule[], revision: number): Replacement;
  /** The same in one go: when it returns, traces are judged by these. Gives those that they can't be judged by. */
  replace(rules: readonly ActiveRule[], revision: number): readonly RejectedRule[];
  /** Judges a trace by the rules of its spaces. */
  judge(trace: TraceView, waitedMs?: number): TraceJudgements;
  /** Attribute keys that any rule reads. */
  attributes(): ReadonlySet<string>;
  readonly size: number;
  readonly revision: number;
}

/** A set of rules in the making. */
export interface Replacement {
  readonly revision: number;
  /**
   * Goes on with it, one rule after the other, until `isEnough` says so. Once all are there traces are judged by them,
   * from one call to the next, and the rules that they can't be judged by are given; undefined before, and where another
   * has taken its place.
   */
  advance(isEnough: () => boolean): readonly RejectedRule[] | undefined;
}

interface Entry {
  readonly order: number;
  readonly rule: Judgement['rule'];
  readonly compiled: CompiledRule;
}

interface Space {
  readonly index: CandidateIndex<Entry>;
  size: number;
}

interface State {
  readonly spaces: ReadonlyMap<string, Space>;
  readonly compiled: ReadonlyMap<string, CompileResult>;
  readonly attributes: ReadonlySet<string>;
  readonly size: number;
  readonly revision: number;
}

/**
 * An empty rule set.
 * @param evidence the attributes that judgements keep of their witnesses
 */
export function createRuleSet(evidence: EvidenceMode = 'mentioned'): RuleSet {
  let state: State = { spaces: new Map(), compiled: new Map(), attributes: new Set(), size: 0, revision: 0 };
  let unfinished: StateBuilder | undefined;
  const prepare = (rules: readonly ActiveRule[], revision: number): Replacement => {
    const known = [state.compiled, ...(unfinished ? [unfinished.compiled] : [])];
    const builder = new StateBuilder(rules, revision, known);
    unfinished = builder;
    return {
      revision,
      advance(isEnough) {
        if (unfinished !== builder || !builder.advance(isEnough)) return undefined;
        unfinished = undefined;
        state = builder.state();
        return builder.rejected;
      },
    };
  };
  return {
    prepare,
    replace: (rules, revision) => prepare(rules, revision).advance(() => false)!,
    judge: (trace, waitedMs = 0) => judge(state, trace, waitedMs, evidence),
    attributes: () => state.attributes,
    get size() {
      return state.size;
    },
    get revision() {
      return state.revision;
    },
  };
}

/** Makes the state of a rule set, rule by rule. */
class StateBuilder {
  readonly compiled = new Map<string, CompileResult>();
  readonly rejected: RejectedRule[] = [];
  private readonly spaces = new Map<string, Space>();
  private readonly attributes = new Set<string>();
  private done = 0;

  /** @param known what texts have been compiled to before */
  constructor(
    private readonly rules: readonly ActiveRule[],
    private readonly revision: number,
    private readonly known: readonly ReadonlyMap<string, CompileResult>[],
  ) {}

  /** Whether all rules are in it. */
  advance(isEnough: () => boolean): boolean {
    while (this.done < this.rules.length && !isEnough()) this.add(this.rules[this.done]!, this.done++);
    return this.done === this.rules.length;
  }

  state(): State {
    const { spaces, compiled, attributes, rules, rejected, revision } = this;
    return { spaces, compiled, attributes, size: rules.length - rejected.length, revision };
  }

  private add({ dsl, ...rule }: ActiveRule, order: number): void {
    const result = this.resultOf(dsl);
    if (!('rule' in result)) {
      this.rejected.push({ id: rule.id, space: rule.space, problems: result.problems });
      return;
    }
    const space = this.spaces.get(rule.space) ?? { index: new CandidateIndex<Entry>(), size: 0 };
    this.spaces.set(rule.space, space);
    space.index.add({ order, rule, compiled: result.rule }, result.rule.needs);
    space.size++;
    for (const key of result.rule.attributes) this.attributes.add(key);
  }

  private resultOf(dsl: string): CompileResult {
    let result = this.compiled.get(dsl);
    for (const known of this.known) result ??= known.get(dsl);
    result ??= compile(dsl);
    this.compiled.set(dsl, result);
    return result;
  }
}

function judge({ spaces }: State, trace: TraceView, waitedMs: number, evidence: EvidenceMode): TraceJudgements {
  const found: { order: number; judgement: Judgement }[] = [];
  let rules = 0;
  let completeness: Completeness | undefined;
  for (const name of new Set(trace.spaces)) {
    const space = spaces.get(name);
    if (!space) continue;
    rules += space.size;
    const candidates = space.index.candidates(trace);
    const options = { evidence, columns: space.index.columns(trace) };
    for (const { order, rule, compiled } of candidates) {
      const result = compiled.evaluate(trace, options);
      if (result.kind === 'satisfied') continue;
      const { kind, ...verdict } = result;
      const { traceId, source } = trace;
      completeness ??= completenessOf(trace);
      found.push({ order, judgement: { rule, traceId, source, verdict: kind, ...verdict, completeness, waitedMs } });
    }
  }
  const judgements = found.sort((a, b) => a.order - b.order).map(({ judgement }) => judgement);
  return { judgements, satisfied: rules - judgements.length };
}

function completenessOf({ spans, flags }: TraceView): Completeness {
  const { orphans, truncated, split, dropped } = flags;
  return { orphans, truncated, split, dropped, root_seen: spans.some(({ parentSpanId }) => parentSpanId === null) };
}
