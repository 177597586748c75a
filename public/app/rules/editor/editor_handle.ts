/** What a form does with the field that its rule is typed in, whichever that is. */
export interface EditorHandle {
  focus(): void;
  /** Selects a stretch of the text, in UTF-16 units, and goes there. */
  select(offset: number, length: number): void;
}
