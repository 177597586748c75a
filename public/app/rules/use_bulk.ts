import { i18n } from '@kbn/i18n';
import { useState } from 'react';
import type { Mode, Rule } from '../../../common/rules/rule';
import { useDeleteRule, useSaveRule } from '../api/queries';
import type { ApiError } from '../api/api_error';
import { useAppServices } from '../app_services';
import { errorText } from '../shared/error_text';

const AT_ONCE = 4;

/** Changes many rules, each by itself; what failed is told, and the rest is done. */
export function useBulk() {
  const { notify } = useAppServices();
  const save = useSaveRule();
  const remove = useDeleteRule();
  const [isBusy, setIsBusy] = useState(false);

  const each = async (rules: readonly Rule[], change: (rule: Rule) => Promise<unknown>): Promise<void> => {
    setIsBusy(true);
    const waiting = [...rules];
    const failed: { name: string; error: ApiError }[] = [];
    const work = async (): Promise<void> => {
      for (let rule = waiting.shift(); rule; rule = waiting.shift()) {
        const { name } = rule;
        await change(rule).catch((error: unknown) => failed.push({ name, error: error as ApiError }));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    setIsBusy(false);
    const done = rules.length - failed.length;
    if (done > 0) {
      notify.success(
        i18n.translate('betrace.bulk.done', {
          defaultMessage: '{done, plural, one {# rule was} other {# rules were}} changed',
          values: { done },
        }),
      );
    }
    const [first] = failed;
    if (first) {
      notify.failure(
        i18n.translate('betrace.bulk.failed', {
          defaultMessage: '{count, plural, one {# rule was} other {# rules were}} not changed',
          values: { count: failed.length },
        }),
        `${first.name}: ${errorText(first.error)}`,
      );
    }
  };
  return {
    isBusy,
    setMode: (rules: readonly Rule[], mode: Mode) =>
      each(
        rules.filter((rule) => rule.mode !== mode),
        (rule) => save.mutateAsync({ rule, draft: { mode } }),
      ),
    remove: (rules: readonly Rule[]) => each(rules, (rule) => remove.mutateAsync(rule)),
  };
}
