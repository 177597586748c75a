import { EuiFormRow, EuiHeaderSectionItemButton, EuiIcon, EuiPopover, EuiSelect } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React, { useState } from 'react';
import { COLOR_MODES, type ColorModePreference, keepLocale, type Locale, LOCALES } from './preferences';

interface SettingsProps {
  readonly colorMode: ColorModePreference;
  readonly onColorModeChange: (mode: ColorModePreference) => void;
}

/** Theme and language, which Kibana has in its own settings. */
export const Settings = ({ colorMode, onColorModeChange }: SettingsProps) => {
  const [isOpen, setIsOpen] = useState(false);
  const label = i18n.translate('betrace.frame.settings', { defaultMessage: 'Settings' });
  return (
    <EuiPopover
      isOpen={isOpen}
      closePopover={() => setIsOpen(false)}
      aria-label={label}
      button={
        <EuiHeaderSectionItemButton aria-label={label} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          <EuiIcon type="gear" aria-hidden={true} />
        </EuiHeaderSectionItemButton>
      }
    >
      <EuiFormRow label={i18n.translate('betrace.frame.colorMode', { defaultMessage: 'Theme' })}>
        <EuiSelect
          compressed
          value={colorMode}
          options={colorModeOptions()}
          onChange={({ target }) => onColorModeChange(COLOR_MODES.find((mode) => mode === target.value) ?? 'system')}
        />
      </EuiFormRow>
      <EuiFormRow label={i18n.translate('betrace.frame.language', { defaultMessage: 'Language' })}>
        <EuiSelect
          compressed
          value={i18n.getLocale()}
          options={Object.entries(LOCALES).map(([value, text]) => ({ value, text }))}
          onChange={({ target }) => {
            keepLocale(target.value as Locale);
            location.reload();
          }}
        />
      </EuiFormRow>
    </EuiPopover>
  );
};

const colorModeOptions = (): { value: ColorModePreference; text: string }[] => [
  { value: 'system', text: i18n.translate('betrace.frame.colorMode.system', { defaultMessage: 'As the system' }) },
  { value: 'light', text: i18n.translate('betrace.frame.colorMode.light', { defaultMessage: 'Light' }) },
  { value: 'dark', text: i18n.translate('betrace.frame.colorMode.dark', { defaultMessage: 'Dark' }) },
];
