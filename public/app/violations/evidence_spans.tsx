import { EuiBadge, EuiFlexGroup, EuiFlexItem, EuiPanel, EuiSpacer, EuiText, EuiToken, useEuiTheme } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import type { EvidenceAttributeView, EvidenceSpanView } from '../../../common/violations/evidence';
import { formatDuration } from '../shared/time';

/** The witness: its spans in order of time, each with its place on the common time line and the attributes that were kept. */
export const EvidenceSpans = ({ spans }: { spans: readonly EvidenceSpanView[] }) => {
  const from = Math.min(...spans.map(({ startUs }) => startUs));
  const to = Math.max(...spans.map(({ endUs }) => endUs));
  const inOrder = [...spans].sort((a, b) => a.startUs - b.startUs);
  return (
    <ol aria-label={i18n.translate('betrace.spans.caption', { defaultMessage: 'Spans that broke the rule' })}>
      {inOrder.map((span) => (
        <li key={`${span.spanId} ${span.role}`}>
          <SpanPanel span={span} fromUs={from} toUs={to} />
          <EuiSpacer size="s" />
        </li>
      ))}
    </ol>
  );
};

const SpanPanel = ({ span, fromUs, toUs }: { span: EvidenceSpanView; fromUs: number; toUs: number }) => (
  <EuiPanel hasBorder hasShadow={false} paddingSize="s">
    <EuiFlexGroup gutterSize="s" alignItems="center" wrap responsive={false}>
      <EuiFlexItem grow={false}>
        <EuiText size="s">
          <strong>{span.name}</strong>
        </EuiText>
      </EuiFlexItem>
      {span.service && (
        <EuiFlexItem grow={false}>
          <EuiText size="s" color="subdued">
            {span.service}
          </EuiText>
        </EuiFlexItem>
      )}
      {span.status === 'ERROR' && (
        <EuiFlexItem grow={false}>
          <EuiBadge color="danger">{span.status}</EuiBadge>
        </EuiFlexItem>
      )}
      <EuiFlexItem grow={false}>
        <EuiText size="xs" color="subdued">
          {i18n.translate('betrace.spans.times', {
            defaultMessage: '{kind}, at {offset}, for {duration}',
            values: {
              kind: span.kind,
              offset: `+${formatDuration(span.startUs - fromUs)}`,
              duration: formatDuration(span.endUs - span.startUs),
            },
          })}
        </EuiText>
      </EuiFlexItem>
    </EuiFlexGroup>
    <TimeLine span={span} fromUs={fromUs} toUs={toUs} />
    {span.statusMessage && (
      <EuiText size="xs" color="danger">
        <p>{span.statusMessage}</p>
      </EuiText>
    )}
    {span.attributes.length > 0 && <Attributes attributes={span.attributes} />}
    <EuiText size="xs" color="subdued">
      <code>{span.spanId}</code>
    </EuiText>
  </EuiPanel>
);

/** Where the span lies between the first and the last of the witness; the words beside it say the same. */
const TimeLine = ({ span, fromUs, toUs }: { span: EvidenceSpanView; fromUs: number; toUs: number }) => {
  const { euiTheme } = useEuiTheme();
  const percent = (us: number): number => (toUs > fromUs ? (us / (toUs - fromUs)) * 100 : 0);
  const left = Math.min(percent(span.startUs - fromUs), 99);
  const width = toUs > fromUs ? Math.max(percent(span.endUs - span.startUs), 1) : 100;
  const color = span.status === 'ERROR' ? euiTheme.colors.danger : euiTheme.colors.primary;
  return (
    <div aria-hidden="true" style={{ background: euiTheme.colors.lightestShade, height: 4, margin: '6px 0' }}>
      <div style={{ background: color, height: 4, marginLeft: `${left}%`, width: `${Math.min(width, 100 - left)}%` }} />
    </div>
  );
};

const Attributes = ({ attributes }: { attributes: readonly EvidenceAttributeView[] }) => (
  <dl style={{ display: 'grid', gridTemplateColumns: 'auto 1fr', columnGap: 12, rowGap: 2, margin: '4px 0' }}>
    {attributes.map((attribute, index) => (
      <React.Fragment key={index}>
        <dt>
          <EuiFlexGroup gutterSize="xs" alignItems="center" responsive={false}>
            <EuiFlexItem grow={false}>
              <EuiToken iconType={TOKENS[attribute.type]} size="xs" />
            </EuiFlexItem>
            <EuiFlexItem grow={false}>
              <EuiText size="xs">{attribute.key}</EuiText>
            </EuiFlexItem>
          </EuiFlexGroup>
        </dt>
        <dd style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
          <EuiText size="xs">
            <code>{attribute.value}</code> <Marks attribute={attribute} />
          </EuiText>
        </dd>
      </React.Fragment>
    ))}
  </dl>
);

const TOKENS: Readonly<Record<EvidenceAttributeView['type'], string>> = {
  string: 'tokenString',
  number: 'tokenNumber',
  boolean: 'tokenBoolean',
  array: 'tokenArray',
  map: 'tokenObject',
  empty: 'tokenNull',
};

const Marks = ({ attribute: { redacted, truncated } }: { attribute: EvidenceAttributeView }) => (
  <>
    {redacted && (
      <EuiBadge color="hollow">{i18n.translate('betrace.attribute.redacted', { defaultMessage: 'redacted' })}</EuiBadge>
    )}
    {truncated && (
      <EuiBadge color="hollow">
        {i18n.translate('betrace.attribute.truncated', { defaultMessage: 'shortened' })}
      </EuiBadge>
    )}
  </>
);
