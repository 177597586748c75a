import type { MemberKind } from './meaning';
import type { TextRange } from './scan';

/** Something to put in at a place, in place of what has been typed of it. */
export interface Completion extends TextRange {
  readonly label: string;
  readonly kind:
    MemberKind | 'variable' | 'predicate' | 'global' | 'constant' | 'keyword' | 'arrow' | 'key' | 'value' | 'duration';
  /** Of snippets: `${1:…}` is a place to fill, `\` stands before a `$`, `}` or `\` that is none of that. */
  readonly insert: string;
  readonly isSnippet: boolean;
  /** What it stands for. */
  readonly type?: string;
  /** One line. */
  readonly documentation?: string;
}

/** What is known of the spans that have come in. */
export interface Known {
  readonly attributes?: readonly string[];
  /** Of attributes, by key. */
  readonly values?: Readonly<Record<string, readonly (string | number | boolean)[]>>;
  /** Of properties of spans, such as `name` and `service`. */
  readonly fields?: Readonly<Record<string, readonly string[]>>;
}

/** A completion without its place. */
export type Candidate = Omit<Completion, 'start' | 'end'>;

export const candidate = (
  kind: Completion['kind'],
  label: string,
  more: Partial<Omit<Candidate, 'kind' | 'label'>> = {},
): Candidate => ({ kind, label, insert: label, isSnippet: false, ...more });
