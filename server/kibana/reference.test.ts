import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsSchema } from './config';
import { ASKED } from './setup/privileges';

/** Kibana's package is not on npm; here only the names of the settings are looked at. */
jest.mock(
  '@kbn/config-schema',
  () => ({
    schema: new Proxy({}, { get: (_target, kind) => (props: unknown) => (kind === 'object' ? props : 'setting') }),
  }),
  { virtual: true },
);

const reference = readFileSync(join(__dirname, '../../docs/reference/kibana.md'), 'utf8');

const namesOf = (props: object, prefix = ''): string[] =>
  Object.entries(props).flatMap(([name, value]) =>
    typeof value === 'object' ? namesOf(value as object, `${prefix}${name}.`) : `${prefix}${name}`,
  );

test('docs/reference/kibana.md has every setting and no other', () => {
  const section = reference.slice(reference.indexOf('## Settings'), reference.indexOf('## Who may'));
  const documented = [...section.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name);
  expect(documented.sort()).toEqual(namesOf(settingsSchema).sort());
});

test('docs/reference/kibana.md has an API key with the privileges to ask for', () => {
  const text = /POST \/_security\/api_key\n([\s\S]*?)```/.exec(reference)![1]!;
  const { role_descriptors } = JSON.parse(text) as { role_descriptors: { betrace: { indices: unknown } } };
  expect(role_descriptors.betrace.indices).toEqual(ASKED);
});
