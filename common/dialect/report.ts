import type { Problem } from '../problem';
import { createProblem, type NoteCode, type Range, type RefusalCode, Refused } from './problems';

/** Collects what there is to say about the translation of one text; each thing once. */
export class Report {
  readonly notes: Problem[] = [];
  private readonly said = new Set<string>();

  constructor(readonly text: string) {}

  note(code: NoteCode, range: Range, params: Problem['params'] = {}): void {
    const note = createProblem(this.text, code, range, params);
    if (this.said.has(note.message)) return;
    this.said.add(note.message);
    this.notes.push(note);
  }

  /** Ends the translation. */
  refuse(code: RefusalCode, range: Range, params: Problem['params'] = {}): never {
    throw new Refused(createProblem(this.text, code, range, params));
  }
}
