import { EuiButtonEmpty, EuiCallOut, EuiSkeletonText, EuiSpacer } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import { useRule } from '../api/queries';
import { useLinkProps } from '../shared/link';
import { Page } from '../shared/page';
import { Trouble } from '../shared/trouble';
import { RuleForm } from './rule_form';

/** `/rules/create`, and `/rules/<id>`. */
export const EditRulePage = ({ id }: { id?: string }) => {
  const title =
    id === undefined
      ? i18n.translate('betrace.editRule.createTitle', { defaultMessage: 'Create rule' })
      : i18n.translate('betrace.editRule.editTitle', { defaultMessage: 'Edit rule' });
  return (
    <Page section="rules" title={title} actions={id === undefined ? [] : [<HistoryLink key="history" id={id} />]}>
      {id === undefined ? <RuleForm rule={undefined} /> : <ExistingRule id={id} />}
    </Page>
  );
};

const HistoryLink = ({ id }: { id: string }) => {
  const linkTo = useLinkProps();
  return (
    <EuiButtonEmpty iconType="clock" {...linkTo(`/rules/${encodeURIComponent(id)}/history`)}>
      {i18n.translate('betrace.editRule.history', { defaultMessage: 'History' })}
    </EuiButtonEmpty>
  );
};

const ExistingRule = ({ id }: { id: string }) => {
  const { data: rule, error, refetch } = useRule(id);
  if (rule) {
    return (
      <>
        {error?.code === 'BT_NOT_FOUND' && <Deleted />}
        <RuleForm rule={rule} />
      </>
    );
  }
  if (error) return <Trouble error={error} hasData={false} onRetry={() => void refetch()} />;
  return <EuiSkeletonText lines={10} />;
};

const Deleted = () => (
  <>
    <EuiCallOut
      color="warning"
      iconType="warning"
      title={i18n.translate('betrace.editRule.deleted', { defaultMessage: 'This rule was deleted meanwhile.' })}
    />
    <EuiSpacer size="m" />
  </>
);
