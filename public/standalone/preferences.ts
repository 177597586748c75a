export const LOCALES = { en: 'English', 'fr-FR': 'Français' } as const;
export type Locale = keyof typeof LOCALES;

export const COLOR_MODES = ['system', 'light', 'dark'] as const;
export type ColorModePreference = (typeof COLOR_MODES)[number];

const KEYS = { locale: 'betrace.locale', colorMode: 'betrace.colorMode' };

/** The language chosen, else the first of the browser's that there is, else English. */
export function preferredLocale(languages: readonly string[] = navigator.languages): Locale {
  const chosen = read(KEYS.locale);
  const wanted = chosen === undefined ? languages : [chosen];
  for (const language of wanted) {
    const found = (Object.keys(LOCALES) as Locale[]).find(
      (locale) => locale.split('-')[0] === language.toLowerCase().split('-')[0],
    );
    if (found) return found;
  }
  return 'en';
}

export const keepLocale = (locale: Locale): void => write(KEYS.locale, locale);

export const preferredColorMode = (): ColorModePreference =>
  COLOR_MODES.find((mode) => mode === read(KEYS.colorMode)) ?? 'system';

export const keepColorMode = (mode: ColorModePreference): void => write(KEYS.colorMode, mode);

// a browser may forbid storage: then a choice holds until the page is left

function read(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    return;
  }
}
