import { EuiBadge } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import type { Severity } from '../../../common/rules/rule';

const COLORS: Readonly<Record<Severity, string>> = {
  CRITICAL: 'danger',
  HIGH: 'warning',
  MEDIUM: 'primary',
  LOW: 'hollow',
};

/** A severity in the user's language. */
export const severityLabel = (severity: Severity): string =>
  ({
    CRITICAL: i18n.translate('betrace.severity.critical', { defaultMessage: 'Critical' }),
    HIGH: i18n.translate('betrace.severity.high', { defaultMessage: 'High' }),
    MEDIUM: i18n.translate('betrace.severity.medium', { defaultMessage: 'Medium' }),
    LOW: i18n.translate('betrace.severity.low', { defaultMessage: 'Low' }),
  })[severity];

export const SeverityBadge = ({ severity }: { severity: Severity }) => (
  <EuiBadge color={COLORS[severity]}>{severityLabel(severity)}</EuiBadge>
);
