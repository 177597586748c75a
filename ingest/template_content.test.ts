import { contentDigest } from './template_content';
import { COMPONENT_TEMPLATES } from './templates';

const settings = { index: { mode: 'standard', number_of_shards: 1, mapping: { 'total_fields.limit': 7 } } };

test.each<[string, object, object]>([
  ['strings for values', { settings }, { settings: { index: { ...settings.index, number_of_shards: '1' } } }],
  ['no prefix', { settings }, { settings: settings.index }],
  ['dots for nesting', { settings }, { settings: { ...settings.index, mapping: { total_fields: { limit: '7' } } } }],
  ['another order', { a: 1, b: { c: [1, 2], d: true } }, { b: { d: 'true', c: [1, 2] }, a: 1 }],
  ['nothing for what is empty', { a: 1 }, { a: 1, template: {}, settings: { index: {} }, b: undefined }],
])('is the same for %s', (_what, one, other) => expect(contentDigest(one)).toBe(contentDigest(other)));

test.each<[object, object]>([
  [{ settings }, { settings: { index: { ...settings.index, number_of_shards: 2 } } }],
  [{ mappings: { dynamic: false } }, { mappings: { dynamic: 'strict' } }],
  [{ a: ['x', 'y'] }, { a: ['y', 'x'] }],
])('is another where something else is said: %j, %j', (one, other) =>
  expect(contentDigest(one)).not.toBe(contentDigest(other)),
);

test('each of our templates has its own', () => {
  const digests = COMPONENT_TEMPLATES.map(({ template }) => contentDigest(template));
  expect(new Set(digests).size).toBe(digests.length);
});
