import { EuiButton, EuiButtonEmpty, EuiConfirmModal, EuiEmptyPrompt, EuiSpacer } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React, { useCallback, useMemo, useState } from 'react';
import type { Mode, Rule } from '../../../common/rules/rule';
import { useActivity, useDeleteRule, useKnownAttributes, useRules, useSaveRule, useStatus } from '../api/queries';
import { useAppServices } from '../app_services';
import { errorText } from '../shared/error_text';
import { useLinkProps } from '../shared/link';
import { Page } from '../shared/page';
import { Trouble } from '../shared/trouble';
import { BulkBar } from './bulk_bar';
import { ImportFlyout } from './import_flyout';
import { PacksFlyout } from './packs_flyout';
import { flawsOf } from './rule_state';
import { EVERY_RULE, filtered, tagsOf } from './rules_filter';
import { RulesFilterBar } from './rules_filter_bar';
import { RulesTable } from './rules_table';
import { useBulk } from './use_bulk';
import { useExport } from './use_export';

const DIALOG_TITLE_ID = 'betraceDeleteRuleTitle';

const NO_RULES: readonly Rule[] = [];
const WEEK_MS = 7 * 24 * 3_600_000;

/** `/rules`: all rules; mode and deletion in place, of one or of many; from files and packs, and to files. */
export const RulesPage = () => {
  const { can, notify } = useAppServices();
  const linkTo = useLinkProps();
  const { data, error, refetch, isLoading } = useRules();
  const { data: activity } = useActivity(() => new Date(Date.now() - WEEK_MS).toISOString());
  const { data: status } = useStatus();
  const known = useKnownAttributes().data;
  // of a part of them nothing can be said to be missing
  const attributes = useMemo(
    () =>
      known?.complete && known.attributes.length > 0 ? new Set(known.attributes.map(({ key }) => key)) : undefined,
    [known],
  );
  const save = useSaveRule();
  const bulk = useBulk();
  const files = useExport();
  const [doomed, setDoomed] = useState<readonly Rule[]>([]);
  const [chosenIds, setChosenIds] = useState<ReadonlySet<string>>(new Set());
  const [filter, setFilter] = useState(EVERY_RULE);
  const [open, setOpen] = useState<'import' | 'packs'>();
  const rules = data?.rules ?? NO_RULES;
  const flaws = useCallback(
    (rule: Rule) => flawsOf(rule, { status, activity, attributes }),
    [status, activity, attributes],
  );
  const shown = useMemo(() => filtered(rules, filter, (rule) => flaws(rule).length > 0), [rules, filter, flaws]);
  const tags = useMemo(() => tagsOf(rules), [rules]);
  const chosen = rules.filter(({ id }) => chosenIds.has(id));

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
  const packs = (
    <EuiButtonEmpty key="packs" iconType="package" onClick={() => setOpen('packs')}>
      {i18n.translate('betrace.rules.packs', { defaultMessage: 'Packs' })}
    </EuiButtonEmpty>
  );
  const fromFile = (
    <EuiButtonEmpty key="import" onClick={() => setOpen('import')}>
      {i18n.translate('betrace.rules.import', { defaultMessage: 'Import' })}
    </EuiButtonEmpty>
  );
  const toFile = (
    <EuiButtonEmpty key="export" isLoading={files.isLoading} onClick={() => files.save()}>
      {i18n.translate('betrace.rules.export', { defaultMessage: 'Export' })}
    </EuiButtonEmpty>
  );
  const hasRules = data !== undefined && data.total > 0;
  return (
    <Page
      section="rules"
      actions={[...(can.write ? [create, packs, fromFile] : [packs]), ...(hasRules ? [toFile] : [])]}
    >
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
      {(isLoading || hasRules) && (
        <>
          <RulesFilterBar
            filter={filter}
            tags={tags}
            onChange={(change) => setFilter((current) => ({ ...current, ...change }))}
          />
          <EuiSpacer size="m" />
          {chosen.length > 0 && (
            <>
              <BulkBar
                count={chosen.length}
                isBusy={bulk.isBusy || files.isLoading}
                onMode={can.write ? (mode) => void bulk.setMode(chosen, mode) : undefined}
                onExport={() => files.save(new Set(chosen.map(({ id }) => id)))}
                onDelete={can.write ? () => setDoomed(chosen) : undefined}
              />
              <EuiSpacer size="s" />
            </>
          )}
          <RulesTable
            rules={shown}
            isLoading={isLoading}
            onModeChange={can.write ? setMode : undefined}
            onDelete={can.write ? (rule) => setDoomed([rule]) : undefined}
            flawsOf={flaws}
            activity={activity}
            onChoose={(given) => setChosenIds(new Set(given.map(({ id }) => id)))}
          />
        </>
      )}
      {doomed.length === 1 && <DeleteDialog rule={doomed[0]!} onClose={() => setDoomed([])} />}
      {doomed.length > 1 && (
        <DeleteManyDialog
          count={doomed.length}
          isBusy={bulk.isBusy}
          onConfirm={() => void bulk.remove(doomed).then(() => setDoomed([]))}
          onClose={() => setDoomed([])}
        />
      )}
      {open === 'import' && <ImportFlyout onClose={() => setOpen(undefined)} />}
      {open === 'packs' && <PacksFlyout onClose={() => setOpen(undefined)} />}
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

interface DeleteManyDialogProps {
  readonly count: number;
  readonly isBusy: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

const DeleteManyDialog = ({ count, isBusy, onConfirm, onClose }: DeleteManyDialogProps) => (
  <EuiConfirmModal
    aria-labelledby={DIALOG_TITLE_ID}
    titleProps={{ id: DIALOG_TITLE_ID }}
    title={i18n.translate('betrace.rules.deleteManyTitle', {
      defaultMessage: 'Delete {count, plural, one {# rule} other {# rules}}?',
      values: { count },
    })}
    buttonColor="danger"
    defaultFocusedButton="cancel"
    isLoading={isBusy}
    cancelButtonText={i18n.translate('betrace.rules.deleteManyCancel', { defaultMessage: 'Keep them' })}
    confirmButtonText={i18n.translate('betrace.rules.deleteManyConfirm', { defaultMessage: 'Delete the rules' })}
    onCancel={onClose}
    onConfirm={onConfirm}
  >
    <p>
      {i18n.translate('betrace.rules.deleteManyBody', {
        defaultMessage: 'Traces are no longer judged by them. Their violations and their history stay.',
      })}
    </p>
  </EuiConfirmModal>
);
