import { compile } from '../../../common/engine';
import { EXAMPLES } from './examples';

jest.mock('@kbn/i18n', () => ({ i18n: {} }), { virtual: true });

test.each(EXAMPLES.map(({ dsl }) => dsl))('the example %s compiles', (dsl) =>
  expect(compile(dsl)).not.toHaveProperty('problems'),
);
