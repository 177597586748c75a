import type { SavedObject } from '@kbn/core/server';
import { type RuleAttributes, toAttributes, toRule } from './rule_attributes';

/** As the first model version wrote it, before rules had examples. */
const first: SavedObject<RuleAttributes> = {
  id: '0b9f7a0e-5c1d-4a7e-9d5b-6f0c3b1f2a11',
  type: 'betrace-rule',
  references: [],
  namespaces: ['shop'],
  attributes: {
    name: 'A rule',
    description: '',
    dsl: 'trace.has(span => true)',
    version: '9f2c41d07be3a856',
    revision: 1,
    mode: 'on',
    severity: 'HIGH',
    tags: [],
    updatedAt: '2026-03-02T09:41:07.000Z',
    updatedBy: 'ada',
  },
};

test('a rule that was saved without what later versions have opens, and can be saved', () => {
  const rule = toRule(first, 'default');
  expect(rule).toEqual({ ...first.attributes, id: first.id, space: 'shop' });
  expect(toRule({ ...first, attributes: toAttributes(rule) }, 'default')).toEqual(rule);
});
