import type { EuiThemeComputed } from '@elastic/eui';
import type { Severity } from '../../../common/rules/rule';

/** The colours of severities in charts, as their badges have them. */
export const severityColors = ({ colors }: Pick<EuiThemeComputed, 'colors'>): Readonly<Record<Severity, string>> => ({
  CRITICAL: colors.danger,
  HIGH: colors.warning,
  MEDIUM: colors.primary,
  LOW: colors.mediumShade,
});
