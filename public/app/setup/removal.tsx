import { EuiButton, EuiCallOut, EuiConfirmModal, EuiSpacer, EuiSwitch, EuiText, EuiTitle } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React, { useState } from 'react';
import { useAppServices } from '../app_services';
import { errorText } from '../shared/error_text';
import { useRemoval } from './queries';
import { RemovalPlan } from './removal_plan';

const DIALOG_TITLE_ID = 'betraceRemovalTitle';

/** Takes BeTrace out of Elasticsearch and Kibana's saved objects: first only told, then done. */
export const Removal = ({ isDisabled }: { isDisabled: boolean }) => {
  const { notify } = useAppServices();
  const [data, setData] = useState(false);
  const [isConfirming, setConfirming] = useState(false);
  const plan = useRemoval();
  const removal = useRemoval();
  const report = removal.data ?? plan.data;
  const error = removal.error ?? plan.error;

  const look = (): void => {
    removal.reset();
    plan.mutate({ dryRun: true, data });
  };
  const remove = (): void =>
    removal.mutate(
      { dryRun: false, data },
      {
        onSuccess: () =>
          notify.success(i18n.translate('betrace.removal.doneToast', { defaultMessage: 'BeTrace was removed' })),
        onSettled: () => setConfirming(false),
      },
    );
  return (
    <section>
      <EuiTitle size="s">
        <h2>{i18n.translate('betrace.removal.title', { defaultMessage: 'Remove BeTrace' })}</h2>
      </EuiTitle>
      <EuiSpacer size="s" />
      <EuiText size="s">
        <p>
          {i18n.translate('betrace.removal.body', {
            defaultMessage:
              'Before the plugin is taken out of Kibana, its rules must be: Kibana refuses to start on saved objects that it does not know. This removes the rules of all spaces, the API keys, and what no stream needs.',
          })}
        </p>
      </EuiText>
      <EuiSpacer size="m" />
      <EuiSwitch
        checked={data}
        disabled={isDisabled}
        onChange={({ target }) => {
          setData(target.checked);
          plan.reset();
          removal.reset();
        }}
        label={i18n.translate('betrace.removal.data', {
          defaultMessage: 'Violations, evidence, metrics and the list of signing keys, too',
        })}
      />
      <EuiSpacer size="m" />
      <EuiButton
        color="text"
        isLoading={plan.isLoading}
        isDisabled={isDisabled}
        onClick={look}
        data-test-subj="betraceRemovalPlan"
      >
        {i18n.translate('betrace.removal.look', { defaultMessage: 'Show what would be removed' })}
      </EuiButton>
      {error && (
        <div role="alert">
          <EuiSpacer size="m" />
          <EuiCallOut
            color="danger"
            iconType="error"
            title={i18n.translate('betrace.removal.failed', { defaultMessage: 'Not all was removed' })}
          >
            <p>{error.message || errorText(error)}</p>
          </EuiCallOut>
        </div>
      )}
      {report && (
        <>
          <EuiSpacer size="m" />
          <RemovalPlan report={report} />
          {report.dryRun && (
            <EuiButton color="danger" fill onClick={() => setConfirming(true)} data-test-subj="betraceRemove">
              {i18n.translate('betrace.removal.remove', { defaultMessage: 'Remove it' })}
            </EuiButton>
          )}
        </>
      )}
      {isConfirming && (
        <EuiConfirmModal
          aria-labelledby={DIALOG_TITLE_ID}
          titleProps={{ id: DIALOG_TITLE_ID }}
          title={i18n.translate('betrace.removal.confirmTitle', { defaultMessage: 'Remove BeTrace for all spaces?' })}
          buttonColor="danger"
          defaultFocusedButton="cancel"
          isLoading={removal.isLoading}
          cancelButtonText={i18n.translate('betrace.removal.cancel', { defaultMessage: 'Keep it' })}
          confirmButtonText={i18n.translate('betrace.removal.confirm', { defaultMessage: 'Remove it' })}
          onCancel={() => setConfirming(false)}
          onConfirm={remove}
        >
          <p>
            {i18n.translate('betrace.removal.confirmBody', {
              defaultMessage: 'Have you downloaded the rules? What is removed can not be brought back.',
            })}
          </p>
        </EuiConfirmModal>
      )}
    </section>
  );
};
