import { EuiIcon, EuiSpacer, EuiText, EuiTitle } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import type { Violation } from '../../../common/violations/violation';
import { formatDuration } from '../shared/time';

/** How much of the trace the rule has seen. */
export const CompletenessList = ({ violation }: { violation: Pick<Violation, 'completeness'> }) => {
  const { waitedMs, lateSpans } = violation.completeness;
  const gaps = gapsOf(violation.completeness);
  const facts = [
    ...(gaps.length > 0
      ? gaps.map((label) => ({ label, icon: <EuiIcon type="warning" color="warning" aria-hidden={true} /> }))
      : [
          {
            label: i18n.translate('betrace.completeness.complete', {
              defaultMessage: 'The trace was complete: a root, and every span with its parent.',
            }),
            icon: <EuiIcon type="check" color="success" aria-hidden={true} />,
          },
        ]),
    {
      label: i18n.translate('betrace.completeness.waited', {
        defaultMessage: 'Judged {duration} after its first span came.',
        values: { duration: formatDuration(waitedMs * 1_000) },
      }),
      icon: <EuiIcon type="clock" aria-hidden={true} />,
    },
    ...(lateSpans > 0
      ? [
          {
            label: i18n.translate('betrace.completeness.late', {
              defaultMessage:
                '{lateSpans, plural, one {# span came late, and was judged with the others.} other {# spans came late, and were judged with the others.}}',
              values: { lateSpans },
            }),
            icon: <EuiIcon type="clock" aria-hidden={true} />,
          },
        ]
      : []),
  ];
  return (
    <section>
      <EuiTitle size="xs">
        <h3>{i18n.translate('betrace.completeness.title', { defaultMessage: 'Completeness of the trace' })}</h3>
      </EuiTitle>
      <EuiSpacer size="xs" />
      <EuiText size="s">
        <ul style={{ listStyle: 'none', marginInlineStart: 0 }}>
          {facts.map(({ label, icon }) => (
            <li key={label}>
              {icon} {label}
            </li>
          ))}
        </ul>
      </EuiText>
    </section>
  );
};

/** What is known to be missing, a sentence each. */
export function gapsOf(completeness: Violation['completeness']): string[] {
  const { rootSeen, orphans, truncated, split, dropped } = completeness;
  return [
    !rootSeen &&
      i18n.translate('betrace.completeness.noRoot', { defaultMessage: 'No root span came: there may be more before.' }),
    orphans > 0 &&
      i18n.translate('betrace.completeness.orphans', {
        defaultMessage: 'The {orphans, plural, one {parent of # span} other {parents of # spans}} never came.',
        values: { orphans },
      }),
    truncated &&
      i18n.translate('betrace.completeness.truncated', {
        defaultMessage: 'Judged before the trace had ended; more spans may have come.',
      }),
    split &&
      i18n.translate('betrace.completeness.split', {
        defaultMessage: 'Another bridge may have got spans of this trace.',
      }),
    dropped > 0 &&
      i18n.translate('betrace.completeness.dropped', {
        defaultMessage:
          'The sender dropped {dropped, plural, one {# attribute, event or link} other {# attributes, events or links}}.',
        values: { dropped },
      }),
  ].filter((gap) => gap !== false);
}
