import {
  EuiButtonEmpty,
  EuiCodeBlock,
  EuiFlexGroup,
  EuiFlexItem,
  EuiFlyout,
  EuiFlyoutBody,
  EuiFlyoutHeader,
  EuiPanel,
  EuiSpacer,
  EuiTitle,
} from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React, { useState } from 'react';
import { EXAMPLES } from '../examples';

const TITLE_ID = 'betraceGalleryTitle';

/** Rules to begin with, beside the one that is written. */
export const Gallery = ({ onChoose }: { onChoose: (dsl: string) => void }) => {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <EuiButtonEmpty size="xs" flush="right" onClick={() => setIsOpen(true)} data-test-subj="betraceGallery">
        {i18n.translate('betrace.gallery.open', { defaultMessage: 'Begin with an example' })}
      </EuiButtonEmpty>
      {isOpen && (
        <EuiFlyout size="m" onClose={() => setIsOpen(false)} aria-labelledby={TITLE_ID}>
          <EuiFlyoutHeader hasBorder>
            <EuiTitle size="m">
              <h2 id={TITLE_ID}>{i18n.translate('betrace.gallery.title', { defaultMessage: 'Examples of rules' })}</h2>
            </EuiTitle>
          </EuiFlyoutHeader>
          <EuiFlyoutBody>
            {EXAMPLES.map(({ title, dsl }) => (
              <React.Fragment key={dsl}>
                <EuiPanel hasBorder hasShadow={false} paddingSize="m">
                  <EuiFlexGroup gutterSize="s" alignItems="center" responsive={false}>
                    <EuiFlexItem>
                      <EuiTitle size="xxs">
                        <h3>{title()}</h3>
                      </EuiTitle>
                    </EuiFlexItem>
                    <EuiFlexItem grow={false}>
                      <EuiButtonEmpty
                        size="s"
                        aria-label={i18n.translate('betrace.gallery.useThis', {
                          defaultMessage: 'Use: {title}',
                          values: { title: title() },
                        })}
                        onClick={() => {
                          onChoose(dsl);
                          setIsOpen(false);
                        }}
                      >
                        {i18n.translate('betrace.gallery.use', { defaultMessage: 'Use' })}
                      </EuiButtonEmpty>
                    </EuiFlexItem>
                  </EuiFlexGroup>
                  <EuiSpacer size="s" />
                  <EuiCodeBlock language="js" fontSize="s" paddingSize="s" transparentBackground>
                    {dsl}
                  </EuiCodeBlock>
                </EuiPanel>
                <EuiSpacer size="m" />
              </React.Fragment>
            ))}
          </EuiFlyoutBody>
        </EuiFlyout>
      )}
    </>
  );
};
