import {
  EuiAccordion,
  EuiBadge,
  EuiButton,
  EuiFlexGroup,
  EuiFlexItem,
  EuiFlyout,
  EuiFlyoutBody,
  EuiFlyoutHeader,
  EuiFormRow,
  EuiPanel,
  EuiSelect,
  EuiSkeletonText,
  EuiSpacer,
  EuiText,
  EuiTitle,
} from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React, { useState } from 'react';
import type { Packs } from '../../../common/api/rules_import';
import { MODES, type Mode } from '../../../common/rules/rule';
import { useInstallPack, usePacks } from '../api/queries';
import { useAppServices } from '../app_services';
import { errorText } from '../shared/error_text';
import { Failure } from '../shared/failure';
import { AppLink } from '../shared/link';
import { Trouble } from '../shared/trouble';
import { modeHelp, modeOptions } from './modes';

type Pack = Packs['packs'][number];

const TITLE_ID = 'betracePacksTitle';

/** The packs of rules that come with the product, to look at and to install. */
export const PacksFlyout = ({ onClose }: { onClose: () => void }) => {
  const { can } = useAppServices();
  const { data, error, refetch } = usePacks();
  const [mode, setMode] = useState<Mode>('shadow');
  return (
    <EuiFlyout size="m" onClose={onClose} aria-labelledby={TITLE_ID} data-test-subj="betracePacksFlyout">
      <EuiFlyoutHeader hasBorder>
        <EuiTitle size="m">
          <h2 id={TITLE_ID}>{i18n.translate('betrace.packs.title', { defaultMessage: 'Packs of rules' })}</h2>
        </EuiTitle>
      </EuiFlyoutHeader>
      <EuiFlyoutBody>
        {can.write && (
          <>
            <EuiFormRow
              label={i18n.translate('betrace.packs.mode', { defaultMessage: 'Mode of the rules that are installed' })}
              helpText={modeHelp(mode)}
            >
              <EuiSelect
                value={mode}
                options={modeOptions()}
                onChange={({ target }) => setMode(MODES.find((each) => each === target.value) ?? mode)}
              />
            </EuiFormRow>
            <EuiSpacer size="m" />
          </>
        )}
        {error && <Trouble error={error} hasData={data !== undefined} onRetry={() => void refetch()} />}
        {!data && !error && <EuiSkeletonText lines={6} />}
        {data?.packs.map((pack) => (
          <React.Fragment key={pack.name}>
            <PackPanel pack={pack} mode={mode} />
            <EuiSpacer size="m" />
          </React.Fragment>
        ))}
      </EuiFlyoutBody>
    </EuiFlyout>
  );
};

const PackPanel = ({ pack, mode }: { pack: Pack; mode: Mode }) => {
  const { can, notify } = useAppServices();
  const { mutate, isLoading, error } = useInstallPack();
  const missing = pack.rules.filter(({ installed }) => !installed).length;
  const install = (): void =>
    mutate(
      { name: pack.name, mode },
      {
        onSuccess: ({ counts }) =>
          notify.success(
            i18n.translate('betrace.packs.installed', {
              defaultMessage: '{title}: {created, plural, one {# rule} other {# rules}} installed',
              values: { title: pack.title, created: counts['created'] ?? 0 },
            }),
          ),
      },
    );
  return (
    <EuiPanel hasBorder hasShadow={false}>
      <EuiFlexGroup gutterSize="m" alignItems="center" responsive={false} wrap>
        <EuiFlexItem>
          <EuiTitle size="xs">
            <h3>{pack.title}</h3>
          </EuiTitle>
          <EuiText size="s" color="subdued">
            {pack.description}
          </EuiText>
        </EuiFlexItem>
        {can.write && (
          <EuiFlexItem grow={false}>
            <EuiButton size="s" isLoading={isLoading} isDisabled={missing === 0} onClick={install}>
              {missing === 0
                ? i18n.translate('betrace.packs.allInstalled', { defaultMessage: 'Installed' })
                : i18n.translate('betrace.packs.install', {
                    defaultMessage: 'Install {missing, plural, one {# rule} other {# rules}}',
                    values: { missing },
                  })}
            </EuiButton>
          </EuiFlexItem>
        )}
      </EuiFlexGroup>
      {error && <Failure text={errorText(error)} />}
      <EuiSpacer size="s" />
      <EuiAccordion
        id={`betracePack-${pack.name}`}
        buttonContent={i18n.translate('betrace.packs.rules', {
          defaultMessage: '{count, plural, one {# rule} other {# rules}}',
          values: { count: pack.rules.length },
        })}
      >
        <EuiText size="s">
          <ul>
            {pack.rules.map((rule) => (
              <li key={rule.id}>
                {rule.installed ? (
                  <AppLink to={`/rules/${encodeURIComponent(rule.id)}`}>{rule.name}</AppLink>
                ) : (
                  rule.name
                )}{' '}
                {rule.installed && (
                  <EuiBadge color="hollow">
                    {i18n.translate('betrace.packs.isInstalled', { defaultMessage: 'installed' })}
                  </EuiBadge>
                )}
                <EuiText size="xs" color="subdued">
                  {rule.description}
                </EuiText>
              </li>
            ))}
          </ul>
        </EuiText>
      </EuiAccordion>
    </EuiPanel>
  );
};
