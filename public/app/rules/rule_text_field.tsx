import { EuiButtonEmpty, EuiFormRow, EuiSpacer, EuiText, EuiTextArea } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React, { type MutableRefObject } from 'react';
import type { Problem } from '../../../common/problem';
import type { ProblemDetail } from '../api/api_error';
import { EXAMPLES } from './examples';
import { fixText, problemText } from './problem_text';

interface RuleTextFieldProps {
  /** Gets the element that the text is typed in. */
  readonly field: MutableRefObject<HTMLTextAreaElement | null>;
  readonly value: string;
  readonly problems: readonly (ProblemDetail & Pick<Problem, 'fix'>)[];
  /** Why there must be a text; undefined where there is one. */
  readonly required: string | undefined;
  readonly readOnly: boolean;
  readonly onChange: (dsl: string) => void;
}

const MAX_SHOWN = 10;

/** The rule's text, with its problems in place: each names its line, and goes to where it is. */
export const RuleTextField = ({ field, value, problems, required, readOnly, onChange }: RuleTextFieldProps) => {
  const select = ({ offset = 0, length = 0 }: ProblemDetail): void => {
    field.current?.focus();
    field.current?.setSelectionRange(offset, offset + Math.max(length, 1));
  };
  const errors = [
    ...(required === undefined ? [] : [required]),
    ...problems
      .slice(0, MAX_SHOWN)
      .map((problem) => (
        <ProblemLine
          key={`${problem.offset} ${problem.code}`}
          problem={problem}
          text={value}
          onSelect={() => select(problem)}
          onFix={readOnly ? undefined : (fixed) => onChange(fixed)}
        />
      )),
  ];
  return (
    <>
      <EuiFormRow
        label={i18n.translate('betrace.ruleText.label', { defaultMessage: 'A trace violates this rule when' })}
        isInvalid={errors.length > 0}
        error={errors}
      >
        <EuiTextArea
          inputRef={(element) => {
            field.current = element;
          }}
          className="eui-textMono"
          style={{ fontFamily: 'var(--betrace-mono, "Roboto Mono", Menlo, Courier, monospace)', minHeight: 160 }}
          rows={8}
          resize="vertical"
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          readOnly={readOnly}
          isInvalid={errors.length > 0}
          placeholder="trace.has(span => …)"
          value={value}
          onChange={({ target }) => onChange(target.value)}
          data-test-subj="betraceRuleText"
        />
      </EuiFormRow>
      {value.trim() === '' && !readOnly && <Examples onChoose={onChange} />}
    </>
  );
};

interface ProblemLineProps {
  readonly problem: ProblemDetail & Pick<Problem, 'fix'>;
  readonly text: string;
  readonly onSelect: () => void;
  readonly onFix: ((text: string) => void) | undefined;
}

const ProblemLine = ({ problem, text, onSelect, onFix }: ProblemLineProps) => {
  const { line, column, fix, offset = 0, length = 0 } = problem;
  return (
    <span>
      <EuiButtonEmpty size="xs" flush="both" color="danger" onClick={onSelect}>
        {i18n.translate('betrace.ruleText.place', {
          defaultMessage: 'Line {line}, column {column}',
          values: { line: line ?? 1, column: column ?? 1 },
        })}
      </EuiButtonEmpty>
      {`: ${problemText(problem)} `}
      {fix && onFix && (
        <EuiButtonEmpty
          size="xs"
          flush="both"
          onClick={() => onFix(text.slice(0, offset) + fix.text + text.slice(offset + length))}
        >
          {fixText(fix)}
        </EuiButtonEmpty>
      )}
    </span>
  );
};

const Examples = ({ onChoose }: { onChoose: (dsl: string) => void }) => (
  <>
    <EuiSpacer size="s" />
    <EuiText size="xs" color="subdued">
      {i18n.translate('betrace.ruleText.examples', { defaultMessage: 'Begin with an example:' })}
    </EuiText>
    {EXAMPLES.map(({ title, dsl }) => (
      <EuiButtonEmpty key={dsl} size="xs" flush="left" onClick={() => onChoose(dsl)} style={{ marginRight: 16 }}>
        {title()}
      </EuiButtonEmpty>
    ))}
  </>
);
