import { EuiBasicTable, type EuiBasicTableColumn, EuiLink } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import type { Violation } from '../../../common/violations/violation';
import { useAppServices } from '../app_services';
import { AppLink } from '../shared/link';
import { noItemsMessage } from '../shared/no_items_message';
import { SeverityBadge } from '../shared/severity_badge';
import { formatDateTime, formatRelative } from '../shared/time';

interface ViolationsTableProps {
  readonly violations: readonly Violation[];
  readonly isLoading: boolean;
  /** The query of the page's address: whoever comes back finds the list as it was. */
  readonly search: string;
  readonly selected: string | undefined;
}

/** Violations, a row each; the message opens the details. */
export const ViolationsTable = ({ violations, isLoading, search, selected }: ViolationsTableProps) => {
  const { timeZone, traceHref } = useAppServices();
  const now = Date.now();
  const columns: EuiBasicTableColumn<Violation>[] = [
    {
      field: 'createdAt',
      name: i18n.translate('betrace.violations.column.found', { defaultMessage: 'Found' }),
      width: '11em',
      render: (createdAt: string) => (
        <time dateTime={createdAt} title={formatDateTime(createdAt, timeZone)}>
          {formatRelative(createdAt, now)}
        </time>
      ),
    },
    {
      field: 'severity',
      name: i18n.translate('betrace.violations.column.severity', { defaultMessage: 'Severity' }),
      width: '8em',
      render: (severity: Violation['severity']) => <SeverityBadge severity={severity} />,
    },
    {
      field: 'ruleName',
      name: i18n.translate('betrace.violations.column.rule', { defaultMessage: 'Rule' }),
      truncateText: { lines: 2 },
    },
    {
      field: 'service',
      name: i18n.translate('betrace.violations.column.service', { defaultMessage: 'Service' }),
      width: '10em',
      truncateText: true,
    },
    {
      field: 'message',
      name: i18n.translate('betrace.violations.column.message', { defaultMessage: 'What happened' }),
      width: '40%',
      truncateText: { lines: 2 },
      render: (message: string, { id }) => (
        <AppLink to={`/violations/${encodeURIComponent(id)}${search}`}>{message}</AppLink>
      ),
    },
    {
      field: 'traceIds',
      name: i18n.translate('betrace.violations.column.trace', { defaultMessage: 'Trace' }),
      width: '8em',
      render: ([traceId]: readonly string[]) => traceId && <TraceLink traceId={traceId} href={traceHref?.(traceId)} />,
    },
  ];
  return (
    <EuiBasicTable
      tableCaption={i18n.translate('betrace.violations.caption', { defaultMessage: 'Violations, newest found first' })}
      items={[...violations]}
      itemId="id"
      columns={columns}
      loading={isLoading}
      noItemsMessage={noItemsMessage(isLoading)}
      rowProps={({ id }) => ({ isSelected: id === selected, 'data-test-subj': 'betraceViolation' })}
    />
  );
};

/** The trace in the host's own waterfall, or the violations of that trace. */
const TraceLink = ({ traceId, href }: { traceId: string; href: string | undefined }) => {
  const short = <code title={traceId}>{traceId.slice(0, 8)}</code>;
  return href ? (
    <EuiLink href={href}>{short}</EuiLink>
  ) : (
    <AppLink to={`/violations?traceId=${traceId}`}>{short}</AppLink>
  );
};
