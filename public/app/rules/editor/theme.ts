import type { EuiThemeComputed } from '@elastic/eui';
import type { TokenClass } from '../../../../common/dsl/editor';
import type { Monaco } from '../../app_services';

type Colors = EuiThemeComputed['colors'];

/** Of the editor's own themes; there is one editor's theme on a page, whichever was set last. */
export const THEME = 'betrace';

const PREFIX = 'betrace-token-';

/** Makes the editor look as the fields of EUI around it do. */
export function applyTheme(monaco: Monaco, colors: Colors, isDark: boolean): void {
  const wanted: Record<string, string | undefined> = {
    'editor.background': hexOf(colors.emptyShade),
    'editor.foreground': hexOf(colors.text),
    'editorLineNumber.foreground': hexOf(colors.mediumShade),
    'editorLineNumber.activeForeground': hexOf(colors.darkShade),
    'editorCursor.foreground': hexOf(colors.primaryText),
    'editorSuggestWidget.background': hexOf(colors.emptyShade),
    'editorHoverWidget.background': hexOf(colors.emptyShade),
    'editorError.foreground': hexOf(colors.danger),
    'editorWarning.foreground': hexOf(colors.warning),
    focusBorder: '#00000000',
  };
  const known = Object.entries(wanted).filter((entry): entry is [string, string] => entry[1] !== undefined);
  monaco.editor.defineTheme(THEME, {
    base: isDark ? 'vs-dark' : 'vs',
    inherit: true,
    rules: [],
    colors: Object.fromEntries(known),
  });
  monaco.editor.setTheme(THEME);
}

/** The class of the stretches of text of a kind. */
export const tokenClassName = (kind: TokenClass): string => PREFIX + kind;

/** The colours of the kinds of words, by class. */
export function tokenStyles(colors: Colors): Record<string, { color: string; fontStyle?: string }> {
  const { successText, accentText, primaryText, warningText, dangerText, darkShade, text } = colors;
  const byKind: Readonly<Record<TokenClass, string>> = {
    comment: darkShade,
    keyword: accentText,
    constant: accentText,
    variable: text,
    predicate: primaryText,
    global: primaryText,
    property: text,
    step: primaryText,
    method: primaryText,
    key: successText,
    name: text,
    string: successText,
    duration: warningText,
    number: warningText,
    regex: dangerText,
    operator: text,
    bracket: text,
    punctuation: text,
    invalid: dangerText,
  };
  return Object.fromEntries(
    Object.entries(byKind).map(([kind, color]) => [
      `.${tokenClassName(kind as TokenClass)}`,
      { color: `${color} !important`, ...(kind === 'comment' ? { fontStyle: 'italic' } : {}) },
    ]),
  );
}

/** The editor's themes take six digits, EUI's colours may have three or be something else than digits. */
function hexOf(color: string): string | undefined {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(color);
  if (short)
    return `#${short
      .slice(1)
      .map((digit) => digit + digit)
      .join('')}`;
  return /^#[0-9a-f]{6}([0-9a-f]{2})?$/i.test(color) ? color : undefined;
}
