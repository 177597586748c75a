import {
  EuiButton,
  EuiFlyout,
  EuiFlyoutBody,
  EuiFlyoutFooter,
  EuiFlyoutHeader,
  EuiFormRow,
  EuiSelect,
  EuiSpacer,
  EuiTextArea,
  EuiTitle,
} from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React, { useState } from 'react';
import type { RuleExample } from '../../../../common/api/rule_examples';
import { useExampleTraces } from '../../api/queries';
import { errorText } from '../../shared/error_text';
import { Failure } from '../../shared/failure';

interface PasteFlyoutProps {
  readonly onAdd: (examples: readonly RuleExample[]) => void;
  readonly onClose: () => void;
}

const TITLE_ID = 'betracePasteTitle';

/** Takes traces as OTLP/JSON, and whether the rule must match them. */
export const PasteFlyout = ({ onAdd, onClose }: PasteFlyoutProps) => {
  const [text, setText] = useState('');
  const [matches, setMatches] = useState(true);
  const [isJson, setIsJson] = useState(true);
  const { mutate, isLoading, error } = useExampleTraces();
  const add = (): void => {
    const request = objectOf(text);
    setIsJson(request !== undefined);
    if (!request) return;
    mutate(request, { onSuccess: ({ traces }) => onAdd(traces.map(({ example }) => ({ ...example, matches }))) });
  };
  const problem = isJson
    ? error && errorText(error)
    : i18n.translate('betrace.paste.noJson', { defaultMessage: 'This is not JSON.' });
  return (
    <EuiFlyout size="m" onClose={onClose} aria-labelledby={TITLE_ID} data-test-subj="betracePasteFlyout">
      <EuiFlyoutHeader hasBorder>
        <EuiTitle size="m">
          <h2 id={TITLE_ID}>{i18n.translate('betrace.paste.title', { defaultMessage: 'Paste a trace' })}</h2>
        </EuiTitle>
      </EuiFlyoutHeader>
      <EuiFlyoutBody>
        <EuiFormRow
          fullWidth
          label={i18n.translate('betrace.paste.text', {
            defaultMessage: 'OTLP/JSON, as an SDK or the Collector writes it',
          })}
          helpText={i18n.translate('betrace.paste.help', {
            defaultMessage: 'An object with resourceSpans. Each trace in it becomes an example.',
          })}
        >
          <EuiTextArea
            fullWidth
            rows={14}
            spellCheck={false}
            className="eui-textMono"
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        </EuiFormRow>
        <EuiFormRow label={i18n.translate('betrace.paste.matches', { defaultMessage: 'What the rule must say of it' })}>
          <EuiSelect
            value={String(matches)}
            options={[
              {
                value: 'true',
                text: i18n.translate('betrace.examples.mustMatch', { defaultMessage: 'Must violate the rule' }),
              },
              {
                value: 'false',
                text: i18n.translate('betrace.examples.mustNot', { defaultMessage: 'Must not violate it' }),
              },
            ]}
            onChange={({ target }) => setMatches(target.value === 'true')}
          />
        </EuiFormRow>
        {problem && (
          <>
            <EuiSpacer size="m" />
            <Failure text={problem} />
          </>
        )}
      </EuiFlyoutBody>
      <EuiFlyoutFooter>
        <EuiButton fill isLoading={isLoading} isDisabled={text.trim() === ''} onClick={add}>
          {i18n.translate('betrace.paste.add', { defaultMessage: 'Add as example' })}
        </EuiButton>
      </EuiFlyoutFooter>
    </EuiFlyout>
  );
};

/** The collector's files have one request a line: their spans as one request. */
function objectOf(text: string): object | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    try {
      const requests = text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => JSON.parse(line) as unknown);
      const spans = requests.flatMap(
        (request) => (asObject(request) as { resourceSpans?: unknown[] })?.resourceSpans ?? [],
      );
      return spans.length > 0 ? { resourceSpans: spans } : undefined;
    } catch {
      return undefined;
    }
  }
}

const asObject = (value: unknown): object | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
