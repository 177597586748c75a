import { IntlMessageFormat } from 'intl-messageformat';

/** Kibana's form of a translation file. */
export interface Translation {
  readonly messages: Readonly<Record<string, string>>;
}

let locale = 'en';
let messages: Translation['messages'] = {};
const formats = new Map<string, IntlMessageFormat>();

/** Before anything is drawn: the language, and its messages; those that it lacks are shown in English. */
export function useTranslation(newLocale: string, translation: Translation): void {
  locale = newLocale;
  messages = translation.messages;
  formats.clear();
}

/** In place of Kibana's `@kbn/i18n`: the same signature, the same ICU messages. */
export const i18n = {
  translate(
    id: string,
    { defaultMessage, values }: { defaultMessage: string; values?: Readonly<Record<string, string | number>> },
  ): string {
    const format = formats.get(id) ?? create(messages[id], defaultMessage);
    formats.set(id, format);
    return String(format.format(values));
  },
  getLocale: (): string => locale,
};

function create(translated: string | undefined, defaultMessage: string): IntlMessageFormat {
  const options = { ignoreTag: true };
  return translated === undefined
    ? new IntlMessageFormat(defaultMessage, 'en', undefined, options)
    : new IntlMessageFormat(translated, locale, undefined, options);
}
