import {
  EuiBadge,
  EuiBadgeGroup,
  EuiButtonIcon,
  EuiInMemoryTable,
  EuiSelect,
  EuiText,
  EuiToolTip,
  type EuiBasicTableColumn,
  useIsWithinBreakpoints,
} from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React, { useMemo } from 'react';
import type { Activity } from '../../../common/api/activity';
import { type Mode, MODES, priorityOf, type Rule } from '../../../common/rules/rule';
import { useAppServices } from '../app_services';
import { AppLink, useLinkProps } from '../shared/link';
import { noItemsMessage } from '../shared/no_items_message';
import { SeverityBadge } from '../shared/severity_badge';
import { Sparkline } from '../shared/sparkline';
import { formatDateTime, formatNumber, formatRelative } from '../shared/time';
import { modeLabel, modeOptions } from './modes';
import type { RuleFlaw } from './rule_state';

const violationsOf = (ruleId: string): string => `/violations?ruleId=${encodeURIComponent(ruleId)}`;

interface RulesTableProps {
  readonly rules: readonly Rule[];
  readonly isLoading: boolean;
  /** Absent: who looks may not change rules. */
  readonly onModeChange: ((rule: Rule, mode: Mode) => void) | undefined;
  readonly onDelete: ((rule: Rule) => void) | undefined;
  /** What stands in a rule's way. */
  readonly flawsOf: (rule: Rule) => readonly RuleFlaw[];
  /** Undefined while it is not known. */
  readonly activity: Activity | undefined;
  readonly onChoose: (rules: readonly Rule[]) => void;
}

/** Rules, a row each; sorted in the browser, for the API gives them all. */
export const RulesTable = (props: RulesTableProps) => {
  const { rules, isLoading, onModeChange, onDelete, flawsOf, activity, onChoose } = props;
  const activityOf = useMemo(() => new Map(activity?.rules.map((each) => [each.ruleId, each])), [activity]);
  const { timeZone } = useAppServices();
  const now = Date.now();
  // narrower still, rows are cards, which have room for all
  const isNarrow = useIsWithinBreakpoints(['m', 'l']);
  const columns: EuiBasicTableColumn<Rule>[] = [
    {
      field: 'name',
      name: i18n.translate('betrace.rules.column.name', { defaultMessage: 'Rule' }),
      sortable: true,
      ...(isNarrow ? {} : { width: '32%' }),
      render: (name: string, rule) => (
        <div>
          <AppLink to={`/rules/${encodeURIComponent(rule.id)}`}>{name}</AppLink> <Flaws flaws={flawsOf(rule)} />
          {rule.description && (
            <EuiText size="xs" color="subdued">
              {rule.description}
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
      width: '10em',
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
    ...(isNarrow ? [] : [tagsColumn()]),
    {
      name: i18n.translate('betrace.rules.column.lastFired', { defaultMessage: 'Last fired' }),
      sortable: ({ id }) => activityOf.get(id)?.lastAt ?? '',
      width: '10em',
      render: ({ id }: Rule) => <LastFired activity={activityOf.get(id)} isKnown={activity !== undefined} now={now} />,
    },
    ...(isNarrow ? [] : [changedColumn(now, timeZone)]),
    {
      name: i18n.translate('betrace.rules.column.actions', { defaultMessage: 'Actions' }),
      width: '6em',
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
      selection={{ onSelectionChange: onChoose }}
      pagination={{ initialPageSize: 25, pageSizeOptions: [25, 50, 100] }}
      sorting={{ sort: { field: 'name', direction: 'asc' } }}
    />
  );
};

const tagsColumn = (): EuiBasicTableColumn<Rule> => ({
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
});

const changedColumn = (now: number, timeZone: string | undefined): EuiBasicTableColumn<Rule> => ({
  field: 'updatedAt',
  name: i18n.translate('betrace.rules.column.updated', { defaultMessage: 'Changed' }),
  sortable: true,
  width: '10em',
  render: (updatedAt: string) => (
    <time dateTime={updatedAt} title={formatDateTime(updatedAt, timeZone)}>
      {formatRelative(updatedAt, now)}
    </time>
  ),
});

const Flaws = ({ flaws }: { flaws: readonly RuleFlaw[] }) => (
  <EuiBadgeGroup gutterSize="xs">
    {flaws.map(({ kind, level, label, help }) => (
      <EuiToolTip key={kind} content={help}>
        <EuiBadge color={level} tabIndex={0} aria-label={`${label}: ${help}`} data-test-subj={`betraceFlaw-${kind}`}>
          {label}
        </EuiBadge>
      </EuiToolTip>
    ))}
  </EuiBadgeGroup>
);

interface LastFiredProps {
  readonly activity: Activity['rules'][number] | undefined;
  readonly isKnown: boolean;
  readonly now: number;
}

const LastFired = ({ activity, isKnown, now }: LastFiredProps) => {
  const { timeZone } = useAppServices();
  if (!activity) {
    if (!isKnown) return null;
    return (
      <EuiText size="s" color="subdued">
        {i18n.translate('betrace.rules.never', { defaultMessage: 'never' })}
      </EuiText>
    );
  }
  const { lastAt, counts, count } = activity;
  return (
    <div>
      <time dateTime={lastAt} title={formatDateTime(lastAt, timeZone)}>
        {formatRelative(lastAt, now)}
      </time>
      <br />
      <Sparkline
        counts={counts}
        label={i18n.translate('betrace.rules.countOfWeek', {
          defaultMessage: '{count} in the last 7 days',
          values: { count: formatNumber(count) },
        })}
      />
    </div>
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
