import { EuiBadge, EuiCallOut, EuiSpacer, EuiText, EuiTitle, useEuiTheme } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import { askedKeys } from '../../../../common/dsl/timed_out';
import type { RuleExample } from '../../../../common/api/rule_examples';
import { CountsChart } from '../../shared/counts_chart';
import { formatNumber } from '../../shared/time';
import { PreviewMatchItem } from './preview_match';
import type { PreviewState } from './use_preview';
import { whyNothing } from './why_nothing';

interface PreviewResultProps {
  readonly preview: PreviewState;
  readonly onExample: ((example: RuleExample) => void) | undefined;
}

const CHART_HEIGHT = 120;
const NO_BREAK_SPACE = '\u00a0';

/** How many of how many, when, what of its attributes there is, and some of what it caught. */
export const PreviewResult = ({ preview, onExample }: PreviewResultProps) => {
  const { progress, done, matches } = preview;
  const asked = new Set(askedKeys(preview.attributes.map(({ key }) => key)));
  const attributes = preview.attributes.filter(({ key }) => asked.has(key));
  const { euiTheme } = useEuiTheme();
  if (!progress) return null;
  const { violated, inconclusive, traces, overTime } = progress;
  return (
    <>
      <div aria-live="polite" data-test-subj="betracePreviewCounts">
        <EuiTitle size="s">
          <p>
            {i18n.translate('betrace.preview.caught', {
              defaultMessage: '{violated} of {about}{traces} traces violate it',
              values: {
                violated: formatNumber(violated),
                about: traces.exact ? '' : '≈ ',
                traces: formatNumber(traces.value),
              },
            })}
          </p>
        </EuiTitle>
        <EuiText size="s" color="subdued">
          {done && violated > 0
            ? i18n.translate('betrace.preview.perDay', {
                defaultMessage: 'About {perDay} violations a day.',
                values: { perDay: formatNumber(Math.round(done.perDay * 10) / 10) },
              })
            : // its line stays, so that nothing moves away from under the mouse
              NO_BREAK_SPACE}{' '}
          {inconclusive > 0 &&
            i18n.translate('betrace.preview.inconclusive', {
              defaultMessage: '{inconclusive, plural, one {# trace is} other {# traces are}} inconclusive.',
              values: { inconclusive },
            })}
        </EuiText>
      </div>
      {done?.complete && violated + inconclusive === 0 && (
        <EuiCallOut size="s" title={whyNothing(done, attributes)} data-test-subj="betracePreviewNothing" />
      )}
      {done && !done.complete && (
        <EuiCallOut
          size="s"
          color="warning"
          title={i18n.translate('betrace.preview.incomplete', {
            defaultMessage: 'The time for a preview was over before all traces were judged.',
          })}
        />
      )}
      {violated + inconclusive > 0 && (
        <CountsChart
          label={i18n.translate('betrace.preview.overTime', { defaultMessage: 'Caught traces over time' })}
          from={overTime.from}
          partMs={overTime.intervalMs}
          height={CHART_HEIGHT}
          series={[
            {
              id: 'violated',
              name: i18n.translate('betrace.preview.violated', { defaultMessage: 'Violated' }),
              color: euiTheme.colors.danger,
              counts: overTime.violated,
            },
            ...(inconclusive === 0
              ? []
              : [
                  {
                    id: 'inconclusive',
                    name: i18n.translate('betrace.preview.inconclusiveSeries', { defaultMessage: 'Inconclusive' }),
                    color: euiTheme.colors.mediumShade,
                    counts: overTime.inconclusive,
                  },
                ]),
          ]}
        />
      )}
      {attributes.length > 0 && (
        <>
          <EuiSpacer size="s" />
          <EuiText size="s">
            {attributes.map(({ key, spans, exact }) => (
              <div key={key}>
                <code>{key}</code>{' '}
                {spans === 0 ? (
                  <EuiBadge color="warning">
                    {i18n.translate('betrace.preview.neverSeen', { defaultMessage: 'never seen' })}
                  </EuiBadge>
                ) : (
                  i18n.translate('betrace.preview.seen', {
                    defaultMessage: 'is in {about}{spans} spans',
                    values: { about: exact ? '' : '≈ ', spans: formatNumber(spans) },
                  })
                )}
              </div>
            ))}
          </EuiText>
        </>
      )}
      {matches.length > 0 && (
        <>
          <EuiSpacer size="s" />
          <EuiTitle size="xxs">
            <h3>
              {i18n.translate('betrace.preview.first', {
                defaultMessage: 'The first {shown} that were found',
                values: { shown: matches.length },
              })}
            </h3>
          </EuiTitle>
          {matches.map((match) => (
            <PreviewMatchItem key={match.traceId} match={match} onExample={onExample} />
          ))}
        </>
      )}
    </>
  );
};
