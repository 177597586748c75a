import type { Meta, StoryObj } from '@storybook/react-vite';
import { ApiError } from '../public/app/api/api_error';
import { ViolationFlyout } from '../public/app/violations/violation_flyout';
import { severalSpans } from './fixtures/evidence';
import { altered, evidenceErased, valid } from './fixtures/verifications';
import { longViolation, piiViolation, retractedViolation } from './fixtures/violations';
import { type Answers, PENDING } from './support/answers';
import { host } from './support/host';
import { shows } from './support/shown';

const { id } = piiViolation;

const meta: Meta<typeof ViolationFlyout> = {
  component: ViolationFlyout,
  title: 'Violations/Violation flyout',
  args: { id, onClose: () => undefined },
};
export default meta;

type Story = StoryObj<typeof ViolationFlyout>;

const answering = (answers: Partial<Record<'' | '/verify' | '/evidence', Answers[string]>>) =>
  host({
    answers: Object.fromEntries(
      Object.entries({ '': piiViolation, '/verify': valid, '/evidence': { evidence: severalSpans }, ...answers }).map(
        ([below, answer]) => [`GET /violations/${id}${below}`, answer],
      ),
    ),
  });

const storeAway = new ApiError(503, 'BT_STORE_UNAVAILABLE', '');

export const Loading: Story = {
  parameters: answering({ '': PENDING, '/verify': PENDING, '/evidence': PENDING }),
};
export const PartsLoading: Story = { parameters: answering({ '/verify': PENDING, '/evidence': PENDING }) };
export const Valid: Story = { parameters: answering({}) };
export const Altered: Story = { parameters: answering({ '/verify': altered }) };
export const EvidenceErased: Story = {
  parameters: answering({ '/verify': evidenceErased, '/evidence': { evidence: null } }),
};
export const Retracted: Story = {
  parameters: answering({ '': retractedViolation }),
  // what does not hold has no spans that broke the rule
  play: async ({ canvasElement }) => {
    const { body } = canvasElement.ownerDocument;
    await shows(body, 'This violation no longer holds');
    await shows(body, '1 span came late');
    if (body.textContent.includes('Evidence')) throw new Error('evidence of a violation is shown');
  },
};
export const LongTexts: Story = { parameters: answering({ '': { ...longViolation, id } }) };
export const StoreAway: Story = {
  parameters: answering({ '': storeAway, '/verify': storeAway, '/evidence': storeAway }),
};
export const EvidenceAway: Story = { parameters: answering({ '/evidence': storeAway }) };
