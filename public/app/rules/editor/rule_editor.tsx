import {
  EuiButtonEmpty,
  EuiFlexGroup,
  EuiFlexItem,
  EuiFormErrorText,
  EuiFormLabel,
  EuiSpacer,
  EuiText,
} from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React, { type MutableRefObject, useRef } from 'react';
import { format } from '../../../../common/dsl';
import type { Known } from '../../../../common/dsl/editor';
import { type Analysis, mended } from './analysis';
import type { EditorHandle } from './editor_handle';
import { Gallery } from './gallery';
import { InWords } from './in_words';
import { MonacoEditor } from './monaco_editor';
import { PlainEditor } from './plain_editor';
import { ProblemList } from './problem_list';
import { useMonaco } from './use_monaco';

interface RuleEditorProps {
  /** Gets what the form does with the field. */
  readonly handle: MutableRefObject<EditorHandle | null>;
  readonly value: string;
  readonly analysis: Analysis;
  /** Why there must be a text; undefined where there is one. */
  readonly required: string | undefined;
  readonly readOnly: boolean;
  readonly known: Known;
  readonly onChange: (dsl: string) => void;
}

const PROBLEMS_ID = 'betraceRuleProblems';

/** The rule's text: a code editor, or a plain field until and unless that is there; its problems, and what it says in words. */
export const RuleEditor = ({ handle, value, analysis, required, readOnly, known, onChange }: RuleEditorProps) => {
  const monaco = useMonaco();
  const cursor = useRef<number>();
  const { problems } = analysis;
  const label = i18n.translate('betrace.ruleText.label', { defaultMessage: 'A trace violates this rule when' });
  const field = { handle, value, label, describedBy: PROBLEMS_ID, readOnly, problems, onChange };
  const layOut = (): void => {
    const formatted = format(value);
    if ('text' in formatted) onChange(formatted.text);
  };
  return (
    <>
      <EuiFlexGroup gutterSize="s" justifyContent="spaceBetween" alignItems="center" wrap responsive={false}>
        <EuiFlexItem grow={false}>
          <EuiFormLabel isInvalid={required !== undefined}>{label}</EuiFormLabel>
        </EuiFlexItem>
        {!readOnly && (
          <EuiFlexItem grow={false}>
            <EuiFlexGroup gutterSize="m" responsive={false}>
              <EuiFlexItem grow={false}>
                <EuiButtonEmpty
                  size="xs"
                  flush="both"
                  isDisabled={analysis.plan === undefined}
                  onClick={layOut}
                  data-test-subj="betraceFormatRule"
                >
                  {i18n.translate('betrace.editor.format', { defaultMessage: 'Format' })}
                </EuiButtonEmpty>
              </EuiFlexItem>
              <EuiFlexItem grow={false}>
                <Gallery onChoose={onChange} />
              </EuiFlexItem>
            </EuiFlexGroup>
          </EuiFlexItem>
        )}
      </EuiFlexGroup>
      <EuiSpacer size="xs" />
      {monaco ? (
        <MonacoEditor {...field} monaco={monaco} known={known} focusAt={cursor.current} />
      ) : (
        <PlainEditor {...field} isInvalid={required !== undefined} cursor={cursor} />
      )}
      {required !== undefined && <EuiFormErrorText>{required}</EuiFormErrorText>}
      <EuiSpacer size="xs" />
      <ProblemList
        id={PROBLEMS_ID}
        problems={problems}
        onSelect={({ offset, length }) => handle.current?.select(offset, Math.max(length, 1))}
        // of what was there before the last keys nothing is mended
        onFix={readOnly ? undefined : (problem) => analysis.text === value && onChange(mended(value, problem))}
      />
      {!readOnly && !/\btrace\b/.test(analysis.text) && (
        <EuiText size="xs" color="subdued" data-test-subj="betraceRuleHint">
          {i18n.translate('betrace.ruleText.hint', {
            defaultMessage:
              'A rule says what must not happen. Begin with an example, or type the word {start} and a dot, and choose from what is offered.',
            values: { start: 'trace' },
          })}
        </EuiText>
      )}
      {analysis.plan && (
        <>
          <EuiSpacer size="s" />
          <InWords plan={analysis.plan} />
        </>
      )}
    </>
  );
};
