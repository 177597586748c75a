import { compile } from '../../../common/engine';
import { EXAMPLES } from './examples';

test.each(EXAMPLES.map(({ dsl }) => dsl))('the example %s compiles', (dsl) =>
  expect(compile(dsl)).not.toHaveProperty('problems'),
);
