import {
  EuiBadge,
  EuiButton,
  EuiButtonEmpty,
  EuiFlexGroup,
  EuiFlexItem,
  EuiPanel,
  EuiSelect,
  EuiSpacer,
  EuiText,
  EuiTitle,
} from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React, { useMemo, useState } from 'react';
import type { RuleExample } from '../../../../common/api/rule_examples';
import { compile } from '../../../../common/engine';
import { type ExampleVerdict, judgeExamples } from '../../../../common/rules/examples';
import { PasteFlyout } from './paste_flyout';

interface ExamplesPanelProps {
  /** A text that works, which the examples are judged by; undefined while there is none. */
  readonly dsl: string | undefined;
  readonly examples: readonly RuleExample[];
  readonly readOnly: boolean;
  readonly onChange: (examples: readonly RuleExample[]) => void;
}

/** Traces that a rule must and must not match: judged while it is written, and whenever it is saved. */
export const ExamplesPanel = ({ dsl, examples, readOnly, onChange }: ExamplesPanelProps) => {
  const [isPasting, setIsPasting] = useState(false);
  const verdicts = useMemo(() => verdictsOf(dsl, examples), [dsl, examples]);
  const replace = (at: number, ...others: RuleExample[]): void =>
    onChange([...examples.slice(0, at), ...others, ...examples.slice(at + 1)]);
  return (
    <section aria-label={title()} data-test-subj="betraceExamples">
      <EuiFlexGroup gutterSize="s" alignItems="center" justifyContent="spaceBetween" responsive={false} wrap>
        <EuiFlexItem grow={false}>
          <EuiTitle size="xs">
            <h2>{title()}</h2>
          </EuiTitle>
        </EuiFlexItem>
        {!readOnly && (
          <EuiFlexItem grow={false}>
            <EuiButton size="s" iconType="plus" onClick={() => setIsPasting(true)}>
              {i18n.translate('betrace.examples.paste', { defaultMessage: 'Paste a trace' })}
            </EuiButton>
          </EuiFlexItem>
        )}
      </EuiFlexGroup>
      <EuiSpacer size="s" />
      {examples.length === 0 && (
        <EuiText size="s" color="subdued">
          {i18n.translate('betrace.examples.none', {
            defaultMessage: 'None yet. Traces that must or must not match are checked at every save.',
          })}
        </EuiText>
      )}
      {examples.map((example, at) => (
        <React.Fragment key={at}>
          <ExampleRow
            number={at + 1}
            example={example}
            verdict={verdicts?.[at]}
            onChange={readOnly ? undefined : (changed) => replace(at, changed)}
            onRemove={readOnly ? undefined : () => replace(at)}
          />
          <EuiSpacer size="s" />
        </React.Fragment>
      ))}
      {isPasting && (
        <PasteFlyout
          onAdd={(added) => {
            onChange([...examples, ...added]);
            setIsPasting(false);
          }}
          onClose={() => setIsPasting(false)}
        />
      )}
    </section>
  );
};

const title = (): string => i18n.translate('betrace.examples.title', { defaultMessage: 'Example traces' });

function verdictsOf(dsl: string | undefined, examples: readonly RuleExample[]): readonly ExampleVerdict[] | undefined {
  if (dsl === undefined || examples.length === 0) return undefined;
  const compiled = compile(dsl);
  return 'rule' in compiled ? judgeExamples(compiled.rule, examples) : undefined;
}

interface ExampleRowProps {
  readonly number: number;
  readonly example: RuleExample;
  readonly verdict: ExampleVerdict | undefined;
  readonly onChange: ((example: RuleExample) => void) | undefined;
  readonly onRemove: (() => void) | undefined;
}

const MAX_NAMES = 4;

const ExampleRow = ({ number, example, verdict, onChange, onRemove }: ExampleRowProps) => {
  const names = example.spans.map(({ name }) => name);
  const options = [
    { value: 'true', text: i18n.translate('betrace.examples.mustMatch', { defaultMessage: 'Must violate the rule' }) },
    { value: 'false', text: i18n.translate('betrace.examples.mustNot', { defaultMessage: 'Must not violate it' }) },
  ];
  const removeText = i18n.translate('betrace.examples.remove', {
    defaultMessage: 'Remove example {number}',
    values: { number },
  });
  return (
    <EuiPanel hasBorder hasShadow={false} paddingSize="s">
      <EuiFlexGroup gutterSize="s" alignItems="center" responsive={false} wrap>
        <EuiFlexItem grow={false}>
          <EuiSelect
            compressed
            aria-label={i18n.translate('betrace.examples.expected', {
              defaultMessage: 'What example {number} must do',
              values: { number },
            })}
            disabled={!onChange}
            value={String(example.matches)}
            options={options}
            onChange={({ target }) => onChange?.({ ...example, matches: target.value === 'true' })}
          />
        </EuiFlexItem>
        <EuiFlexItem style={{ minWidth: 160 }}>
          <EuiText size="s">
            {i18n.translate('betrace.examples.spans', {
              defaultMessage: '{count, plural, one {# span} other {# spans}}: {names}',
              values: {
                count: example.spans.reduce((sum, { times = 1 }) => sum + times, 0),
                names: `${names.slice(0, MAX_NAMES).join(', ')}${names.length > MAX_NAMES ? ' …' : ''}`,
              },
            })}
          </EuiText>
        </EuiFlexItem>
        {verdict && (
          <EuiFlexItem grow={false}>
            <EuiBadge color={verdict.holds ? 'success' : 'danger'}>
              {verdict.holds
                ? i18n.translate('betrace.examples.holds', { defaultMessage: 'As it must' })
                : i18n.translate('betrace.examples.fails', { defaultMessage: 'Not as it must' })}
            </EuiBadge>
          </EuiFlexItem>
        )}
        {onRemove && (
          <EuiFlexItem grow={false}>
            <EuiButtonEmpty size="xs" color="danger" onClick={onRemove} aria-label={removeText}>
              {i18n.translate('betrace.examples.removeShort', { defaultMessage: 'Remove' })}
            </EuiButtonEmpty>
          </EuiFlexItem>
        )}
      </EuiFlexGroup>
      {verdict && !verdict.holds && (
        <EuiText size="xs" color="danger">
          {verdict.verdict.message ||
            i18n.translate('betrace.examples.satisfies', { defaultMessage: 'The trace does not violate the rule.' })}
        </EuiText>
      )}
    </EuiPanel>
  );
};
