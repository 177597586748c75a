import { useEuiTheme } from '@elastic/eui';
import { Global } from '@emotion/react';
import { i18n } from '@kbn/i18n';
import type { editor } from 'monaco-editor/esm/vs/editor/editor.api';
import React, { type MutableRefObject, useEffect, useMemo, useRef } from 'react';
import { format } from '../../../../common/dsl';
import type { Known } from '../../../../common/dsl/editor';
import type { Monaco } from '../../app_services';
import { problemText } from '../problem_text';
import type { ShownProblem } from './analysis';
import type { EditorHandle } from './editor_handle';
import { Highlight } from './highlight';
import { LANGUAGE, registerLanguage, setKnown } from './language';
import { rangeOf } from './places';
import { applyTheme, tokenStyles } from './theme';

interface MonacoEditorProps {
  readonly monaco: Monaco;
  readonly handle: MutableRefObject<EditorHandle | null>;
  readonly value: string;
  readonly label: string;
  readonly describedBy: string;
  readonly readOnly: boolean;
  readonly problems: readonly ShownProblem[];
  readonly known: Known;
  /** Where the cursor was in the field that this one takes the place of; undefined where that had no focus. */
  readonly focusAt: number | undefined;
  readonly onChange: (value: string) => void;
}

const OWNER = 'betrace';
const MIN_HEIGHT = 160;
const MAX_HEIGHT = 480;
const TELL_AFTER_MS = 100;

const OPTIONS: editor.IStandaloneEditorConstructionOptions = {
  automaticLayout: true,
  fixedOverflowWidgets: true,
  minimap: { enabled: false },
  scrollBeyondLastLine: false,
  scrollbar: { alwaysConsumeMouseWheel: false },
  overviewRulerLanes: 0,
  lineNumbersMinChars: 3,
  folding: false,
  wordWrap: 'on',
  fontSize: 13,
  tabSize: 2,
  padding: { top: 8, bottom: 8 },
  renderLineHighlight: 'none',
  // what would work by a thread of its own
  links: false,
  colorDecorators: false,
  unicodeHighlight: { ambiguousCharacters: false, invisibleCharacters: false, nonBasicASCII: false },
  acceptSuggestionOnCommitCharacter: false,
  // else Enter after a word that is whole would put in the first suggestion
  acceptSuggestionOnEnter: 'smart',
  quickSuggestions: { other: true, comments: false, strings: true },
};

/** The code editor, with a rule in it. */
export const MonacoEditor = (props: MonacoEditorProps) => {
  const { monaco, value, label, describedBy, readOnly, problems, handle } = props;
  const { euiTheme, colorMode } = useEuiTheme();
  const container = useRef<HTMLDivElement | null>(null);
  const instance = useRef<editor.IStandaloneCodeEditor>();
  const latest = useRef(props);
  latest.current = props;
  /** What the text is as far as whoever uses this knows. */
  const told = useRef(value);

  useEffect(() => {
    registerLanguage(monaco);
    const model = monaco.editor.createModel(told.current, LANGUAGE);
    model.setEOL(monaco.editor.EndOfLineSequence.LF);
    setKnown(model, () => latest.current.known);
    const created = monaco.editor.create(container.current!, {
      ...OPTIONS,
      ...switchedOff(monaco),
      model,
      ariaLabel: latest.current.label,
    });
    instance.current = created;
    const highlight = new Highlight(model);
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const tell = (): void => {
      clearTimeout(waiting);
      waiting = undefined;
      const text = model.getValue();
      if (text === told.current) return;
      told.current = text;
      latest.current.onChange(text);
    };
    const changed = model.onDidChangeContent(({ changes }) => {
      highlight.update(changes);
      // whoever types on does not wait for the form to be drawn anew after each key
      clearTimeout(waiting);
      waiting = setTimeout(tell, TELL_AFTER_MS);
    });
    const left = created.onDidBlurEditorText(tell);
    const grown = created.onDidContentSizeChange(({ contentHeight }) => fit(container.current!, contentHeight));
    fit(container.current!, created.getContentHeight());
    addActions(monaco, created);
    const letTabLeave = (event: KeyboardEvent): void => leaveByTab(created, event);
    created.getDomNode()?.addEventListener('keydown', letTabLeave, true);
    handle.current = {
      focus: () => created.focus(),
      select: (offset, length) => {
        const range = rangeOf(model, { start: offset, end: offset + length });
        created.focus();
        created.setSelection(range);
        created.revealRangeInCenterIfOutsideViewport(range);
      },
    };
    const { focusAt } = latest.current;
    if (focusAt !== undefined) {
      created.focus();
      created.setPosition(model.getPositionAt(focusAt));
    }
    return () => {
      handle.current = null;
      tell();
      for (const each of [changed, left, grown, created, model]) each.dispose();
    };
  }, [monaco, handle]);

  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    const model = instance.current?.getModel();
    if (!model || model.getValue() === value) return;
    // by an edit, which can be undone
    model.pushEditOperations([], [{ range: model.getFullModelRange(), text: value }], () => null);
  }, [value]);

  useEffect(() => applyTheme(monaco, euiTheme.colors, colorMode === 'DARK'), [monaco, euiTheme, colorMode]);

  useEffect(() => {
    instance.current?.updateOptions({ readOnly, ariaLabel: label });
    const field = container.current?.querySelector('textarea');
    field?.setAttribute('aria-describedby', describedBy);
    field?.setAttribute('aria-invalid', String(problems.some(({ severity }) => severity === 'error')));
  }, [readOnly, label, describedBy, problems]);

  useEffect(() => {
    const model = instance.current?.getModel();
    if (model) monaco.editor.setModelMarkers(model, OWNER, markersOf(monaco, model, problems));
  }, [monaco, problems]);

  const styles = useMemo(() => tokenStyles(euiTheme.colors), [euiTheme]);
  return (
    <>
      <Global styles={styles} />
      <div
        ref={container}
        style={{ border: `1px solid ${euiTheme.colors.lightShade}`, minHeight: MIN_HEIGHT }}
        data-test-subj="betraceRuleEditor"
      />
    </>
  );
};

