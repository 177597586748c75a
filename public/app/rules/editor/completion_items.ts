import type { languages } from 'monaco-editor/esm/vs/editor/editor.api';
import { type Completion, completions, type Known } from '../../../../common/dsl/editor';
import type { Monaco } from '../../app_services';
import { rangeOf, type TextModel } from './places';

/** What can be put in at an offset, in the editor's form and the language's order. */
export function completionItems(
  monaco: Monaco,
  model: TextModel,
  offset: number,
  known: Known,
): languages.CompletionItem[] {
  const text = model.getValue();
  return completions(text, offset, known).map((completion, index) => {
    const { label, insert, isSnippet, documentation, type, start } = completion;
    // the editor compares with what is typed from the start of the range, a dot or a bracket included
    const [leading = ''] = /^[^\p{L}\p{N}_$]*/u.exec(text.slice(start, offset)) ?? [];
    return {
      label,
      kind: kindOf(monaco, completion.kind),
      insertText: insert,
      range: rangeOf(model, completion),
      sortText: String(index).padStart(5, '0'),
      // what is typed on behind the parameter is no choice of this one: Enter then begins a line
      filterText: leading + (completion.kind === 'arrow' ? (label.split(' ')[0] ?? label) : withOtherWords(label)),
      ...(insert.endsWith(EMPTY_KEY) ? { command: { id: 'editor.action.triggerSuggest', title: '' } } : {}),
      ...(isSnippet ? { insertTextRules: monaco.languages.CompletionItemInsertTextRule.InsertAsSnippet } : {}),
      ...(type === undefined ? {} : { detail: type }),
      ...(documentation === undefined ? {} : { documentation }),
    };
  });
}

/** Where a key goes in: it is chosen next. */
const EMPTY_KEY = "['${1}']";

/** What somebody types who does not know the step's name. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  has: 'any exists some',
  missing: 'no not without',
  'trace.missing': 'no not without',
  every: 'all',
  precededBy: 'before',
  followedBy: 'after then',
  within: 'near time',
};

const withOtherWords = (label: string): string =>
  Object.hasOwn(OTHER_WORDS, label) ? `${label}-${OTHER_WORDS[label]!.replaceAll(' ', '-')}` : label;

function kindOf(monaco: Monaco, kind: Completion['kind']): languages.CompletionItemKind {
  const kinds = monaco.languages.CompletionItemKind;
  switch (kind) {
    case 'step':
    case 'method':
      return kinds.Method;
    case 'property':
    case 'key':
      return kinds.Field;
    case 'variable':
      return kinds.Variable;
    case 'predicate':
    case 'arrow':
      return kinds.Function;
    case 'global':
      return kinds.Module;
    case 'keyword':
      return kinds.Keyword;
    case 'constant':
      return kinds.Constant;
    default:
      return kinds.Value;
  }
}
