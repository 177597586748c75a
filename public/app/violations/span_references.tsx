import { EuiBasicTable } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import type { SpanReference } from '../../../common/violations/violation';

/** Spans by name and id, without what they carried. */
export const SpanReferences = ({ references }: { references: readonly SpanReference[] }) => (
  <EuiBasicTable
    tableCaption={i18n.translate('betrace.spans.caption', { defaultMessage: 'Spans that broke the rule' })}
    items={[...references]}
    itemId="spanId"
    columns={[
      { field: 'name', name: i18n.translate('betrace.spans.name', { defaultMessage: 'Span' }) },
      { field: 'service', name: i18n.translate('betrace.spans.service', { defaultMessage: 'Service' }) },
      {
        field: 'spanId',
        name: i18n.translate('betrace.spans.id', { defaultMessage: 'Span id' }),
        render: (spanId: string) => <code>{spanId}</code>,
      },
    ]}
  />
);
