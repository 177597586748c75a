import type { EuiContext } from '@elastic/eui';
import { IntlMessageFormat } from 'intl-messageformat';
import type { ComponentProps } from 'react';
import type { Locale } from './preferences';

/** What EUI's components say by themselves, as `EuiContext` takes it. */
export type EuiTexts = NonNullable<ComponentProps<typeof EuiContext>['i18n']>;

const PLURAL = ', plural,';

/** Loads EUI's own texts and the calendar's names in a language; English is built in. */
export async function loadEuiTexts(locale: Locale): Promise<EuiTexts> {
  if (locale === 'en') return {};
  const [{ default: messages }] = await Promise.all([import('./eui_fr_fr.json'), import('moment/locale/fr')]);
  return euiTextsOf(locale, messages);
}

/** @param messages by EUI's tokens; EUI fills in `{name}` itself and knows no plurals, so those become functions */
export function euiTextsOf(locale: string, messages: Readonly<Record<string, string>>): EuiTexts {
  const entries = Object.entries(messages).map(([token, text]) => {
    if (!text.includes(PLURAL)) return [token, text] as const;
    const format = new IntlMessageFormat(text, locale);
    return [token, (values: Record<string, string | number>) => String(format.format(values))] as const;
  });
  return { locale, mapping: Object.fromEntries(entries) };
}
