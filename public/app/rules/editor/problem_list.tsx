import { EuiButtonEmpty, EuiText } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import { fixText, problemText } from '../problem_text';
import type { ShownProblem } from './analysis';

interface ProblemListProps {
  readonly id: string;
  readonly problems: readonly ShownProblem[];
  readonly onSelect: (problem: ShownProblem) => void;
  /** Absent: the text may not be changed. */
  readonly onFix: ((problem: ShownProblem) => void) | undefined;
}

const MAX_SHOWN = 10;

/** What is wrong with a rule's text: each names its line, goes to where it is, and mends it where a mend is likely. */
export const ProblemList = ({ id, problems, onSelect, onFix }: ProblemListProps) => (
  <div id={id} aria-live="polite" data-test-subj="betraceProblems">
    {problems.slice(0, MAX_SHOWN).map((problem) => (
      <ProblemLine key={`${problem.offset} ${problem.code}`} {...{ problem, onSelect, onFix }} />
    ))}
  </div>
);

const ProblemLine = ({
  problem,
  onSelect,
  onFix,
}: Pick<ProblemListProps, 'onSelect' | 'onFix'> & { problem: ShownProblem }) => {
  const { line, column, fix, severity } = problem;
  return (
    <EuiText size="xs" color={severity === 'error' ? 'danger' : 'warning'}>
      <EuiButtonEmpty
        size="xs"
        flush="both"
        color={severity === 'error' ? 'danger' : 'warning'}
        onClick={() => onSelect(problem)}
      >
        {i18n.translate('betrace.ruleText.place', {
          defaultMessage: 'Line {line}, column {column}',
          values: { line, column },
        })}
      </EuiButtonEmpty>
      {`: ${problemText(problem)} `}
      {fix && onFix && (
        <EuiButtonEmpty size="xs" flush="both" onClick={() => onFix(problem)}>
          {fixText(fix)}
        </EuiButtonEmpty>
      )}
    </EuiText>
  );
};
