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
  /** From now on traces are judged by these; gives those that they can't be judged by. */
  replace(rules: readonly ActiveRule[], revision: number): readonly RejectedRule[];
  /** Judges a trace by the rules of its spaces. */
  judge(trace: TraceView, waitedMs?: number): TraceJudgements;
  /** Attribute keys that any rule reads. */
  attributes(): ReadonlySet<string>;
  readonly size: number;
  readonly revision: number;
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
 * An empty rule set. Texts that stay are not compiled again when it is replaced.
 * @param evidence the attributes that judgements keep of their witnesses
 */
export function createRuleSet(evidence: EvidenceMode = 'mentioned'): RuleSet {
  let state: State = { spaces: new Map(), compiled: new Map(), attributes: new Set(), size: 0, revision: 0 };
  return {
    replace(rules, revision) {
      const built = buildState(rules, revision, state.compiled);
      state = built.state;
      return built.rejected;
    },
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

function buildState(
  rules: readonly ActiveRule[],
  revision: number,
  known: State['compiled'],
): { state: State; rejected: RejectedRule[] } {
  const spaces = new Map<string, Space>();
  const compiled = new Map<string, CompileResult>();
  const attributes = new Set<string>();
  const rejected: RejectedRule[] = [];
  rules.forEach(({ dsl, ...rule }, order) => {
    const result = compiled.get(dsl) ?? known.get(dsl) ?? compile(dsl);
    compiled.set(dsl, result);
    if (!('rule' in result)) {
      rejected.push({ id: rule.id, space: rule.space, problems: result.problems });
      return;
    }
    const space = spaces.get(rule.space) ?? { index: new CandidateIndex<Entry>(), size: 0 };
    spaces.set(rule.space, space);
    space.index.add({ order, rule, compiled: result.rule }, result.rule.needs);
    space.size++;
    for (const key of result.rule.attributes) attributes.add(key);
  });
  return { state: { spaces, compiled, attributes, size: rules.length - rejected.length, revision }, rejected };
}

function judge({ spaces }: State, trace: TraceView, waitedMs: number, evidence: EvidenceMode): TraceJudgements {
  const found: { order: number; judgement: Judgement }[] = [];
  let rules = 0;
  for (const name of new Set(trace.spaces)) {
    const space = spaces.get(name);
    if (!space) continue;
    rules += space.size;
    for (const { order, rule, compiled } of space.index.candidates(trace)) {
      const { kind, ...verdict } = compiled.evaluate(trace, { evidence });
      if (kind === 'satisfied') continue;
      const { traceId, source } = trace;
      const completeness = completenessOf(trace);
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
