import { EuiIcon } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import type { ExplainNode } from '../../../../common/engine';

const ICONS: Readonly<Record<ExplainNode['result'], readonly [string, string]>> = {
  true: ['check', 'success'],
  false: ['cross', 'danger'],
  unknown: ['questionInCircle', 'subdued'],
  too_costly: ['clock', 'warning'],
};

const resultLabel = (result: ExplainNode['result']): string =>
  ({
    true: i18n.translate('betrace.explain.true', { defaultMessage: 'True' }),
    false: i18n.translate('betrace.explain.false', { defaultMessage: 'False' }),
    unknown: i18n.translate('betrace.explain.unknown', { defaultMessage: 'Not known' }),
    too_costly: i18n.translate('betrace.explain.tooCostly', { defaultMessage: 'Too costly' }),
  })[result];

/** What became of each part of a rule on one trace. */
export const Explanation = ({ node }: { node: ExplainNode }) => (
  <ul style={{ listStyle: 'none', marginInlineStart: 0 }}>
    <Part node={node} />
  </ul>
);

const Part = ({ node }: { node: ExplainNode }) => {
  const [icon, color] = ICONS[node.result];
  return (
    <li>
      <EuiIcon type={icon} color={color} size="s" aria-label={resultLabel(node.result)} />{' '}
      {node.text === '' ? <em>{node.type}</em> : <code>{node.text}</code>}
      {node.matches !== undefined &&
        ` ${i18n.translate('betrace.explain.spans', {
          defaultMessage: '{count, plural, one {# span} other {# spans}}',
          values: { count: node.matches },
        })}`}
      {node.parts.length > 0 && (
        <ul style={{ listStyle: 'none', marginInlineStart: 20 }}>
          {node.parts.map((part, at) => (
            <Part key={at} node={part} />
          ))}
        </ul>
      )}
    </li>
  );
};
