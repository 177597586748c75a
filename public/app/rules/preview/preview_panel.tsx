import {
  EuiButton,
  EuiButtonEmpty,
  EuiCallOut,
  EuiFieldText,
  EuiFlexGroup,
  EuiFlexItem,
  EuiPanel,
  EuiProgress,
  EuiSelect,
  EuiSpacer,
  EuiText,
  EuiTitle,
} from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React, { useMemo, useState } from 'react';
import type { RuleExample } from '../../../../common/api/rule_examples';
import { type Period, periodLabel, PERIODS } from '../../overview/periods';
import { errorText } from '../../shared/error_text';
import { PreviewResult } from './preview_result';
import { usePreview } from './use_preview';

interface PreviewPanelProps {
  /** A text that works; undefined while there is none. */
  readonly dsl: string | undefined;
  /** Absent: examples can't be added. */
  readonly onExample: ((example: RuleExample) => void) | undefined;
}

/** What the rule would have caught of the traces that are stored, while it is written. */
export const PreviewPanel = ({ dsl, onExample }: PreviewPanelProps) => {
  const [period, setPeriod] = useState<Period>('24h');
  const [typed, setTyped] = useState('');
  const [kql, setKql] = useState('');
  const wish = useMemo(
    () => (dsl === undefined ? undefined : { dsl, sinceMs: PERIODS[period], kql }),
    [dsl, period, kql],
  );
  const preview = usePreview(wish);
  const { phase, progress, error, cancel, again } = preview;
  const candidates = progress?.candidates.value ?? 0;
  const title = i18n.translate('betrace.preview.title', { defaultMessage: 'What it would have caught' });
  const filterLabel = i18n.translate('betrace.preview.filter', {
    defaultMessage: 'Only traces with a span like this (KQL)',
  });
  const isRunning = phase === 'running' || phase === 'waiting';
  return (
    <section aria-label={title} data-test-subj="betracePreview">
      <EuiPanel hasBorder hasShadow={false}>
        <EuiFlexGroup gutterSize="s" alignItems="center" justifyContent="spaceBetween" responsive={false} wrap>
          <EuiFlexItem>
            <EuiTitle size="xs">
              <h2>{title}</h2>
            </EuiTitle>
          </EuiFlexItem>
          <EuiFlexItem grow={false} style={{ minWidth: 150 }}>
            <EuiSelect
              compressed
              aria-label={i18n.translate('betrace.preview.period', { defaultMessage: 'Time of the preview' })}
              value={period}
              options={(Object.keys(PERIODS) as Period[]).map((value) => ({ value, text: periodLabel(value) }))}
              onChange={({ target }) =>
                setPeriod((Object.keys(PERIODS) as Period[]).find((each) => each === target.value) ?? period)
              }
            />
          </EuiFlexItem>
        </EuiFlexGroup>
        <EuiSpacer size="s" />
        <EuiFieldText
          compressed
          fullWidth
          aria-label={filterLabel}
          placeholder={filterLabel}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
          onBlur={() => setKql(typed.trim())}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            // the form around it is not what is sent
            event.preventDefault();
            setKql(typed.trim());
          }}
        />
        <EuiSpacer size="s" />
        {phase === 'idle' && (
          <EuiText size="s" color="subdued">
            {i18n.translate('betrace.preview.idle', {
              defaultMessage: 'As soon as the rule works, it is tried on the traces that are stored.',
            })}
          </EuiText>
        )}
        {isRunning && (
          <EuiFlexGroup gutterSize="s" alignItems="center" responsive={false}>
            <EuiFlexItem>
              <EuiProgress
                size="s"
                aria-label={i18n.translate('betrace.preview.running', { defaultMessage: 'Traces are judged' })}
                {...(candidates > 0 ? { value: Math.min(progress?.judged ?? 0, candidates), max: candidates } : {})}
              />
            </EuiFlexItem>
            <EuiFlexItem grow={false}>
              <EuiButtonEmpty size="xs" onClick={cancel}>
                {i18n.translate('betrace.preview.cancel', { defaultMessage: 'Cancel' })}
              </EuiButtonEmpty>
            </EuiFlexItem>
          </EuiFlexGroup>
        )}
        {(phase === 'cancelled' || phase === 'done') && (
          <EuiButtonEmpty size="xs" flush="left" iconType="refresh" onClick={again}>
            {i18n.translate('betrace.preview.again', { defaultMessage: 'Try again' })}
          </EuiButtonEmpty>
        )}
        {error && (
          <div role="alert">
            <EuiCallOut color="warning" iconType="warning" size="s" title={errorText(error)}>
              <EuiButton size="s" color="warning" onClick={again}>
                {i18n.translate('betrace.preview.again', { defaultMessage: 'Try again' })}
              </EuiButton>
            </EuiCallOut>
          </div>
        )}
        {progress && <PreviewResult preview={preview} onExample={onExample} />}
      </EuiPanel>
    </section>
  );
};
