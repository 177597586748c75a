import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BeTraceError, ERRORS } from './errors';

test('docs/reference/errors.md has every code, its status and its meaning, and no other', () => {
  const text = readFileSync(join(__dirname, '../docs/reference/errors.md'), 'utf8');
  const rows = text.split('\n').filter((line) => line.startsWith('| `BT_'));
  const expected = Object.entries(ERRORS).map(
    ([code, { status, meaning }]) => `| \`${code}\` | ${status} | ${meaning} |`,
  );
  const plain = (row: string): string => row.replace(/\s+/g, ' ').trim();
  expect(rows.map(plain).sort()).toEqual(expected.map(plain).sort());
});

test('an error carries the status of its code', () => {
  expect(new BeTraceError('BT_REVISION_CONFLICT', 'x')).toMatchObject({ status: 409, code: 'BT_REVISION_CONFLICT' });
});
