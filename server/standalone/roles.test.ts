import { ROLES } from '../../common/api/keys';
import { mayCall } from './roles';

test('what each role may call', () => {
  const table = ROLES.map((has) => ROLES.filter((needed) => mayCall(has, needed)));
  expect(Object.fromEntries(ROLES.map((role, at) => [role, table[at]]))).toEqual({
    ingest: ['ingest'],
    reader: ['reader'],
    editor: ['reader', 'editor'],
    admin: ['ingest', 'reader', 'editor', 'admin'],
  });
});
