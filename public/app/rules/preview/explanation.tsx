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

/** What a part asks for, before its own words. */
function kindLabel(type: ExplainNode['type']): string {
  switch (type) {
    case 'present':
    case 'bound':
      return i18n.translate('betrace.explain.present', { defaultMessage: 'some span:' });
    case 'absent':
    case 'unbound':
      return i18n.translate('betrace.explain.absent', { defaultMessage: 'no span:' });
    case 'pair':
      return i18n.translate('betrace.explain.pair', { defaultMessage: 'some two spans:' });
    case 'noPair':
      return i18n.translate('betrace.explain.noPair', { defaultMessage: 'no two spans:' });
    case 'guard':
      return i18n.translate('betrace.explain.guard', { defaultMessage: 'a trace with a span:' });
    case 'and':
      return i18n.translate('betrace.explain.and', { defaultMessage: 'all of:' });
    case 'or':
      return i18n.translate('betrace.explain.or', { defaultMessage: 'one of:' });
    case 'within':
    case 'outside':
      return i18n.translate('betrace.explain.within', { defaultMessage: 'close together:' });
    case 'follows':
      return i18n.translate('betrace.explain.follows', { defaultMessage: 'one after the other:' });
    case 'some':
    case 'every':
      return i18n.translate('betrace.explain.groups', { defaultMessage: 'groups by:' });
    default:
      return '';
  }
}

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
      <EuiIcon type={icon} color={color} size="s" aria-label={resultLabel(node.result)} /> {kindLabel(node.type)}{' '}
      {node.text !== '' && <code>{node.text}</code>}
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
