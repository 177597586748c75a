import { format } from '../../../../common/dsl';
import { hover, type Known } from '../../../../common/dsl/editor';
import type { Monaco } from '../../app_services';
import { fixText } from '../problem_text';
import { analyse } from './analysis';
import { completionItems } from './completion_items';
import { rangeOf, type TextModel } from './places';

/** The rule language, to the code editor. */
export const LANGUAGE = 'betrace';

const registered = new WeakSet<object>();
const knownOf = new WeakMap<TextModel, () => Known>();

/** Says what is known of the data where a model's text is completed. */
export const setKnown = (model: TextModel, known: () => Known): void => void knownOf.set(model, known);

/** Tells an editor the language, once: completion, hover, fixes, formatting. */
export function registerLanguage(monaco: Monaco): void {
  if (registered.has(monaco)) return;
  registered.add(monaco);
  const { languages } = monaco;
  languages.register({ id: LANGUAGE });
  languages.setLanguageConfiguration(LANGUAGE, {
    comments: { lineComment: '//', blockComment: ['/*', '*/'] },
    brackets: BRACKETS,
    autoClosingPairs: [...BRACKETS.map(([open, close]) => ({ open, close })), ...QUOTES],
    surroundingPairs: [...BRACKETS.map(([open, close]) => ({ open, close })), ...QUOTES],
  });
  languages.registerCompletionItemProvider(LANGUAGE, {
    triggerCharacters: ['.', '[', "'", '"', '('],
    provideCompletionItems: (model, position) => ({
      suggestions: completionItems(monaco, model, model.getOffsetAt(position), knownOf.get(model)?.() ?? {}),
    }),
  });
  languages.registerHoverProvider(LANGUAGE, {
    provideHover: (model, position) => {
      const about = hover(model.getValue(), model.getOffsetAt(position));
      if (!about || !(about.type ?? about.documentation)) return null;
      const lines = [`\`${about.title.replaceAll('`', "'")}\``, about.type, about.documentation];
      return {
        range: rangeOf(model, about),
        contents: lines.flatMap((value) => (value === undefined ? [] : [{ value }])),
      };
    },
  });
  languages.registerCodeActionProvider(LANGUAGE, {
    provideCodeActions: (model, range) => {
      const actions = analyse(model.getValue()).problems.flatMap(({ fix, offset, length }) => {
        const place = rangeOf(model, { start: offset, end: offset + length });
        if (!fix || !monaco.Range.areIntersectingOrTouching(place, range)) return [];
        const edit = {
          resource: model.uri,
          versionId: model.getVersionId(),
          textEdit: { range: place, text: fix.text },
        };
        return [{ title: fixText(fix), kind: 'quickfix', isPreferred: true, edit: { edits: [edit] } }];
      });
      return { actions, dispose: () => undefined };
    },
  });
  languages.registerDocumentFormattingEditProvider(LANGUAGE, {
    provideDocumentFormattingEdits: (model) => {
      const formatted = format(model.getValue());
      return 'text' in formatted ? [{ range: model.getFullModelRange(), text: formatted.text }] : [];
    },
  });
}

const BRACKETS: [string, string][] = [
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
];

const QUOTES = ["'", '"', '`'].map((quote) => ({ open: quote, close: quote, notIn: ['string', 'comment'] }));
