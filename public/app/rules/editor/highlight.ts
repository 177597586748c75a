import type { editor } from 'monaco-editor/esm/vs/editor/editor.api';
import { type HighlightedToken, tokens } from '../../../../common/dsl/editor';
import { rangeOf, type TextModel } from './places';
import { tokenClassName } from './theme';

/** As the editor's enumeration has it: what is typed beside a word is none of it. */
const NEVER_GROWS = 1 as editor.TrackedRangeStickiness;

type Change = Pick<editor.IModelContentChange, 'rangeOffset' | 'rangeLength' | 'text'>;

/** Colours the words of a model, and after each change those that are others now. */
export class Highlight {
  private shown: readonly HighlightedToken[] = [];
  private ids: readonly string[] = [];

  constructor(private readonly model: TextModel) {
    this.update([]);
  }

  /** @param changes as the model tells of them: places in the text before */
  update(changes: readonly Change[]): void {
    const { model, shown, ids } = this;
    const next = tokens(model.getValue());
    const { before, after } = unchanged(shown, next, changes);
    const changed = next.slice(before, next.length - after).map((token) => ({
      range: rangeOf(model, token) as editor.IModelDeltaDecoration['range'],
      options: {
        description: 'betrace',
        inlineClassName: tokenClassName(token.class),
        stickiness: NEVER_GROWS,
      },
    }));
    const end = ids.length - after;
    const created = model.deltaDecorations(ids.slice(before, end), changed);
    this.ids = [...ids.slice(0, before), ...created, ...ids.slice(end)];
    this.shown = next;
  }
}

/** How many words at the start are as they were, and how many at the end, which the changes have moved. */
export function unchanged(
  old: readonly HighlightedToken[],
  next: readonly HighlightedToken[],
  changes: readonly Change[],
): { before: number; after: number } {
  const from = Math.min(...changes.map(({ rangeOffset }) => rangeOffset));
  const to = Math.max(...changes.map(({ rangeOffset, rangeLength }) => rangeOffset + rangeLength));
  const moved = changes.reduce((sum, { text, rangeLength }) => sum + text.length - rangeLength, 0);
  const most = Math.min(old.length, next.length);
  let before = 0;
  while (before < most && old[before]!.end <= from && isSame(old[before]!, next[before]!, 0)) before += 1;
  let after = 0;
  while (
    after < most - before &&
    old[old.length - 1 - after]!.start >= to &&
    isSame(old[old.length - 1 - after]!, next[next.length - 1 - after]!, moved)
  ) {
    after += 1;
  }
  return { before, after };
}

const isSame = (a: HighlightedToken, b: HighlightedToken, moved: number): boolean =>
  a.class === b.class && a.start + moved === b.start && a.end + moved === b.end;
