import { i18n } from '@kbn/i18n';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useHistory } from 'react-router-dom';
import type { Rule } from '../../../common/rules/rule';
import type { ApiError } from '../api/api_error';
import { type RuleDraft, useSaveRule } from '../api/queries';
import { useAppServices } from '../app_services';
import { savedHelp } from './modes';
import { draftOf, DraftStore, EMPTY_DRAFT, isSameDraft } from './draft';

/** What becomes other of a draft; of what it is by then, where that is needed. */
type DraftChange = Partial<RuleDraft> | ((current: RuleDraft) => Partial<RuleDraft>);

export interface RuleFormState {
  readonly draft: RuleDraft;
  readonly change: (change: DraftChange) => void;
  /** What must be filled in before it can be saved; known once somebody has tried. */
  readonly missing: { readonly name: string | undefined; readonly dsl: string | undefined };
  /** There is something to save. */
  readonly isChanged: boolean;
  readonly saving: boolean;
  readonly error: ApiError | undefined;
  readonly save: (ifExamplesFail?: 'refuse' | 'save') => void;
  /** What is in the form comes from before a reload. */
  readonly restored: boolean;
  readonly discard: () => void;
  /** After a conflict: what is stored now, in place of what was typed. */
  readonly takeTheirs: () => void;
}

/** @param rule as it is stored now; undefined for a new one */
export function useRuleForm(rule: Rule | undefined): RuleFormState {
  const { notify } = useAppServices();
  const history = useHistory();
  const mutation = useSaveRule();
  const store = useMemo(() => new DraftStore(rule?.id), [rule?.id]);
  const stored = rule ? draftOf(rule) : EMPTY_DRAFT;
  const [kept] = useState(() => store.read());
  const [draft, setDraft] = useState(kept?.draft ?? stored);
  const [revision, setRevision] = useState(kept?.revision ?? rule?.revision ?? 0);
  const [restored, setRestored] = useState(kept !== undefined && !isSameDraft(kept.draft, stored));
  const [hasTried, setHasTried] = useState(false);
  const [hasConflict, setHasConflict] = useState(false);
  const isSaved = useRef(false);
  const isChanged = !isSameDraft(draft, stored);

  useEffect(() => {
    if (isSaved.current) return;
    if (isChanged) store.keep({ draft, revision });
    else store.forget();
  }, [store, draft, revision, isChanged]);

  const takeStored = (): void => {
    setDraft(stored);
    setRevision(rule?.revision ?? 0);
    setRestored(false);
    setHasTried(false);
    mutation.reset();
  };
  const refused = mutation.error?.code === 'BT_EXAMPLES_FAIL' ? mutation.reset : undefined;
  const change = useCallback(
    (changed: DraftChange) => {
      // it was said of what the text and the examples were before
      refused?.();
      setDraft((current) => ({ ...current, ...(typeof changed === 'function' ? changed(current) : changed) }));
    },
    [refused],
  );
  const save = (ifExamplesFail: 'refuse' | 'save' = 'refuse'): void => {
    setHasTried(true);
    if (draft.name.trim() === '' || draft.dsl.trim() === '' || mutation.isLoading) return;
    mutation.mutate(
      { ...(rule ? { rule: { id: rule.id, revision } } : {}), draft, ifExamplesFail },
      {
        onSuccess: ({ name, mode }) => {
          isSaved.current = true;
          store.forget();
          notify.success(
            i18n.translate('betrace.ruleForm.saved', { defaultMessage: '{name} was saved', values: { name } }),
            savedHelp(mode),
          );
          history.push('/rules');
        },
        onError: ({ code }) => {
          // the list of rules is read again after every attempt: a second one is of what is stored by then
          if (code === 'BT_REVISION_CONFLICT') setHasConflict(true);
        },
      },
    );
  };
  useEffect(() => {
    if (hasConflict && rule && rule.revision !== revision) {
      setRevision(rule.revision);
      setHasConflict(false);
    }
  }, [hasConflict, rule, revision]);

  const required = i18n.translate('betrace.ruleForm.required', { defaultMessage: 'This is needed.' });
  return {
    draft,
    change,
    missing: {
      name: hasTried && draft.name.trim() === '' ? required : undefined,
      dsl: hasTried && draft.dsl.trim() === '' ? required : undefined,
    },
    isChanged,
    saving: mutation.isLoading,
    error: mutation.error ?? undefined,
    save,
    restored,
    discard: takeStored,
    takeTheirs: takeStored,
  };
}
