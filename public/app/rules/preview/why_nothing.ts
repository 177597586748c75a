import { i18n } from '@kbn/i18n';
import type { PreviewProgress } from '../../../../common/api/preview';
import type { PreviewState } from './use_preview';

/** What keeps a rule from catching any stored trace, as far as a preview that is done tells. */
export function whyNothing(
  { traces, candidates }: Pick<PreviewProgress, 'traces' | 'candidates'>,
  attributes: PreviewState['attributes'],
): string {
  if (traces.value === 0) {
    return i18n.translate('betrace.preview.noTraces', {
      defaultMessage: 'No trace of this time is stored, or the filter chooses none.',
    });
  }
  const unseen = attributes.filter(({ spans }) => spans === 0).map(({ key }) => key);
  if (unseen.length > 0) {
    return i18n.translate('betrace.preview.unseen', {
      defaultMessage:
        'No stored span has {keys}. Look whether it is called otherwise: the editor offers those there are.',
      values: { keys: unseen.join(', ') },
    });
  }
  if (candidates.value === 0) {
    return i18n.translate('betrace.preview.noCandidates', {
      defaultMessage: 'No stored trace has a span such as the rule needs. Look at the names and values in it.',
    });
  }
  return i18n.translate('betrace.preview.noneViolates', {
    defaultMessage:
      '{about}{candidates, plural, one {One trace came} other {# traces came}} into question, and none violates it. Look at the values that the rule compares with.',
    values: { about: candidates.exact ? '' : '≈ ', candidates: candidates.value },
  });
}
