import { EuiButton, EuiConfirmModal, EuiEmptyPrompt, EuiSpacer } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React, { useState } from 'react';
import type { Mode, Rule } from '../../../common/rules/rule';
import { useDeleteRule, useRules, useSaveRule } from '../api/queries';
import { useAppServices } from '../app_services';
import { errorText } from '../shared/error_text';
import { useLinkProps } from '../shared/link';
import { Page } from '../shared/page';
import { Trouble } from '../shared/trouble';
import { RulesTable } from './rules_table';

const DIALOG_TITLE_ID = 'betraceDeleteRuleTitle';

/** `/rules`: all rules; mode and deletion in place. */
export const RulesPage = () => {
  const { can, notify } = useAppServices();
  const linkTo = useLinkProps();
  const { data, error, refetch, isLoading } = useRules();
  const save = useSaveRule();
  const [doomed, setDoomed] = useState<Rule>();

  const setMode = (rule: Rule, mode: Mode): void =>
    save.mutate(
      { rule, draft: { mode } },
      {
        onError: (problem) =>
          notify.failure(
            i18n.translate('betrace.rules.modeFailed', {
              defaultMessage: 'The mode of {name} was not changed',
              values: { name: rule.name },
            }),
            errorText(problem),
          ),
      },
    );

  const create = (
    <EuiButton key="create" fill iconType="plus" {...linkTo('/rules/create')}>
      {i18n.translate('betrace.rules.create', { defaultMessage: 'Create rule' })}
    </EuiButton>
  );
  return (
    <Page section="rules" actions={can.write ? [create] : []}>
      {error && (
        <>
          <Trouble error={error} hasData={data !== undefined} onRetry={() => void refetch()} />
          <EuiSpacer size="m" />
        </>
      )}
      {data?.total === 0 && (
        <EuiEmptyPrompt
          iconType="list"
          title={<h2>{i18n.translate('betrace.rules.none', { defaultMessage: 'There are no rules yet' })}</h2>}
          body={
            <p>
              {i18n.translate('betrace.rules.noneBody', {
                defaultMessage:
                  'A rule says, in one expression, what a trace must never show: a payment without a fraud check, personal data read without an audit record.',
              })}
            </p>
          }
          actions={can.write ? create : undefined}
        />
      )}
      {(isLoading || (data && data.total > 0)) && (
        <RulesTable
          rules={data?.rules ?? []}
          isLoading={isLoading}
          onModeChange={can.write ? setMode : undefined}
          onDelete={can.write ? setDoomed : undefined}
        />
      )}
      {doomed && <DeleteDialog rule={doomed} onClose={() => setDoomed(undefined)} />}
    </Page>
  );
};

const DeleteDialog = ({ rule, onClose }: { rule: Rule; onClose: () => void }) => {
  const { notify } = useAppServices();
  const remove = useDeleteRule();
  const title = i18n.translate('betrace.rules.deleteTitle', {
    defaultMessage: 'Delete "{name}"?',
    values: { name: rule.name },
  });
  const confirm = (): void =>
    remove.mutate(rule, {
      onSuccess: () => {
        notify.success(
          i18n.translate('betrace.rules.deleted', {
            defaultMessage: '{name} was deleted',
            values: { name: rule.name },
          }),
        );
        onClose();
      },
      onError: (problem) => {
        notify.failure(
          i18n.translate('betrace.rules.deleteFailed', {
            defaultMessage: '{name} was not deleted',
            values: { name: rule.name },
          }),
          errorText(problem),
        );
        onClose();
      },
    });
  return (
    <EuiConfirmModal
      aria-labelledby={DIALOG_TITLE_ID}
      titleProps={{ id: DIALOG_TITLE_ID }}
      title={title}
      buttonColor="danger"
      defaultFocusedButton="cancel"
      isLoading={remove.isLoading}
      cancelButtonText={i18n.translate('betrace.rules.deleteCancel', { defaultMessage: 'Keep it' })}
      confirmButtonText={i18n.translate('betrace.rules.deleteConfirm', { defaultMessage: 'Delete the rule' })}
      onCancel={onClose}
      onConfirm={confirm}
    >
      <p>
        {i18n.translate('betrace.rules.deleteBody', {
          defaultMessage: 'Traces are no longer judged by it. Its violations and its history stay.',
        })}
      </p>
    </EuiConfirmModal>
  );
};
