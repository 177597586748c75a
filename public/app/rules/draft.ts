import { MODES, type Rule, SEVERITIES } from '../../../common/rules/rule';
import type { RuleDraft } from '../api/queries';

/** A new rule, before anything is typed. */
export const EMPTY_DRAFT: RuleDraft = {
  name: '',
  description: '',
  dsl: '',
  severity: 'HIGH',
  mode: 'on',
  tags: [],
  examples: [],
};

export const draftOf = ({ name, description, dsl, severity, mode, tags, examples = [] }: Rule): RuleDraft => ({
  name,
  description,
  dsl,
  severity,
  mode,
  tags,
  examples,
});

export function isSameDraft(a: RuleDraft, b: RuleDraft): boolean {
  return JSON.stringify(draftOf(a as Rule)) === JSON.stringify(draftOf(b as Rule));
}

/** What was typed and not saved, and the revision of the rule that it began with; 0 for a new one. */
export interface UnsavedDraft {
  readonly draft: RuleDraft;
  readonly revision: number;
}

/** Keeps what was typed over a reload of the page, for as long as the browser's tab is open. */
export class DraftStore {
  private readonly key: string;

  constructor(
    ruleId: string | undefined,
    private readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined = tabStorage(),
  ) {
    this.key = `betrace.draft.${ruleId ?? ''}`;
  }

  /** @returns what was kept, or undefined where there is nothing or nothing readable */
  read(): UnsavedDraft | undefined {
    try {
      const kept: unknown = JSON.parse(this.storage?.getItem(this.key) ?? 'null');
      return isUnsavedDraft(kept) ? kept : undefined;
    } catch {
      return undefined;
    }
  }

  keep(unsaved: UnsavedDraft): void {
    try {
      this.storage?.setItem(this.key, JSON.stringify(unsaved));
    } catch {
      // full, or forbidden by the browser: the page itself still has it
    }
  }

  forget(): void {
    this.storage?.removeItem(this.key);
  }
}

function tabStorage(): Storage | undefined {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined;
  }
}

function isUnsavedDraft(value: unknown): value is UnsavedDraft {
  if (typeof value !== 'object' || value === null) return false;
  const { draft, revision } = value as { draft?: Partial<RuleDraft> | null; revision?: unknown };
  return (
    typeof revision === 'number' &&
    typeof draft === 'object' &&
    draft !== null &&
    [draft.name, draft.description, draft.dsl].every((text) => typeof text === 'string') &&
    SEVERITIES.includes(draft.severity!) &&
    MODES.includes(draft.mode!) &&
    Array.isArray(draft.tags) &&
    draft.tags.every((tag) => typeof tag === 'string') &&
    Array.isArray(draft.examples)
  );
}
