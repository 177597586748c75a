import { EuiButton, EuiButtonEmpty, EuiCallOut, EuiEmptyPrompt } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import type { ApiError } from '../api/api_error';
import { useAppServices } from '../app_services';
import { errorText, isPassing } from './error_text';
import { useLinkProps } from './link';

interface TroubleProps {
  readonly error: ApiError;
  /** There is something on the page, and it stays: it is only no longer kept up to date. */
  readonly hasData: boolean;
  readonly onRetry: () => void;
}

/** Says that reading failed: above what is there already, or in its place. */
export const Trouble = ({ error, hasData, onRetry }: TroubleProps) => {
  const { setUp } = useAppServices();
  const linkTo = useLinkProps();
  const retry = i18n.translate('betrace.trouble.retry', { defaultMessage: 'Try again' });
  if (!hasData) {
    return (
      <EuiEmptyPrompt
        color="danger"
        iconType="error"
        title={<h2>{errorText(error)}</h2>}
        titleSize="s"
        body={isPassing(error) ? <p>{tryingAgain()}</p> : <p>{error.code}</p>}
        actions={[
          <EuiButton key="retry" onClick={onRetry} color="danger">
            {retry}
          </EuiButton>,
          ...(setUp && error.code === 'BT_STORE_FORBIDDEN'
            ? [
                <EuiButtonEmpty key="setUp" {...linkTo('/setup')}>
                  {i18n.translate('betrace.trouble.setUp', { defaultMessage: 'See what is missing' })}
                </EuiButtonEmpty>,
              ]
            : []),
        ]}
      />
    );
  }
  return (
    <div role="status">
      <EuiCallOut color="warning" iconType="warning" size="s" title={errorText(error)}>
        <p>
          {i18n.translate('betrace.trouble.stale', {
            defaultMessage: 'What you see is what was read last.',
          })}{' '}
          {isPassing(error) && tryingAgain()}
        </p>
      </EuiCallOut>
    </div>
  );
};

const tryingAgain = (): string =>
  i18n.translate('betrace.trouble.tryingAgain', { defaultMessage: 'The page tries again by itself.' });
