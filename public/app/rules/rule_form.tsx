import {
  EuiButton,
  EuiButtonEmpty,
  EuiComboBox,
  EuiFieldText,
  EuiFlexGroup,
  EuiFlexItem,
  EuiForm,
  EuiFormRow,
  EuiSelect,
  EuiSpacer,
  EuiText,
  EuiTextArea,
} from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React, { type FormEvent, useCallback, useRef } from 'react';
import { MODES, type Rule, SEVERITIES } from '../../../common/rules/rule';
import { useAppServices } from '../app_services';
import { useLinkProps } from '../shared/link';
import { severityLabel } from '../shared/severity_badge';
import type { EditorHandle } from './editor/editor_handle';
import { RuleEditor } from './editor/rule_editor';
import { useKnown } from './editor/use_known';
import { useAnalysis } from './editor/use_analysis';
import { ExamplesPanel } from './example_traces/examples_panel';
import { modeHelp, modeOptions } from './modes';
import { PreviewPanel } from './preview/preview_panel';
import { RestoredNotice, SaveTrouble } from './rule_form_notices';

import { useRuleForm } from './use_rule_form';

/** Beside it, where there is room, is the preview. */
const WIDTH = 960;
/** What either asks for: beside each other they share the page as these, and below each other where both don't fit. */
const FORM_WIDTH = 540;
const PREVIEW_WIDTH = 360;

