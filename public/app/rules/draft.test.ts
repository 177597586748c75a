import fc from 'fast-check';
import { MODES, SEVERITIES } from '../../../common/rules/rule';
import { DraftStore, EMPTY_DRAFT, isSameDraft } from './draft';

class MemoryStorage {
  readonly items = new Map<string, string>();
  getItem = (key: string): string | null => this.items.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.items.set(key, value);
  removeItem = (key: string): void => void this.items.delete(key);
}

const text = fc.string({ unit: 'grapheme' });
const drafts = fc.record({
  name: text,
  description: text,
  dsl: text,
  severity: fc.constantFrom(...SEVERITIES),
  mode: fc.constantFrom(...MODES),
  tags: fc.array(text),
  examples: fc.constant([]),
});

test('what was kept is read back, for its own rule only', () => {
  fc.assert(
    fc.property(drafts, fc.nat(), (draft, revision) => {
      const storage = new MemoryStorage();
      new DraftStore('a', storage).keep({ draft, revision });
      expect(new DraftStore('a', storage).read()).toEqual({ draft, revision });
      expect(new DraftStore('b', storage).read()).toBeUndefined();
      expect(new DraftStore(undefined, storage).read()).toBeUndefined();
      new DraftStore('a', storage).forget();
      expect(storage.items.size).toBe(0);
    }),
  );
});

test.each([
  '',
  'null',
  '[]',
  '{"draft":null,"revision":1}',
  '{"draft":{"name":1},"revision":1}',
  '{"draft":{"name":"a","description":"","dsl":"","severity":"BAD","mode":"on","tags":[]},"revision":1}',
])('what can not be read, like %j, is nothing', (stored) => {
  const storage = new MemoryStorage();
  storage.setItem('betrace.draft.a', stored);
  expect(new DraftStore('a', storage).read()).toBeUndefined();
});

test('a browser that keeps nothing harms nothing', () => {
  const full = {
    ...new MemoryStorage(),
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError');
    },
  };
  new DraftStore('a', full).keep({ draft: EMPTY_DRAFT, revision: 0 });
  expect(new DraftStore('a', undefined).read()).toBeUndefined();
});

test('drafts are the same where every field is', () => {
  fc.assert(
    fc.property(drafts, text, (draft, other) => {
      expect(isSameDraft(draft, { ...draft })).toBe(true);
      expect(isSameDraft(draft, { ...draft, dsl: `${draft.dsl} ${other}` })).toBe(false);
    }),
  );
});
