import fc from 'fast-check';
import { tokens } from '../../../../common/dsl/editor';
import { Highlight, unchanged } from './highlight';
import type { TextModel } from './places';

const RULE = "trace\n  .has(span => span.name === 'a b' /* c */ && span.duration > 1000)\n  .within('5 s')";
const bit = fc.constantFrom('', ' ', "'", '/*', '*/', '`', '(', 'x', 'span.', '1', '\n', '=>');

/** As much of a model as is needed, which moves its decorations as the editor does with those that never grow. */
class FakeModel {
  readonly decorations = new Map<string, { start: number; end: number; name: string }>();
  private count = 0;

  constructor(public text: string) {}

  edit(at: number, removed: number, inserted: string): void {
    this.text = this.text.slice(0, at) + inserted + this.text.slice(at + removed);
    const moved = inserted.length - removed;
    for (const each of this.decorations.values()) {
      const place = (offset: number, isEnd: boolean): number => {
        if (offset < at || (offset === at && isEnd)) return offset;
        return offset >= at + removed ? offset + moved : Math.min(offset, at + inserted.length);
      };
      const [start, end] = [place(each.start, false), place(each.end, true)];
      Object.assign(each, { start, end: Math.max(start, end) });
    }
  }

  getValue = (): string => this.text;
  getPositionAt = (offset: number) => ({ lineNumber: 1, column: offset + 1 });

  deltaDecorations = (
    old: readonly string[],
    added: readonly {
      range: { startColumn: number; endColumn: number };
      options: { inlineClassName?: string | null };
    }[],
  ): string[] => {
    old.forEach((id) => this.decorations.delete(id));
    return added.map(({ range, options }) => {
      const id = String(this.count++);
      this.decorations.set(id, {
        start: range.startColumn - 1,
        end: range.endColumn - 1,
        name: String(options.inlineClassName),
      });
      return id;
    });
  };
}

const wanted = (text: string) =>
  tokens(text).map(({ start, end, class: kind }) => ({ start, end, name: `betrace-token-${kind}` }));

test('after any edits the words are coloured as in a text that is opened anew', () => {
  const edit = fc.tuple(fc.nat({ max: 200 }), fc.nat({ max: 6 }), bit);
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 12 }), (edits) => {
      const model = new FakeModel(RULE);
      const highlight = new Highlight(model as unknown as TextModel);
      for (const [place, removed, inserted] of edits) {
        const at = Math.min(place, model.text.length);
        const rangeLength = Math.min(removed, model.text.length - at);
        model.edit(at, rangeLength, inserted);
        highlight.update([{ rangeOffset: at, rangeLength, text: inserted }]);
      }
      const shown = [...model.decorations.values()].sort((a, b) => a.start - b.start || a.end - b.end);
      expect(shown).toEqual(wanted(model.text));
    }),
    { numRuns: 400 },
  );
});

test('what is typed changes few words', () => {
  const before = tokens(RULE);
  const after = tokens(RULE.replace('1000', '10000'));
  const same = unchanged(before, after, [{ rangeOffset: RULE.indexOf('1000') + 4, rangeLength: 0, text: '0' }]);
  expect(after.length - same.before - same.after).toBe(1);
  expect(unchanged([], before, [])).toEqual({ before: 0, after: 0 });
});
