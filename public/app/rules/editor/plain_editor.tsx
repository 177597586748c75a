import { EuiTextArea } from '@elastic/eui';
import React, { type MutableRefObject, useEffect, useRef } from 'react';
import type { ShownProblem } from './analysis';
import type { EditorHandle } from './editor_handle';

interface PlainEditorProps {
  readonly handle: MutableRefObject<EditorHandle | null>;
  readonly value: string;
  readonly label: string;
  readonly describedBy: string;
  readonly readOnly: boolean;
  readonly problems: readonly ShownProblem[];
  readonly isInvalid: boolean;
  /** Gets where the cursor is while this has the focus. */
  readonly cursor: MutableRefObject<number | undefined>;
  readonly onChange: (value: string) => void;
}

/** A rule's text in a field as the browser has it, while the code editor is loaded or where it can't be. */
export const PlainEditor = (props: PlainEditorProps) => {
  const { handle, value, label, describedBy, readOnly, problems, isInvalid, cursor, onChange } = props;
  const element = useRef<HTMLTextAreaElement | null>(null);
  useEffect(() => {
    handle.current = {
      focus: () => element.current?.focus(),
      select: (offset, length) => {
        element.current?.focus();
        element.current?.setSelectionRange(offset, offset + length);
      },
    };
    return () => {
      handle.current = null;
    };
  }, [handle]);
  return (
    <EuiTextArea
      inputRef={(given) => {
        element.current = given;
      }}
      fullWidth
      className="eui-textMono"
      style={{ fontFamily: '"Roboto Mono", Menlo, Courier, monospace', minHeight: 160 }}
      rows={8}
      resize="vertical"
      spellCheck={false}
      autoCapitalize="off"
      autoComplete="off"
      aria-label={label}
      aria-describedby={describedBy}
      readOnly={readOnly}
      isInvalid={isInvalid || problems.some(({ severity }) => severity === 'error')}
      value={value}
      onChange={({ target }) => onChange(target.value)}
      onSelect={({ currentTarget }) => {
        cursor.current = currentTarget.selectionStart;
      }}
      onBlur={() => {
        cursor.current = undefined;
      }}
      data-test-subj="betraceRuleText"
    />
  );
};
