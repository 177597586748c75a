import { EuiCallOut, EuiCopy, EuiButton, EuiSpacer } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';

/** For who may only look. */
export const AskAdministrator = () => (
  <EuiCallOut
    iconType="user"
    title={i18n.translate('betrace.setup.ask', { defaultMessage: 'Ask an administrator to open this page' })}
  >
    <p>
      {i18n.translate('betrace.setup.askBody', {
        defaultMessage:
          'It takes the privilege All of BeTrace in Kibana, and in Elasticsearch those to manage index templates and the streams of BeTrace.',
      })}
    </p>
    <EuiCopy textToCopy={window.location.href}>
      {(copy) => (
        <EuiButton size="s" iconType="copy" onClick={copy}>
          {i18n.translate('betrace.setup.copyAddress', { defaultMessage: 'Copy the address of this page' })}
        </EuiButton>
      )}
    </EuiCopy>
  </EuiCallOut>
);

/** For who may administer BeTrace in Kibana, and not enough in Elasticsearch. */
export const Lacking = ({ lacking }: { lacking: readonly string[] }) => (
  <>
    <EuiCallOut
      color="warning"
      iconType="lock"
      title={i18n.translate('betrace.setup.lacking', {
        defaultMessage: 'You lack privileges in Elasticsearch to set BeTrace up',
      })}
    >
      <p>
        {i18n.translate('betrace.setup.lackingBody', {
          defaultMessage: 'Ask for a role with these, or ask somebody who has them to open this page:',
        })}
      </p>
      <ul style={{ overflowWrap: 'anywhere' }}>
        {lacking.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
    </EuiCallOut>
    <EuiSpacer size="m" />
  </>
);
