import { EuiButton, EuiCallOut, EuiSkeletonText, EuiSpacer, EuiText } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import { useStatus } from '../api/queries';
import { useAppServices } from '../app_services';
import { errorText } from '../shared/error_text';
import { Page } from '../shared/page';
import { Trouble } from '../shared/trouble';
import { checksOf, isIncomplete } from './checks';
import { ChecksList } from './checks_list';
import { useSetUp, useSetUpState } from './queries';
import { Removal } from './removal';
import { AskAdministrator, Lacking } from './whom_to_ask';

/** `/setup`: what BeTrace needs and has in its host, and what makes the rest; for others whom to ask. */
export const SetUpPage = () => {
  const { setUp: host, notify } = useAppServices();
  const mayAdminister = host?.mayAdminister ?? false;
  const status = useStatus();
  const state = useSetUpState(mayAdminister);
  const run = useSetUp();

  const start = (): void =>
    run.mutate(undefined, {
      onSuccess: () =>
        notify.success(i18n.translate('betrace.setup.done', { defaultMessage: 'BeTrace is set up in Elasticsearch' })),
    });
  const lacking = state.data?.lacking ?? [];
  const error = state.error ?? status.error;
  const checks = checksOf(state.data, status.data);
  return (
    <Page section="setup">
      {error && (
        <>
          <Trouble
            error={error}
            hasData={checks.length > 0}
            onRetry={() => {
              void status.refetch();
              if (mayAdminister) void state.refetch();
            }}
          />
          <EuiSpacer size="m" />
        </>
      )}
      {checks.length === 0 && !error ? <EuiSkeletonText lines={5} /> : <ChecksList checks={checks} />}
      <EuiSpacer size="m" />
      {!mayAdminister && status.data && !status.data.ready && <AskAdministrator />}
      {state.data && (
        <>
          {lacking.length > 0 && <Lacking lacking={lacking} />}
          {run.error && (
            <div role="alert">
              <EuiCallOut
                color="danger"
                iconType="error"
                title={i18n.translate('betrace.setup.failed', { defaultMessage: 'BeTrace was not set up' })}
              >
                <p>{run.error.message || errorText(run.error)}</p>
              </EuiCallOut>
              <EuiSpacer size="m" />
            </div>
          )}
          <EuiButton
            fill={isIncomplete(state.data)}
            isLoading={run.isLoading}
            isDisabled={lacking.length > 0}
            onClick={start}
            data-test-subj="betraceSetUp"
          >
            {isIncomplete(state.data)
              ? i18n.translate('betrace.setup.run', { defaultMessage: 'Set BeTrace up' })
              : i18n.translate('betrace.setup.runAgain', { defaultMessage: 'Set up again, with new keys' })}
          </EuiButton>
          <EuiSpacer size="s" />
          <EuiText size="s" color="subdued">
            <p>
              {i18n.translate('betrace.setup.what', {
                defaultMessage:
                  'It puts what is missing into Elasticsearch and makes two API keys that can do no more than write violations. Kibana keeps them encrypted, in place of earlier ones.',
              })}
            </p>
          </EuiText>
          <EuiSpacer size="xxl" />
          <Removal isDisabled={lacking.length > 0} />
        </>
      )}
    </Page>
  );
};
