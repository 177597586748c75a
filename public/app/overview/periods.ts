import { i18n } from '@kbn/i18n';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The times that an overview is of, by their names in its address. */
export const PERIODS = { '1h': HOUR_MS, '24h': DAY_MS, '7d': 7 * DAY_MS, '30d': 30 * DAY_MS } as const;
export type Period = keyof typeof PERIODS;

export const DEFAULT_PERIOD: Period = '24h';

/** The period that an address names. */
export function periodOf(search: string): Period {
  const named = new URLSearchParams(search).get('period');
  return (Object.keys(PERIODS) as Period[]).find((period) => period === named) ?? DEFAULT_PERIOD;
}

/** A period in the user's language. */
export const periodLabel = (period: Period): string =>
  ({
    '1h': i18n.translate('betrace.period.hour', { defaultMessage: 'Last hour' }),
    '24h': i18n.translate('betrace.period.day', { defaultMessage: 'Last 24 hours' }),
    '7d': i18n.translate('betrace.period.week', { defaultMessage: 'Last 7 days' }),
    '30d': i18n.translate('betrace.period.month', { defaultMessage: 'Last 30 days' }),
  })[period];
