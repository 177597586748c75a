import { i18n } from '@kbn/i18n';
import { type Mode, MODES } from '../../../common/rules/rule';

/** A mode in the user's language. */
export const modeLabel = (mode: Mode): string =>
  ({
    off: i18n.translate('betrace.mode.off', { defaultMessage: 'Off' }),
    shadow: i18n.translate('betrace.mode.shadow', { defaultMessage: 'Shadow' }),
    on: i18n.translate('betrace.mode.on', { defaultMessage: 'On' }),
  })[mode];

/** What the mode does. */
export const modeHelp = (mode: Mode): string =>
  ({
    off: i18n.translate('betrace.mode.offHelp', { defaultMessage: 'Traces are not judged by it.' }),
    shadow: i18n.translate('betrace.mode.shadowHelp', {
      defaultMessage: 'Traces are judged and counted; no violation is written.',
    }),
    on: i18n.translate('betrace.mode.onHelp', { defaultMessage: 'Violations are written.' }),
  })[mode];

/** What happens from now on, of a rule that was saved in a mode. */
export const savedHelp = (mode: Mode): string =>
  ({
    off: i18n.translate('betrace.mode.offSaved', { defaultMessage: 'It is off: no trace is judged by it.' }),
    shadow: i18n.translate('betrace.mode.shadowSaved', {
      defaultMessage:
        'It is in shadow: traces that come in from now on are judged and counted, no violation is written.',
    }),
    on: i18n.translate('betrace.mode.onSaved', {
      defaultMessage: 'It is on: traces that come in from now on are judged by it, those before are not.',
    }),
  })[mode];

/** The modes as options of a select. */
export const modeOptions = (): { value: Mode; text: string }[] =>
  [...MODES].reverse().map((value) => ({ value, text: modeLabel(value) }));
