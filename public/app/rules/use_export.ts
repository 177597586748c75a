import { i18n } from '@kbn/i18n';
import { useExportRules } from '../api/queries';
import { useAppServices } from '../app_services';
import { errorText } from '../shared/error_text';

const FILE = 'betrace-rules.json';

/** Saves rules to a file of the user's, as they can be imported again. */
export function useExport(): { isLoading: boolean; save: (ids?: ReadonlySet<string>) => void } {
  const { notify } = useAppServices();
  const { isLoading, mutate } = useExportRules();
  const save = (ids?: ReadonlySet<string>): void =>
    mutate(undefined, {
      onSuccess: ({ rules }) => download({ rules: rules.filter(({ id }) => !ids || ids.has(id)) }),
      onError: (error) =>
        notify.failure(
          i18n.translate('betrace.export.failed', { defaultMessage: 'The rules were not exported' }),
          errorText(error),
        ),
    });
  return { isLoading, save };
}

function download(content: object): void {
  const url = URL.createObjectURL(new Blob([`${JSON.stringify(content, null, 2)}\n`], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = FILE;
  link.click();
  URL.revokeObjectURL(url);
}
