import type { Preview } from '@storybook/react-vite';
import React from 'react';
import frenchOfEui from '../../public/standalone/eui_fr_fr.json';
import { euiTextsOf } from '../../public/standalone/eui_texts';
import { useTranslation } from '../../public/standalone/kbn_i18n';
import french from '../../translations/fr-FR.json';
import { Host, type HostParameters } from '../support/host';

const TRANSLATIONS = { en: { messages: {} }, 'fr-FR': french };

const EUI_TEXTS = { en: {}, 'fr-FR': euiTextsOf('fr-FR', frenchOfEui) };

const preview: Preview = {
  globalTypes: {
    colorMode: {
      description: 'Theme',
      toolbar: { icon: 'contrast', items: ['light', 'dark'], dynamicTitle: true },
    },
    locale: {
      description: 'Language',
      toolbar: { icon: 'globe', items: Object.keys(TRANSLATIONS), dynamicTitle: true },
    },
  },
  initialGlobals: { colorMode: 'light', locale: 'en' },
  decorators: [
    (Story, { globals, parameters, id }) => {
      const locale = globals['locale'] as keyof typeof TRANSLATIONS;
      const colorMode = globals['colorMode'] as 'light' | 'dark';
      useTranslation(locale, TRANSLATIONS[locale]);
      return (
        <Host
          key={`${id} ${locale}`}
          colorMode={colorMode}
          euiTexts={EUI_TEXTS[locale]}
          {...(parameters['host'] as HostParameters | undefined)}
        >
          <Story />
        </Host>
      );
    },
  ],
};

export default preview;
