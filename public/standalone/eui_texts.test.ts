import { readFileSync } from 'node:fs';
import path from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import french from './eui_fr_fr.json';
import { euiTextsOf } from './eui_texts';

/** EUI's own list of what its components say: text, or the source of a function. */
const tokens = JSON.parse(
  readFileSync(path.join(path.dirname(require.resolve('@elastic/eui/package.json')), 'i18ntokens.json'), 'utf8'),
) as readonly { token: string; defString: string }[];
const english = new Map(tokens.map(({ token, defString }) => [token, defString]));

const namesIn = (text: string): string[] => [...new Set(text.match(/(?<=\{\s*)\w+(?=\s*[,}])/g))].sort();

test.each(Object.entries(french))('%s is one of EUI, with no argument that EUI does not give', (token, text) => {
  expect(english.has(token)).toBe(true);
  const names = text.includes(', plural,') ? [text.slice(1, text.indexOf(','))] : namesIn(text);
  expect(namesIn(english.get(token)!.split('=>')[0]!)).toEqual(expect.arrayContaining(names));
  expect(() => new IntlMessageFormat(text, 'fr-FR')).not.toThrow();
});

test('a component of EUI is in French whole or not at all', () => {
  const components = new Set(Object.keys(french).map((token) => token.split('.')[0]));
  const missing = [...english.keys()].filter((token) => components.has(token.split('.')[0]) && !(token in french));
  expect(missing).toEqual([]);
});

test('numbers choose their words', () => {
  const { mapping } = euiTextsOf('fr-FR', french);
  const last = mapping!['euiPrettyDuration.lastDurationHours'] as (values: object) => string;
  expect([1, 24].map((duration) => last({ duration }))).toEqual(['Dernière heure', '24 dernières heures']);
  expect(mapping!['euiFlyoutCloseButton.ariaLabel']).toBe('Fermer cette boîte de dialogue');
});