/** What goes by words of the text alone; Kibana's older editors want Booleans for both. */
function switchedOff(monaco: Monaco): Pick<editor.IStandaloneEditorConstructionOptions, OffOption> {
  const { defaultValue } = monaco.editor.EditorOptions.occurrencesHighlight;
  const off = (typeof (defaultValue as unknown) === 'boolean' ? false : 'off') as 'off';
  return { wordBasedSuggestions: off, occurrencesHighlight: off };
}

type OffOption = 'wordBasedSuggestions' | 'occurrencesHighlight';

function fit(container: HTMLElement, contentHeight: number): void {
  container.style.height = `${Math.max(MIN_HEIGHT, Math.min(MAX_HEIGHT, contentHeight))}px`;
}

const markersOf = (monaco: Monaco, model: editor.ITextModel, problems: readonly ShownProblem[]): editor.IMarkerData[] =>
  problems.map((problem) => ({
    ...rangeOf(model, { start: problem.offset, end: problem.offset + Math.max(problem.length, 1) }),
    severity: problem.severity === 'error' ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Warning,
    message: problemText(problem),
    code: problem.code,
  }));

interface SnippetController extends editor.IEditorContribution {
  isInSnippet?(): boolean;
}

/** Tab goes to the next field, as everywhere on the page, unless it chooses a suggestion or goes on in what that has put in. */
function leaveByTab(created: editor.IStandaloneCodeEditor, event: KeyboardEvent): void {
  if (event.key !== 'Tab') return;
  const isChoosing = created.getDomNode()?.querySelector('.suggest-widget.visible');
  const snippet = created.getContribution<SnippetController>('snippetController2');
  // the editor does not hear of it, and the browser does what it always does
  if (!isChoosing && !snippet?.isInSnippet?.()) event.stopPropagation();
}

/** Not by the editor's own commands: Kibana's editor has neither fixes nor formatting. */
function addActions(monaco: Monaco, created: editor.IStandaloneCodeEditor): void {
  const { KeyCode, KeyMod } = monaco;
  created.addAction({
    id: 'betrace.format',
    label: i18n.translate('betrace.editor.format', { defaultMessage: 'Format' }),
    keybindings: [KeyMod.Shift | KeyMod.Alt | KeyCode.KeyF],
    run: () => {
      const model = created.getModel();
      const formatted = model && format(model.getValue());
      if (!model || !formatted || !('text' in formatted) || formatted.text === model.getValue()) return;
      created.executeEdits('betrace.format', [{ range: model.getFullModelRange(), text: formatted.text }]);
      created.pushUndoStop();
    },
  });
}
