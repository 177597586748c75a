import { EuiText } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import { describe, type Sentence } from '../../../../common/dsl/describe';
import type { RulePlan } from '../../../../common/dsl/plan';

/** What a rule asks of a trace, in words. */
export const InWords = ({ plan }: { plan: RulePlan }) => {
  const sentence = describe(plan);
  return (
    <EuiText size="s" data-test-subj="betraceInWords">
      <p>
        <strong>
          {i18n.translate('betrace.inWords.title', { defaultMessage: 'A trace violates this rule when:' })}
        </strong>{' '}
        {sentence.text}
      </p>
      <Parts parts={sentence.parts} />
    </EuiText>
  );
};

const Parts = ({ parts }: { parts: readonly Sentence[] }) =>
  parts.length === 0 ? null : (
    <ul>
      {parts.map((part, index) => (
        <li key={index}>
          {part.text}
          <Parts parts={part.parts} />
        </li>
      ))}
    </ul>
  );
