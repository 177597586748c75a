import fc from 'fast-check';

/** Changes of bytes, wherever they fall. */
export const mutations = fc.array(
  fc.record({
    at: fc.nat(),
    how: fc.constantFrom('set', 'insert', 'remove', 'cut', 'repeat'),
    byte: fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0x80, 0xff, 0x7f, 0x0b, 0x0c, 0x22, 0x5c, 0x5b, 0x7b, 0x2d)),
  }),
  { minLength: 1, maxLength: 6 },
);

/** The same bytes with a few of them changed, added, removed or repeated. */
export function mutate(body: Buffer, changes: readonly { at: number; how: string; byte: number }[]): Buffer {
  let bytes = Buffer.from(body);
  for (const { at, how, byte } of changes) {
    const place = bytes.length === 0 ? 0 : at % bytes.length;
    const before = bytes.subarray(0, place);
    if (how === 'set') bytes = Buffer.concat([before, Buffer.of(byte), bytes.subarray(place + 1)]);
    else if (how === 'insert') bytes = Buffer.concat([before, Buffer.of(byte), bytes.subarray(place)]);
    else if (how === 'remove') bytes = Buffer.concat([before, bytes.subarray(place + 1)]);
    else if (how === 'cut') bytes = Buffer.from(before);
    else bytes = Buffer.concat([bytes, bytes.subarray(place)]);
  }
  return bytes;
}

export const damaged = (body: Buffer): fc.Arbitrary<Buffer> => mutations.map((changes) => mutate(body, changes));
