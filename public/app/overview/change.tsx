import { EuiText } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';

/** How a count differs from the one before, in words: with a sign, and by how much of it. */
export function changeText(count: number, before: number): string {
  if (count === before) return i18n.translate('betrace.change.same', { defaultMessage: 'as many as before' });
  if (before === 0) return i18n.translate('betrace.change.new', { defaultMessage: 'none before' });
  const share = new Intl.NumberFormat(i18n.getLocale(), {
    style: 'percent',
    signDisplay: 'always',
    maximumFractionDigits: 0,
  }).format((count - before) / before);
  return i18n.translate('betrace.change.by', { defaultMessage: '{share} against before', values: { share } });
}

/** More violations than before are bad news. */
export const Change = ({ count, before }: { count: number; before: number }) => (
  <EuiText size="xs" color={count > before ? 'danger' : count < before ? 'success' : 'subdued'}>
    {changeText(count, before)}
  </EuiText>
);
