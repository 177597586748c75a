import { i18n } from '@kbn/i18n';
import type { ApiError } from '../api/api_error';

/** What went wrong, in the user's language where it is something that any call can meet. */
export function errorText({ code, message }: Pick<ApiError, 'code' | 'message'>): string {
  switch (code) {
    case 'BT_UNREACHABLE':
      return i18n.translate('betrace.error.unreachable', { defaultMessage: 'BeTrace does not answer.' });
    case 'BT_STORE_UNAVAILABLE':
      return i18n.translate('betrace.error.storeUnavailable', { defaultMessage: 'Elasticsearch does not answer.' });
    case 'BT_UNAUTHENTICATED':
      return i18n.translate('betrace.error.unauthenticated', { defaultMessage: 'You are not logged in any more.' });
    case 'BT_FORBIDDEN':
      return i18n.translate('betrace.error.forbidden', { defaultMessage: 'You are not allowed to do this.' });
    case 'BT_REVISION_CONFLICT':
      return i18n.translate('betrace.error.revisionConflict', {
        defaultMessage: 'The rule was changed meanwhile by somebody else.',
      });
    default:
      return message || code;
  }
}

/** Whether it passes by itself: whoever asks again later may get an answer. */
export const isPassing = ({ code, status }: Pick<ApiError, 'code' | 'status'>): boolean =>
  code === 'BT_UNREACHABLE' || status === 503 || status === 502 || status === 504;
