import { EuiBadge, EuiBasicTable, EuiCodeBlock, EuiText } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import type { ImportedRule, ImportReport as Report } from '../../../common/api/rules_import';
import { noItemsMessage } from '../shared/no_items_message';
import { problemText } from './problem_text';

type Result = ImportedRule['result'];

const COLORS: Readonly<Record<Result, string>> = {
  created: 'success',
  updated: 'primary',
  unchanged: 'hollow',
  exists: 'hollow',
  refused: 'danger',
};

const resultLabel = (result: Result): string =>
  ({
    created: i18n.translate('betrace.import.created', { defaultMessage: 'New' }),
    updated: i18n.translate('betrace.import.updated', { defaultMessage: 'Replaced' }),
    unchanged: i18n.translate('betrace.import.unchanged', { defaultMessage: 'Unchanged' }),
    exists: i18n.translate('betrace.import.exists', { defaultMessage: 'Stays as it is' }),
    refused: i18n.translate('betrace.import.refused', { defaultMessage: 'Refused' }),
  })[result];

/** What importing a file does, or would do, rule by rule; of translated ones both texts. */
export const ImportReport = ({ report }: { report: Report }) => (
  <EuiBasicTable<ImportedRule>
    tableCaption={i18n.translate('betrace.import.caption', { defaultMessage: 'Rules of the file' })}
    items={report.rules}
    itemId="number"
    noItemsMessage={noItemsMessage(false)}
    columns={[
      {
        field: 'number',
        name: i18n.translate('betrace.import.column.number', { defaultMessage: 'No.' }),
        width: '4em',
      },
      {
        field: 'result',
        name: i18n.translate('betrace.import.column.result', { defaultMessage: 'Result' }),
        width: '9em',
        render: (result: Result) => <EuiBadge color={COLORS[result]}>{resultLabel(result)}</EuiBadge>,
      },
      {
        name: i18n.translate('betrace.import.column.rule', { defaultMessage: 'Rule' }),
        render: (rule: ImportedRule) => <About rule={rule} />,
      },
    ]}
  />
);

const About = ({ rule: { name, id, dsl, translatedFrom, notes, problems } }: { rule: ImportedRule }) => (
  <div style={{ minWidth: 0, width: '100%' }}>
    <EuiText size="s">
      <strong>{name ?? id ?? '–'}</strong>
    </EuiText>
    {[...problems, ...notes].map((note, index) => (
      <EuiText size="xs" key={index} color={index < problems.length ? 'danger' : 'subdued'}>
        {problemText(note as Parameters<typeof problemText>[0])}
      </EuiText>
    ))}
    {translatedFrom !== undefined && (
      <>
        <EuiText size="xs" color="subdued">
          {i18n.translate('betrace.import.translatedFrom', { defaultMessage: 'Translated from:' })}
        </EuiText>
        <EuiCodeBlock fontSize="s" paddingSize="s" transparentBackground>
          {translatedFrom}
        </EuiCodeBlock>
        {dsl !== undefined && (
          <EuiCodeBlock language="js" fontSize="s" paddingSize="s" transparentBackground>
            {dsl}
          </EuiCodeBlock>
        )}
      </>
    )}
  </div>
);
