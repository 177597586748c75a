import {
  EuiBadge,
  EuiButton,
  EuiFlexGroup,
  EuiFlexItem,
  EuiPanel,
  EuiSkeletonText,
  EuiSpacer,
  EuiText,
  useEuiTheme,
} from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import type { Rule } from '../../../common/rules/rule';
import { type RuleRevision, useHistoryOf, useSaveRule } from '../api/queries';
import { useAppServices } from '../app_services';
import { errorText } from '../shared/error_text';
import { AppLink } from '../shared/link';
import { Page } from '../shared/page';
import { formatDateTime } from '../shared/time';
import { Trouble } from '../shared/trouble';
import { draftOf } from './draft';
import { type DiffLine, diffOf } from './revision_lines';

/** `/rules/<id>/history`: what a rule was, each revision beside the one before; any of them can be had back. */
export const HistoryPage = ({ id }: { id: string }) => {
  const { data, error, refetch } = useHistoryOf(id);
  const revisions = data?.revisions ?? [];
  const [current] = revisions;
  return (
    <Page section="rules" title={i18n.translate('betrace.history.title', { defaultMessage: 'History of a rule' })}>
      {error && <Trouble error={error} hasData={data !== undefined} onRetry={() => void refetch()} />}
      {!data && !error && <EuiSkeletonText lines={8} />}
      {current && (
        <>
          <EuiText>
            <p>
              {current.deleted ? (
                current.name
              ) : (
                <AppLink to={`/rules/${encodeURIComponent(id)}`}>{current.name}</AppLink>
              )}
            </p>
          </EuiText>
          <EuiSpacer size="m" />
          <RevisionList revisions={revisions} />
        </>
      )}
    </Page>
  );
};

/** The newest first. */
export const RevisionList = ({ revisions }: { revisions: readonly RuleRevision[] }) => (
  <ol style={{ listStyle: 'none' }}>
    {revisions.map((revision, at) => (
      <li key={revision.revision}>
        <RevisionPanel revision={revision} before={revisions[at + 1]} current={revisions[0]!} />
        <EuiSpacer size="m" />
      </li>
    ))}
  </ol>
);

interface RevisionPanelProps {
  readonly revision: RuleRevision;
  readonly before: RuleRevision | undefined;
  readonly current: RuleRevision;
}

const RevisionPanel = ({ revision, before, current }: RevisionPanelProps) => {
  const { can, timeZone } = useAppServices();
  const isCurrent = revision === current;
  return (
    <EuiPanel hasBorder hasShadow={false}>
      <EuiFlexGroup gutterSize="s" alignItems="center" wrap responsive={false}>
        <EuiFlexItem>
          <EuiText size="s">
            <strong>
              {i18n.translate('betrace.history.revision', {
                defaultMessage: 'Revision {revision}',
                values: { revision: revision.revision },
              })}
            </strong>
            {` ${formatDateTime(revision.updatedAt, timeZone)}, ${revision.updatedBy} `}
            {revision.deleted && (
              <EuiBadge color="danger">
                {i18n.translate('betrace.history.deleted', { defaultMessage: 'Deleted' })}
              </EuiBadge>
            )}
            {isCurrent && !revision.deleted && (
              <EuiBadge>{i18n.translate('betrace.history.current', { defaultMessage: 'Now' })}</EuiBadge>
            )}
          </EuiText>
        </EuiFlexItem>
        {can.write && !isCurrent && !current.deleted && (
          <EuiFlexItem grow={false}>
            <Restore revision={revision} current={current} />
          </EuiFlexItem>
        )}
      </EuiFlexGroup>
      <EuiSpacer size="s" />
      {!revision.deleted && <Diff lines={diffOf(before?.deleted ? undefined : before, revision)} />}
    </EuiPanel>
  );
};

const Restore = ({ revision, current }: { revision: RuleRevision; current: Rule }) => {
  const { notify } = useAppServices();
  const { mutate, isLoading } = useSaveRule();
  const restore = (): void =>
    mutate(
      // it was saved so once
      { rule: current, draft: draftOf(revision), ifExamplesFail: 'save' },
      {
        onSuccess: () =>
          notify.success(
            i18n.translate('betrace.history.restored', {
              defaultMessage: 'The rule is as it was in revision {revision}',
              values: { revision: revision.revision },
            }),
          ),
        onError: (error) =>
          notify.failure(
            i18n.translate('betrace.history.notRestored', { defaultMessage: 'The rule was not changed' }),
            errorText(error),
          ),
      },
    );
  return (
    <EuiButton
      size="s"
      isLoading={isLoading}
      onClick={restore}
      aria-label={i18n.translate('betrace.history.restoreThis', {
        defaultMessage: 'Restore revision {revision}',
        values: { revision: revision.revision },
      })}
    >
      {i18n.translate('betrace.history.restore', { defaultMessage: 'Restore' })}
    </EuiButton>
  );
};

const SIGNS = { same: ' ', added: '+', removed: '-' } as const;

const Diff = ({ lines }: { lines: readonly DiffLine[] }) => {
  const { euiTheme } = useEuiTheme();
  const colors = { same: undefined, added: euiTheme.colors.successText, removed: euiTheme.colors.dangerText };
  return (
    <pre style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', fontSize: 13 }} data-test-subj="betraceDiff">
      {lines.map(({ kind, text }, at) => (
        <div key={at} style={{ color: colors[kind] }}>
          {`${SIGNS[kind]} ${text}`}
        </div>
      ))}
    </pre>
  );
};
