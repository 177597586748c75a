import type { Status } from '../../common/api/status';
import type { Pipeline } from './pipeline';
import type { Reason } from './store_monitor';

export interface StatusSources {
  readonly version: string;
  /** Why spans are not taken, judged or written. */
  readonly reasons: readonly Reason[];
  /** Undefined before it is started, and where it never is. */
  readonly pipeline: Pick<Pipeline, 'bridge' | 'accepting' | 'indexer' | 'rules'> | undefined;
  /** False: this host takes no spans, and is not meant to. */
  readonly takesSpans?: boolean;
}

/** How the host fares, as somebody in this space may know: of other spaces' rules there is nothing in it. */
export function hostStatus({ version, reasons, pipeline, takesSpans = true }: StatusSources, space: string): Status {
  const bridge = pipeline?.bridge.status();
  const indexer = pipeline?.indexer();
  const rules = pipeline?.rules();
  return {
    version,
    ready: reasons.length === 0,
    reasons: reasons.map(({ code, message }) => ({ code, message })),
    bridge: {
      state: pipeline?.bridge.state ?? (takesSpans ? 'starting' : 'off'),
      accepting: pipeline?.accepting ?? false,
      counters: bridge ? { ...bridge.counters } : null,
      gauges: bridge ? { ...bridge.gauges } : null,
    },
    indexer: indexer ? { pending: indexer.pending, trouble: indexer.trouble, deadLetters: indexer.deadLetters } : null,
    rules: {
      revision: rules?.revision ?? null,
      rejected: (rules?.rejected ?? []).flatMap((rule) =>
        rule.space === space ? { ruleId: rule.id, problems: rule.problems.map((problem) => ({ ...problem })) } : [],
      ),
      notWritten: (indexer?.rules ?? []).flatMap(({ space: its, ...counted }) => (its === space ? counted : [])),
    },
  };
}