/** A rule to write or to change. What is typed is kept until it is saved, whatever becomes of the host or the page. */
export const RuleForm = ({ rule }: { rule: Rule | undefined }) => {
  const { can } = useAppServices();
  const linkTo = useLinkProps();
  const { draft, change, missing, isChanged, saving, error, save, restored, discard, takeTheirs } = useRuleForm(rule);
  const isReadOnly = !can.write;
  const fieldError = (path: string): string | undefined =>
    error?.problems.find((problem) => problem.path?.split('.')[0] === path)?.message;
  const nameError = missing.name ?? fieldError('name');
  const nameField = useRef<HTMLInputElement | null>(null);
  const editor = useRef<EditorHandle | null>(null);
  const known = useKnown();
  const analysis = useAnalysis(draft.dsl);
  const changeText = useCallback((dsl: string) => change({ dsl }), [change]);

  const works = analysis.plan && analysis.text === draft.dsl ? draft.dsl : undefined;

  const form = (
    <EuiForm
      component="form"
      fullWidth
      // what is wrong is said below its field; the browser would only say "Invalid", and save nothing
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        save();
        if (draft.name.trim() === '') nameField.current?.focus();
        else if (draft.dsl.trim() === '') editor.current?.focus();
      }}
    >
      {restored && <RestoredNotice onDiscard={discard} />}
      <EuiFormRow
        label={i18n.translate('betrace.ruleForm.name', { defaultMessage: 'Name' })}
        isInvalid={nameError !== undefined}
        error={nameError}
      >
        <EuiFieldText
          inputRef={(element) => {
            nameField.current = element;
          }}
          // the first thing to fill in of a page that is there to be filled in
          autoFocus={rule === undefined && !isReadOnly}
          value={draft.name}
          maxLength={200}
          readOnly={isReadOnly}
          isInvalid={nameError !== undefined}
          onChange={({ target }) => change({ name: target.value })}
        />
      </EuiFormRow>
      <EuiSpacer size="m" />
      <RuleEditor
        handle={editor}
        value={draft.dsl}
        analysis={analysis}
        required={missing.dsl}
        readOnly={isReadOnly}
        known={known}
        onChange={changeText}
      />
      <EuiSpacer size="m" />
      <EuiFlexGroup>
        <EuiFlexItem>
          <EuiFormRow label={i18n.translate('betrace.ruleForm.severity', { defaultMessage: 'Severity' })}>
            <EuiSelect
              value={draft.severity}
              disabled={isReadOnly}
              options={SEVERITIES.map((value) => ({ value, text: severityLabel(value) }))}
              onChange={({ target }) =>
                change({ severity: SEVERITIES.find((severity) => severity === target.value) ?? draft.severity })
              }
            />
          </EuiFormRow>
        </EuiFlexItem>
        <EuiFlexItem>
          <EuiFormRow
            label={i18n.translate('betrace.ruleForm.mode', { defaultMessage: 'Mode' })}
            helpText={modeHelp(draft.mode)}
          >
            <EuiSelect
              value={draft.mode}
              disabled={isReadOnly}
              options={modeOptions()}
              onChange={({ target }) => change({ mode: MODES.find((mode) => mode === target.value) ?? draft.mode })}
            />
          </EuiFormRow>
        </EuiFlexItem>
      </EuiFlexGroup>
      <EuiSpacer size="m" />
      <EuiFormRow
        label={i18n.translate('betrace.ruleForm.description', { defaultMessage: 'Description' })}
        isInvalid={fieldError('description') !== undefined}
        error={fieldError('description')}
      >
        <EuiTextArea
          isInvalid={fieldError('description') !== undefined}
          rows={2}
          maxLength={4_000}
          readOnly={isReadOnly}
          value={draft.description}
          onChange={({ target }) => change({ description: target.value })}
        />
      </EuiFormRow>
      <EuiFormRow
        label={i18n.translate('betrace.ruleForm.tags', { defaultMessage: 'Tags' })}
        isInvalid={fieldError('tags') !== undefined}
        error={fieldError('tags')}
      >
        <EuiComboBox
          fullWidth
          isInvalid={fieldError('tags') !== undefined}
          noSuggestions
          isDisabled={isReadOnly}
          aria-label={i18n.translate('betrace.ruleForm.tags', { defaultMessage: 'Tags' })}
          selectedOptions={draft.tags.map((label) => ({ label }))}
          onCreateOption={(tag) => change({ tags: [...new Set([...draft.tags, tag.trim()])] })}
          onChange={(tags) => change({ tags: tags.map(({ label }) => label) })}
        />
      </EuiFormRow>
      <EuiSpacer size="l" />
      <ExamplesPanel
        dsl={analysis.plan ? analysis.text : undefined}
        examples={draft.examples}
        readOnly={isReadOnly}
        onChange={(examples) => change({ examples })}
      />
      <EuiSpacer size="l" />
      {error && <SaveTrouble error={error} onTakeTheirs={takeTheirs} onSaveAnyway={() => save('save')} />}
      <EuiFlexGroup gutterSize="m" responsive={false} alignItems="center">
        {!isReadOnly && (
          <EuiFlexItem grow={false}>
            <EuiButton type="submit" fill isLoading={saving} data-test-subj="betraceSaveRule">
              {i18n.translate('betrace.ruleForm.save', { defaultMessage: 'Save rule' })}
            </EuiButton>
          </EuiFlexItem>
        )}
        <EuiFlexItem grow={false}>
          <EuiButtonEmpty {...linkTo('/rules')}>
            {isReadOnly
              ? i18n.translate('betrace.ruleForm.back', { defaultMessage: 'Back to the rules' })
              : i18n.translate('betrace.ruleForm.cancel', { defaultMessage: 'Cancel' })}
          </EuiButtonEmpty>
        </EuiFlexItem>
        {isChanged && !isReadOnly && (
          <EuiFlexItem>
            <EuiText size="xs" color="subdued">
              {i18n.translate('betrace.ruleForm.kept', {
                defaultMessage: 'Not saved yet. If you leave, it is here again when you come back.',
              })}
            </EuiText>
          </EuiFlexItem>
        )}
      </EuiFlexGroup>
    </EuiForm>
  );
  return (
    <EuiFlexGroup gutterSize="l" alignItems="flexStart" wrap>
      <EuiFlexItem grow={3} style={{ minWidth: 300, maxWidth: WIDTH, flexBasis: FORM_WIDTH }}>
        {form}
      </EuiFlexItem>
      {can.write && (
        <EuiFlexItem grow={2} style={{ minWidth: 300, maxWidth: WIDTH, flexBasis: PREVIEW_WIDTH }}>
          <PreviewPanel
            dsl={works}
            onExample={
              isReadOnly
                ? undefined
                : (example) => change((current) => ({ examples: [...current.examples, { ...example, matches: true }] }))
            }
          />
        </EuiFlexItem>
      )}
    </EuiFlexGroup>
  );
};
