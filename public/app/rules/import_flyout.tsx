import {
  EuiButton,
  EuiButtonEmpty,
  EuiCallOut,
  EuiFilePicker,
  EuiFlexGroup,
  EuiFlexItem,
  EuiFlyout,
  EuiFlyoutBody,
  EuiFlyoutFooter,
  EuiFlyoutHeader,
  EuiFormRow,
  EuiSpacer,
  EuiSwitch,
  EuiTextArea,
  EuiTitle,
} from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React, { useState } from 'react';
import type { ImportReport as Report } from '../../../common/api/rules_import';
import { useImportRules } from '../api/queries';
import { errorText } from '../shared/error_text';
import { Failure } from '../shared/failure';
import { ImportReport } from './import_report';

const TITLE_ID = 'betraceImportTitle';

/** A text that begins as JSON does is sent as that, everything else as YAML. */
const fileOf = (text: string): { contentType: string; text: string } => ({
  contentType: /^\s*[[{]/.test(text) ? 'application/json' : 'application/yaml',
  text,
});

/** Takes rules from a file or from what was pasted: first says what would happen, then does it. */
export const ImportFlyout = ({ onClose }: { onClose: () => void }) => {
  const [text, setText] = useState('');
  const [replaces, setReplaces] = useState(false);
  const [report, setReport] = useState<Report>();
  const { mutate, isLoading, error, reset } = useImportRules();

  const change = (changed: string): void => {
    setText(changed);
    setReport(undefined);
    reset();
  };
  const run = (dryRun: boolean): void =>
    mutate({ file: fileOf(text), dryRun, onConflict: replaces ? 'replace' : 'skip' }, { onSuccess: setReport });
  const writes = (report?.counts['created'] ?? 0) + (report?.counts['updated'] ?? 0);
  const isDone = report?.dryRun === false;

  return (
    <EuiFlyout size="l" onClose={onClose} aria-labelledby={TITLE_ID} data-test-subj="betraceImportFlyout">
      <EuiFlyoutHeader hasBorder>
        <EuiTitle size="m">
          <h2 id={TITLE_ID}>{i18n.translate('betrace.import.title', { defaultMessage: 'Import rules' })}</h2>
        </EuiTitle>
      </EuiFlyoutHeader>
      <EuiFlyoutBody>
        <EuiFormRow
          fullWidth
          label={i18n.translate('betrace.import.file', { defaultMessage: 'File of rules, YAML or JSON' })}
        >
          <EuiFilePicker
            fullWidth
            compressed
            accept=".json,.yaml,.yml"
            initialPromptText={i18n.translate('betrace.import.pick', {
              defaultMessage: 'Choose a file or drop it here',
            })}
            onChange={(files) => void files?.[0]?.text().then(change)}
          />
        </EuiFormRow>
        <EuiFormRow
          fullWidth
          label={i18n.translate('betrace.import.text', { defaultMessage: 'or its text' })}
          helpText={i18n.translate('betrace.import.help', {
            defaultMessage: 'Rules of the other edition are translated; the report shows both texts.',
          })}
        >
          <EuiTextArea
            fullWidth
            rows={6}
            spellCheck={false}
            value={text}
            onChange={({ target }) => change(target.value)}
          />
        </EuiFormRow>
        <EuiSpacer size="m" />
        <EuiSwitch
          label={i18n.translate('betrace.import.replace', {
            defaultMessage: 'Replace rules that are there and differ',
          })}
          checked={replaces}
          onChange={({ target }) => {
            setReplaces(target.checked);
            setReport(undefined);
          }}
        />
        <EuiSpacer size="m" />
        {error && <Failure text={errorText(error)} />}
        {report && (
          <div role="status">
            <EuiCallOut color={isDone ? 'success' : 'primary'} size="s" title={summaryOf(report)} />
            <EuiSpacer size="s" />
            <ImportReport report={report} />
          </div>
        )}
      </EuiFlyoutBody>
      <EuiFlyoutFooter>
        <EuiFlexGroup justifyContent="spaceBetween" responsive={false}>
          <EuiFlexItem grow={false}>
            <EuiButtonEmpty onClick={onClose}>
              {i18n.translate('betrace.import.close', { defaultMessage: 'Close' })}
            </EuiButtonEmpty>
          </EuiFlexItem>
          <EuiFlexItem grow={false}>
            {report && !isDone && writes > 0 ? (
              <EuiButton fill isLoading={isLoading} onClick={() => run(false)}>
                {i18n.translate('betrace.import.run', {
                  defaultMessage: 'Import {writes, plural, one {# rule} other {# rules}}',
                  values: { writes },
                })}
              </EuiButton>
            ) : (
              <EuiButton isLoading={isLoading} isDisabled={text.trim() === '' || isDone} onClick={() => run(true)}>
                {i18n.translate('betrace.import.check', { defaultMessage: 'Say what would happen' })}
              </EuiButton>
            )}
          </EuiFlexItem>
        </EuiFlexGroup>
      </EuiFlyoutFooter>
    </EuiFlyout>
  );
};

function summaryOf({ dryRun, counts }: Report): string {
  const { created = 0, updated = 0, unchanged = 0, exists = 0, refused = 0 } = counts;
  const left = unchanged + exists;
  return dryRun
    ? i18n.translate('betrace.import.wouldBe', {
        defaultMessage:
          'Nothing is written yet: {created} new, {updated} to replace, {left} left as they are, {refused} refused',
        values: { created, updated, left, refused },
      })
    : i18n.translate('betrace.import.was', {
        defaultMessage: 'Imported: {created} new, {updated} replaced, {left} left as they are, {refused} refused',
        values: { created, updated, left, refused },
      });
}
