import {
  EuiButton,
  EuiButtonEmpty,
  EuiCallOut,
  EuiFlexGroup,
  EuiFlexItem,
  EuiFlyout,
  EuiFlyoutBody,
  EuiFlyoutFooter,
  EuiFlyoutHeader,
  EuiLink,
  EuiSpacer,
  EuiTitle,
} from '@elastic/eui';
import { useMutation, useQuery } from '@tanstack/react-query';
import { i18n } from '@kbn/i18n';
import React, { useState } from 'react';
import type { Rule, Severity } from '../../../common/rules/rule';
import type { ApiError } from '../api/api_error';
import { errorText } from '../shared/error_text';
import { AlertForm } from './alert_form';
import { type AlertDraft, draftProblem, newDraft, requestOf } from './alert_draft';
import type { Connector, HostApps, ViolationsView } from './host_apps';

interface AlertFlyoutProps {
  readonly alerts: HostApps['alerts'];
  readonly view: ViolationsView;
  readonly rules: readonly Rule[];
  readonly severity: Severity | undefined;
  readonly ruleId: string | undefined;
  readonly onClose: () => void;
}

const TITLE_ID = 'betraceAlertTitle';

/** Asks when to be told of violations, and by what; the host's own alerting does it from then on. */
export const AlertFlyout = ({ alerts, view, rules, severity, ruleId, onClose }: AlertFlyoutProps) => {
  const [draft, setDraft] = useState<AlertDraft>(() => newDraft(severity, ruleId));
  const connectors = useQuery<readonly Connector[], ApiError>(['connectors'], () => alerts.connectors());
  const create = useMutation<string, ApiError, AlertDraft>((made) =>
    alerts.create(requestOf(made, connectors.data ?? [], rules), view),
  );
  const problem = draftProblem(draft, connectors.data ?? []);
  const error = create.error ?? connectors.error;
  return (
    <EuiFlyout onClose={onClose} size="s" aria-labelledby={TITLE_ID} data-test-subj="betraceAlertFlyout">
      <EuiFlyoutHeader hasBorder>
        <EuiTitle size="m">
          <h2 id={TITLE_ID}>{i18n.translate('betrace.alert.title', { defaultMessage: 'Alert me of violations' })}</h2>
        </EuiTitle>
      </EuiFlyoutHeader>
      <EuiFlyoutBody>
        {error && (
          <>
            <EuiCallOut color="danger" iconType="error" size="s" title={errorText(error)}>
              {error.code === 'BT_FORBIDDEN' ? null : <p>{error.message}</p>}
            </EuiCallOut>
            <EuiSpacer size="m" />
          </>
        )}
        {create.data === undefined ? (
          <AlertForm draft={draft} rules={rules} connectors={connectors.data} onChange={setDraft} />
        ) : (
          <EuiCallOut
            color="success"
            iconType="check"
            title={i18n.translate('betrace.alert.made', { defaultMessage: 'The alert is on' })}
          >
            <EuiLink href={create.data}>
              {i18n.translate('betrace.alert.show', { defaultMessage: 'Show it, change it or turn it off' })}
            </EuiLink>
          </EuiCallOut>
        )}
      </EuiFlyoutBody>
      <EuiFlyoutFooter>
        <EuiFlexGroup justifyContent="spaceBetween" responsive={false}>
          <EuiFlexItem grow={false}>
            <EuiButtonEmpty onClick={onClose} flush="left">
              {i18n.translate('betrace.alert.close', { defaultMessage: 'Close' })}
            </EuiButtonEmpty>
          </EuiFlexItem>
          {create.data === undefined && (
            <EuiFlexItem grow={false}>
              <EuiButton
                fill
                isLoading={create.isLoading}
                isDisabled={problem !== undefined}
                onClick={() => create.mutate(draft)}
              >
                {i18n.translate('betrace.alert.create', { defaultMessage: 'Turn it on' })}
              </EuiButton>
            </EuiFlexItem>
          )}
        </EuiFlexGroup>
      </EuiFlyoutFooter>
    </EuiFlyout>
  );
};
