import fc from 'fast-check';
import { slicesOf } from './slices';

const isIn = (id: string, slice: ReturnType<typeof slicesOf>[number]): boolean => {
  if (slice.match_all) return true;
  const { gte = '', lt } = slice.range!['trace.id'] as { gte?: string; lt?: string };
  return id >= gte && (lt === undefined || id < lt);
};

test('each id is in one slice, whatever its form and the number of slices', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.uint8Array({ minLength: 16, maxLength: 16 }).map((id) => Buffer.from(id).toString('hex')),
      ),
      fc.nat(10_000_000),
      (id, documents) => {
        const slices = slicesOf(documents, 10_000);
        expect(slices.length).toBeLessThanOrEqual(4_096);
        expect(slices.filter((slice) => isIn(id, slice))).toHaveLength(1);
      },
    ),
  );
});
