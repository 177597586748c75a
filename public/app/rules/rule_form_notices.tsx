import { EuiButton, EuiCallOut, EuiSpacer } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import type { ApiError } from '../api/api_error';
import { errorText, isPassing } from '../shared/error_text';

/** What is in the form was typed before, and never saved. */
export const RestoredNotice = ({ onDiscard }: { onDiscard: () => void }) => (
  <>
    <EuiCallOut
      size="s"
      iconType="clock"
      title={i18n.translate('betrace.ruleForm.restored', {
        defaultMessage: 'What you had typed and not saved is here again.',
      })}
    >
      <EuiButton size="s" onClick={onDiscard}>
        {i18n.translate('betrace.ruleForm.discard', { defaultMessage: 'Discard it' })}
      </EuiButton>
    </EuiCallOut>
    <EuiSpacer size="m" />
  </>
);

/** Saving failed; what was typed is still in the form. */
export const SaveTrouble = ({
  error,
  onTakeTheirs,
  onSaveAnyway,
}: {
  error: ApiError;
  onTakeTheirs: () => void;
  onSaveAnyway: () => void;
}) => (
  <div role="alert">
    <EuiCallOut
      color="danger"
      iconType="error"
      title={i18n.translate('betrace.ruleForm.notSaved', { defaultMessage: 'The rule was not saved' })}
    >
      <p>
        {errorText(error)}{' '}
        {isPassing(error) &&
          i18n.translate('betrace.ruleForm.nothingLost', {
            defaultMessage: 'Nothing that you have typed is lost: save it again in a while.',
          })}
        {error.code === 'BT_REVISION_CONFLICT' &&
          i18n.translate('betrace.ruleForm.conflict', {
            defaultMessage: 'Save again to replace that change with yours, or take theirs and lose yours.',
          })}
      </p>
      {error.code === 'BT_EXAMPLES_FAIL' && (
        <>
          <p>
            {i18n.translate('betrace.ruleForm.examplesFail', {
              defaultMessage: 'Change the rule, or what is said of its example traces, or remove them.',
            })}
          </p>
          <ul>
            {error.problems.map(({ message, path }) => (
              <li key={path}>{message}</li>
            ))}
          </ul>
          <EuiButton size="s" color="danger" onClick={onSaveAnyway}>
            {i18n.translate('betrace.ruleForm.saveAnyway', { defaultMessage: 'Save it all the same' })}
          </EuiButton>
        </>
      )}
      {error.code === 'BT_REVISION_CONFLICT' && (
        <EuiButton size="s" color="danger" onClick={onTakeTheirs}>
          {i18n.translate('betrace.ruleForm.takeTheirs', { defaultMessage: 'Take theirs' })}
        </EuiButton>
      )}
    </EuiCallOut>
    <EuiSpacer size="m" />
  </div>
);
