import type { Status } from '../../common/api/status';
import type { Pipeline } from './pipeline';
import type { Reason } from './store_monitor';
import type { RuleVerdicts } from './tally';

export interface StatusSources {
  readonly version: string;
  /** Why spans are not taken, judged or written. */
  readonly reasons: readonly Reason[];
  /** Undefined before it is started, and where it never is. */
  readonly pipeline: Pick<Pipeline, 'bridge' | 'accepting' | 'indexer' | 'rules' | 'tally' | 'emitted'> | undefined;
  /** False: this host takes no spans, and is not meant to. */
  readonly takesSpans?: boolean;
  /** True while the bridge runs and leaves spans to another. */
  readonly standby?: boolean;
}

/** How the host fares, as somebody in this space may know: of other spaces' rules there is nothing in it. */
export function hostStatus(
  { version, reasons, pipeline, takesSpans = true, standby = false }: StatusSources,
  space: string,
): Status {
  const bridge = pipeline?.bridge.status();
  const indexer = pipeline?.indexer();
  const rules = pipeline?.rules();
  const tally = pipeline?.tally();
  const state = pipeline?.bridge.state ?? (takesSpans ? 'starting' : 'off');
  return {
    version,
    ready: reasons.length === 0,
    reasons: reasons.map(({ code, message }) => ({ code, message })),
    bridge: {
      state: state === 'running' && standby ? 'standby' : state,
      accepting: (pipeline?.accepting ?? false) && !standby,
      counters: bridge ? { ...bridge.counters } : null,
      gauges: bridge ? { ...bridge.gauges } : null,
      restarts: pipeline ? { ...pipeline.bridge.restarts } : { died: 0, hung: 0 },
    },
    indexer:
      indexer && tally
        ? {
            pending: indexer.pending,
            outcomes: { ...tally.outcomes },
            batches: { count: tally.batches, lastMs: tally.lastBatchMs, meanMs: tally.meanBatchMs },
            trouble: indexer.trouble,
            deadLetters: indexer.deadLetters,
          }
        : null,
    emit: pipeline?.emitted() ?? null,
    rules: {
      revision: rules?.revision ?? null,
      rejected: (rules?.rejected ?? []).flatMap((rule) =>
        rule.space === space ? { ruleId: rule.id, problems: rule.problems.map((problem) => ({ ...problem })) } : [],
      ),
      verdicts: verdictsOf(tally?.rules ?? [], space),
      notWritten: (indexer?.rules ?? []).flatMap(({ space: its, ...counted }) => (its === space ? counted : [])),
    },
  };
}

function verdictsOf(counted: readonly Readonly<RuleVerdicts>[], space: string): Status['rules']['verdicts'] {
  const rules = new Map<string, Status['rules']['verdicts'][number]>();
  for (const { ruleId, space: its, verdict, count, tooCostly } of counted) {
    if (its !== space) continue;
    const known = rules.get(ruleId) ?? { ruleId, violated: 0, inconclusive: 0, tooCostly: 0, retracted: 0 };
    rules.set(ruleId, { ...known, [verdict]: count, tooCostly: known.tooCostly + tooCostly });
  }
  return [...rules.values()];
}
