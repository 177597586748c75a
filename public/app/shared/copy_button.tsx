import { EuiButtonIcon, EuiCopy } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';

/** Puts the text on the clipboard. */
export const CopyButton = ({ text }: { text: string }) => (
  <EuiCopy
    textToCopy={text}
    beforeMessage={i18n.translate('betrace.copyShort', { defaultMessage: 'Copy' })}
    afterMessage={i18n.translate('betrace.copied', { defaultMessage: 'Copied' })}
  >
    {(copy) => (
      <EuiButtonIcon
        iconType="copy"
        color="text"
        onClick={copy}
        aria-label={i18n.translate('betrace.copy', { defaultMessage: 'Copy {text}', values: { text } })}
      />
    )}
  </EuiCopy>
);
