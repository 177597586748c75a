import type { Meta, StoryObj } from '@storybook/react-vite';
import { EvidenceDetails } from '../public/app/violations/evidence_section';
import { absences, oneSpan, redacted, severalSpans, truncated } from './fixtures/evidence';

const meta: Meta<typeof EvidenceDetails> = {
  component: EvidenceDetails,
  title: 'Violations/Evidence details',
  args: { witnessCount: 1 },
};
export default meta;

type Story = StoryObj<typeof EvidenceDetails>;

export const OneSpan: Story = { args: { evidence: oneSpan } };
export const SeveralSpansWithErrors: Story = { args: { evidence: severalSpans, witnessCount: 5 } };
export const Absences: Story = { args: { evidence: absences } };
export const Redacted: Story = { args: { evidence: redacted } };
export const Truncated: Story = { args: { evidence: truncated } };
