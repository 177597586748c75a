import { i18n } from '@kbn/i18n';
import type { Overview } from '../../../common/api/activity';
import type { Ailment } from './health';

/** Whether to worry, and why, in a line. */
export interface Judgement {
  readonly level: 'danger' | 'warning' | 'primary' | 'success';
  readonly text: string;
}

/** Of the host's health and of what was found: bad health first, for without it nothing is found. */
export function judge(
  { count, severities }: Pick<Overview, 'count' | 'severities'>,
  ailments: readonly Ailment[],
  hasInput: boolean,
): Judgement {
  if (ailments.some(({ level }) => level === 'danger')) {
    return {
      level: 'danger',
      text: i18n.translate('betrace.judgement.blind', { defaultMessage: 'Traces are not judged at present' }),
    };
  }
  const grave = severities
    .filter(({ severity }) => severity === 'CRITICAL' || severity === 'HIGH')
    .reduce((sum, each) => sum + each.count, 0);
  if (grave > 0) {
    return {
      level: 'danger',
      text: i18n.translate('betrace.judgement.grave', {
        defaultMessage: '{grave, plural, one {# violation} other {# violations}} of high or critical severity',
        values: { grave },
      }),
    };
  }
  if (count > 0) {
    return {
      level: 'warning',
      text: i18n.translate('betrace.judgement.some', {
        defaultMessage: '{count, plural, one {# violation} other {# violations}}, none of high or critical severity',
        values: { count },
      }),
    };
  }
  if (ailments.length > 0) {
    return {
      level: 'warning',
      text: i18n.translate('betrace.judgement.unwell', { defaultMessage: 'No violations, but not all is well' }),
    };
  }
  if (!hasInput) {
    return {
      level: 'primary',
      text: i18n.translate('betrace.judgement.idle', { defaultMessage: 'No span has come in yet: nothing was judged' }),
    };
  }
  return {
    level: 'success',
    text: i18n.translate('betrace.judgement.fine', { defaultMessage: 'No violations: nothing to worry about' }),
  };
}
