import { EuiAccordion, EuiButtonEmpty, EuiLink, EuiSpacer, EuiText } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import type { PreviewMatch } from '../../../../common/api/preview';
import type { RuleExample } from '../../../../common/api/rule_examples';
import { useTraceExample } from '../../api/queries';
import { useAppServices } from '../../app_services';
import { errorText } from '../../shared/error_text';
import { formatDateTime, formatDuration } from '../../shared/time';
import { Explanation } from './explanation';

interface PreviewMatchItemProps {
  readonly match: PreviewMatch;
  readonly onExample: ((example: RuleExample) => void) | undefined;
}

/** A trace that a preview caught: what happened, and why, once it is opened. */
export const PreviewMatchItem = ({ match, onExample }: PreviewMatchItemProps) => {
  const { timeZone, traceHref, notify } = useAppServices();
  const { mutate, isLoading } = useTraceExample();
  const { traceId, message, startUs, durationUs, spans, rootName, service, explanation } = match;
  const take = (): void =>
    mutate(match, {
      onSuccess: (example) => {
        onExample?.(example);
        notify.success(i18n.translate('betrace.preview.taken', { defaultMessage: 'The trace is an example now' }));
      },
      onError: (error) =>
        notify.failure(
          i18n.translate('betrace.preview.notTaken', { defaultMessage: 'The trace was not taken' }),
          errorText(error),
        ),
    });
  return (
    <EuiAccordion
      id={`betracePreview-${traceId}`}
      paddingSize="s"
      buttonContent={
        <EuiText size="s">
          {`${formatDateTime(new Date(startUs / 1_000).toISOString(), timeZone)}: ${message || rootName}`}
        </EuiText>
      }
    >
      <EuiText size="s">
        <p>
          {i18n.translate('betrace.preview.about', {
            defaultMessage: '{name} of {service}, {spans, plural, one {# span} other {# spans}}, {duration}',
            values: { name: rootName, service: service ?? '–', spans, duration: formatDuration(durationUs) },
          })}
        </p>
        <Explanation node={explanation} />
      </EuiText>
      <EuiSpacer size="s" />
      {traceHref && (
        <EuiText size="s">
          <EuiLink href={traceHref(traceId)}>
            {i18n.translate('betrace.preview.openTrace', { defaultMessage: 'Open the trace' })}
          </EuiLink>
        </EuiText>
      )}
      {onExample && (
        <EuiButtonEmpty size="xs" flush="left" isLoading={isLoading} onClick={take}>
          {i18n.translate('betrace.preview.take', { defaultMessage: 'Take as example' })}
        </EuiButtonEmpty>
      )}
    </EuiAccordion>
  );
};
