/** Something wrong with a rule's text, where, and in the user's words. Codes: `docs/reference/problems.md`. */
export interface Problem {
  readonly code: `BT_${string}`;
  /** What the message was made of, for translation. */
  readonly params: Readonly<Record<string, string | number>>;
  /** One line. */
  readonly message: string;
  /** UTF-16 units from the start of the text. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  readonly length: number;
  /** A likely mend: replaces the problem's range. */
  readonly fix?: { readonly title: string; readonly text: string };
}
