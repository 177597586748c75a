import type { editor, IRange } from 'monaco-editor/esm/vs/editor/editor.api';
import type { TextRange } from '../../../../common/dsl/editor';

export type TextModel = editor.ITextModel;

/** An offsets' range in the editor's lines and columns. */
export function rangeOf(model: TextModel, { start, end }: TextRange): IRange {
  const from = model.getPositionAt(start);
  const to = model.getPositionAt(end);
  return {
    startLineNumber: from.lineNumber,
    startColumn: from.column,
    endLineNumber: to.lineNumber,
    endColumn: to.column,
  };
}
