import {
  EuiBadge,
  EuiBadgeGroup,
  type EuiBasicTableColumn,
  EuiButtonIcon,
  EuiInMemoryTable,
  EuiSelect,
  EuiText,
  EuiToolTip,
} from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import { type Mode, MODES, priorityOf, type Rule } from '../../../common/rules/rule';
import { useAppServices } from '../app_services';
import { AppLink, useLinkProps } from '../shared/link';
import { noItemsMessage } from '../shared/no_items_message';
import { SeverityBadge } from '../shared/severity_badge';
import { formatDateTime, formatRelative } from '../shared/time';
import { modeLabel, modeOptions } from './modes';

const violationsOf = (ruleId: string): string => `/violations?ruleId=${encodeURIComponent(ruleId)}`;

interface RulesTableProps {
  readonly rules: readonly Rule[];
  readonly isLoading: boolean;
  /** Absent: who looks may not change rules. */
  readonly onModeChange: ((rule: Rule, mode: Mode) => void) | undefined;
  readonly onDelete: ((rule: Rule) => void) | undefined;
}

/** Rules, a row each; sorted and searched in the browser, for the API gives them all. */
export const RulesTable = ({ rules, isLoading, onModeChange, onDelete }: RulesTableProps) => {
  const { timeZone } = useAppServices();
  const now = Date.now();
  const columns: EuiBasicTableColumn<Rule>[] = [
    {
      field: 'name',
      name: i18n.translate('betrace.rules.column.name', { defaultMessage: 'Rule' }),
      sortable: true,
      width: '40%',
      render: (name: string, { id, description }) => (
        <div>
          <AppLink to={`/rules/${encodeURIComponent(id)}`}>{name}</AppLink>
          {description && (
            <EuiText size="xs" color="subdued">
              {description}
            </EuiText>
          )}
        </div>
      ),
    },
    {
      field: 'severity',
      name: i18n.translate('betrace.rules.column.severity', { defaultMessage: 'Severity' }),
      sortable: ({ severity }) => priorityOf(severity),
      width: '8em',
      render: (severity: Rule['severity']) => <SeverityBadge severity={severity} />,
    },
    {
      field: 'mode',
      name: i18n.translate('betrace.rules.column.mode', { defaultMessage: 'Mode' }),
      sortable: true,
      width: '11em',
      render: (mode: Mode, rule) =>
        onModeChange ? (
          <EuiSelect
            compressed
            aria-label={i18n.translate('betrace.rules.modeOf', {
              defaultMessage: 'Mode of {name}',
              values: { name: rule.name },
            })}
            value={mode}
            options={modeOptions()}
            onChange={({ target }) => {
              const chosen = MODES.find((candidate) => candidate === target.value);
              if (chosen) onModeChange(rule, chosen);
            }}
          />
        ) : (
          modeLabel(mode)
        ),
    },
    {
      field: 'tags',
      name: i18n.translate('betrace.rules.column.tags', { defaultMessage: 'Tags' }),
      render: (tags: readonly string[]) => (
        <EuiBadgeGroup gutterSize="xs">
          {tags.map((tag) => (
            <EuiBadge key={tag} color="hollow">
              {tag}
            </EuiBadge>
          ))}
        </EuiBadgeGroup>
      ),
    },
    {
      field: 'updatedAt',
      name: i18n.translate('betrace.rules.column.updated', { defaultMessage: 'Changed' }),
      sortable: true,
      width: '10em',
      render: (updatedAt: string) => (
        <time dateTime={updatedAt} title={formatDateTime(updatedAt, timeZone)}>
          {formatRelative(updatedAt, now)}
        </time>
      ),
    },
    {
      name: i18n.translate('betrace.rules.column.actions', { defaultMessage: 'Actions' }),
      width: '8em',
      actions: [
        // EUI of Kibana 8 knows no actions that are links
        { render: (rule) => <ViolationsLink rule={rule} /> },
        ...(onDelete
          ? [
              {
                name: i18n.translate('betrace.rules.delete', { defaultMessage: 'Delete' }),
                description: i18n.translate('betrace.rules.deleteThis', { defaultMessage: 'Delete this rule' }),
                type: 'icon' as const,
                icon: 'trash' as const,
                color: 'danger' as const,
                onClick: onDelete,
                'data-test-subj': 'betraceDeleteRule',
              },
            ]
          : []),
      ],
    },
  ];
  return (
    <EuiInMemoryTable
      tableCaption={i18n.translate('betrace.rules.caption', { defaultMessage: 'Rules' })}
      items={[...rules]}
      itemId="id"
      columns={columns}
      loading={isLoading}
      noItemsMessage={noItemsMessage(isLoading)}
      search={{
        box: {
          incremental: true,
          placeholder: i18n.translate('betrace.rules.search', { defaultMessage: 'Search rules' }),
          schema: false,
        },
      }}
      searchFormat="text"
      pagination={{ initialPageSize: 25, pageSizeOptions: [25, 50, 100] }}
      sorting={{ sort: { field: 'name', direction: 'asc' } }}
    />
  );
};

const ViolationsLink = ({ rule: { id, name } }: { rule: Rule }) => {
  const linkTo = useLinkProps();
  return (
    <EuiToolTip
      content={i18n.translate('betrace.rules.showViolationsOf', {
        defaultMessage: 'Show the violations of this rule',
      })}
    >
      <EuiButtonIcon
        iconType="list"
        aria-label={i18n.translate('betrace.rules.showViolations', {
          defaultMessage: 'Violations of {name}',
          values: { name },
        })}
        {...linkTo(violationsOf(id))}
      />
    </EuiToolTip>
  );
};
