import { EuiButton, EuiButtonEmpty, EuiFlexGroup, EuiFlexItem, EuiText } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import { MODES, type Mode } from '../../../common/rules/rule';
import { modeLabel } from './modes';

interface BulkBarProps {
  readonly count: number;
  readonly isBusy: boolean;
  /** Absent: who looks may not change rules. */
  readonly onMode: ((mode: Mode) => void) | undefined;
  readonly onExport: () => void;
  readonly onDelete: (() => void) | undefined;
}

/** What can be done with the rules that are chosen. */
export const BulkBar = ({ count, isBusy, onMode, onExport, onDelete }: BulkBarProps) => (
  <EuiFlexGroup gutterSize="s" alignItems="center" wrap responsive={false} data-test-subj="betraceBulkBar">
    <EuiFlexItem grow={false}>
      <EuiText size="s" aria-live="polite">
        {i18n.translate('betrace.bulk.chosen', {
          defaultMessage: '{count, plural, one {# rule} other {# rules}} chosen:',
          values: { count },
        })}
      </EuiText>
    </EuiFlexItem>
    {onMode &&
      [...MODES].reverse().map((mode) => (
        <EuiFlexItem grow={false} key={mode}>
          <EuiButton size="s" isDisabled={isBusy} onClick={() => onMode(mode)}>
            {i18n.translate('betrace.bulk.switch', {
              defaultMessage: 'Switch to: {mode}',
              values: { mode: modeLabel(mode) },
            })}
          </EuiButton>
        </EuiFlexItem>
      ))}
    <EuiFlexItem grow={false}>
      <EuiButtonEmpty size="s" isDisabled={isBusy} onClick={onExport}>
        {i18n.translate('betrace.bulk.export', { defaultMessage: 'Export them' })}
      </EuiButtonEmpty>
    </EuiFlexItem>
    {onDelete && (
      <EuiFlexItem grow={false}>
        <EuiButtonEmpty size="s" color="danger" isDisabled={isBusy} onClick={onDelete} iconType="trash">
          {i18n.translate('betrace.bulk.delete', { defaultMessage: 'Delete them' })}
        </EuiButtonEmpty>
      </EuiFlexItem>
    )}
  </EuiFlexGroup>
);
