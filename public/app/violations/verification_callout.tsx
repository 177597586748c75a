import { EuiCallOut, EuiSkeletonText } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import type { Verification } from '../../../common/violations/verification';
import { useVerification } from '../api/queries';
import { Trouble } from '../shared/trouble';

/** Says whether the violation and its evidence are, now, what was signed. */
export const VerificationCallout = ({ id }: { id: string }) => {
  const { data, error, refetch } = useVerification(id);
  if (error) return <Trouble error={error} hasData={false} onRetry={() => void refetch()} />;
  if (!data) return <EuiSkeletonText lines={2} />;
  return <VerificationResult verification={data} />;
};

export const VerificationResult = ({ verification }: { verification: Verification }) => {
  const { title, text, color, iconType } = describe(verification);
  return (
    <EuiCallOut title={title} color={color} iconType={iconType} size="s" data-test-subj="betraceVerification">
      <p>
        {text}
        {verification.keyId !== null && (
          <>
            {' '}
            {i18n.translate('betrace.verification.key', {
              defaultMessage: 'Key: {keyId}.',
              values: { keyId: verification.keyId },
            })}
          </>
        )}
      </p>
    </EuiCallOut>
  );
};

interface Description {
  readonly title: string;
  readonly text: string;
  readonly color: 'success' | 'danger' | 'warning';
  readonly iconType: string;
}

function describe({ status, evidence }: Verification): Description {
  switch (status) {
    case 'valid':
      return {
        title: i18n.translate('betrace.verification.valid', { defaultMessage: 'The signature verifies' }),
        text:
          evidence === 'erased'
            ? i18n.translate('betrace.verification.evidenceErased', {
                defaultMessage: 'The violation is as it was signed; its evidence was erased.',
              })
            : i18n.translate('betrace.verification.intact', {
                defaultMessage: 'The violation and its evidence are as they were signed.',
              }),
        color: 'success',
        iconType: 'lock',
      };
    case 'altered':
      return {
        title: i18n.translate('betrace.verification.altered', { defaultMessage: 'This was changed' }),
        text:
          evidence === 'altered'
            ? i18n.translate('betrace.verification.evidenceAltered', {
                defaultMessage: 'The evidence is not what the violation was signed with.',
              })
            : i18n.translate('betrace.verification.documentAltered', {
                defaultMessage: 'The violation is not what was signed. What you read here may be false.',
              }),
        color: 'danger',
        iconType: 'error',
      };
    case 'unknown_key':
      return {
        title: i18n.translate('betrace.verification.unknownKey', { defaultMessage: 'Signed with an unknown key' }),
        text: i18n.translate('betrace.verification.unknownKeyText', {
          defaultMessage: 'BeTrace does not hold the key that this was signed with, and can say nothing about it.',
        }),
        color: 'warning',
        iconType: 'warning',
      };
    case 'unsigned':
      return {
        title: i18n.translate('betrace.verification.unsigned', { defaultMessage: 'Not signed' }),
        text: i18n.translate('betrace.verification.unsignedText', {
          defaultMessage: 'The violation carries no signature.',
        }),
        color: 'warning',
        iconType: 'warning',
      };
  }
}
