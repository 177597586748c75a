import { EuiCallOut } from '@elastic/eui';
import React from 'react';

/** Says, and has read out, that what somebody asked for was not done. */
export const Failure = ({ text }: { text: string }) => (
  <div role="alert">
    <EuiCallOut color="danger" iconType="error" size="s" title={text} />
  </div>
);
