import { i18n } from '@kbn/i18n';
import type { Status } from '../../../common/api/status';
import { formatNumber } from '../shared/time';

/** Something about the host that its users should know. */
export interface Ailment {
  readonly level: 'danger' | 'warning';
  readonly text: string;
}

/** What is not as it should be, the worst first; nothing where spans are taken, judged and written. */
export function ailmentsOf({ ready, reasons, bridge, indexer, emit, rules }: Status): readonly Ailment[] {
  const ailments: Ailment[] = reasons.map(({ message }) => ({ level: ready ? 'warning' : 'danger', text: message }));
  const warn = (text: string): void => void ailments.push({ level: 'warning', text });
  if (indexer?.trouble) ailments.push({ level: 'danger', text: indexer.trouble.message });
  const lost = (indexer?.deadLetters.kept ?? 0) + (indexer?.deadLetters.lost ?? 0);
  if (lost > 0) {
    warn(
      i18n.translate('betrace.health.deadLetters', {
        defaultMessage:
          '{lost, plural, one {# violation was} other {# violations were}} refused by Elasticsearch for good, and not stored.',
        values: { lost },
      }),
    );
  }
  if (emit?.trouble) {
    warn(
      i18n.translate('betrace.health.emit', {
        defaultMessage:
          'Violations are not sent as spans at present ({reason}); {pending, plural, one {# waits} other {# wait}}.',
        values: { reason: emit.trouble, pending: emit.pending },
      }),
    );
  }
  const notSent = (emit?.dropped ?? 0) + (emit?.rejected ?? 0);
  if (notSent > 0) {
    warn(
      i18n.translate('betrace.health.notSent', {
        defaultMessage:
          '{notSent, plural, one {# violation was} other {# violations were}} not sent as {notSent, plural, one {a span} other {spans}}: refused by the receiver, or too many while it was away.',
        values: { notSent },
      }),
    );
  }
  if (rules.rejected.length > 0) {
    warn(
      i18n.translate('betrace.health.rejected', {
        defaultMessage:
          '{rejected, plural, one {# rule does} other {# rules do}} not work: traces are not judged by them.',
        values: { rejected: rules.rejected.length },
      }),
    );
  }
  const braked = rules.notWritten.filter(({ suppressedLastMinute }) => suppressedLastMinute > 0).length;
  if (braked > 0) {
    warn(
      i18n.translate('betrace.health.braked', {
        defaultMessage:
          '{braked, plural, one {# rule finds} other {# rules find}} more than is written: beyond a bound it is only counted.',
        values: { braked },
      }),
    );
  }
  if ((bridge.gauges?.['journalFailing'] ?? 0) > 0) {
    ailments.push({
      level: 'danger',
      text: i18n.translate('betrace.health.journal', {
        defaultMessage: 'The disk takes nothing: spans are refused until it does.',
      }),
    });
  }
  const { died, hung } = bridge.restarts;
  if (died + hung > 0) {
    warn(
      i18n.translate('betrace.health.restarts', {
        defaultMessage: 'The bridge was started anew {times, plural, one {once} other {# times}} since the host runs.',
        values: { times: died + hung },
      }),
    );
  }
  return ailments.sort((a, b) => Number(b.level === 'danger') - Number(a.level === 'danger'));
}

/** Whether spans come in, as far as it is known: the bridge of another Kibana may take them. */
export const hasInput = ({ bridge: { state, counters } }: Status): boolean =>
  state !== 'running' || counters === null || counters['spansReceived'] !== 0 || counters['tracesJudged'] !== 0;

/** What the bridge has done since it runs, in one line. */
export function workOf({ bridge: { state, counters } }: Status): string {
  if (state === 'standby') {
    return i18n.translate('betrace.health.standby', {
      defaultMessage: 'The bridge of another Kibana takes the spans.',
    });
  }
  return i18n.translate('betrace.health.work', {
    defaultMessage: '{spans} spans taken and {traces} traces judged since the bridge has started.',
    values: { spans: countOf(counters?.['spansReceived']), traces: countOf(counters?.['tracesJudged']) },
  });
}

const countOf = (counter: unknown): string => formatNumber(typeof counter === 'number' ? counter : 0);
