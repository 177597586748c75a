import { i18n } from '@kbn/i18n';

/** What a table without rows says: that there are none is not known while they are read. */
export const noItemsMessage = (isLoading: boolean): string =>
  isLoading
    ? i18n.translate('betrace.table.loading', { defaultMessage: 'Loading …' })
    : i18n.translate('betrace.table.empty', { defaultMessage: 'Nothing found' });
