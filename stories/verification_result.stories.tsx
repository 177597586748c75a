import type { Meta, StoryObj } from '@storybook/react-vite';
import { VerificationResult } from '../public/app/violations/verification_callout';
import { altered, evidenceAltered, evidenceErased, unknownKey, unsigned, valid } from './fixtures/verifications';

const meta: Meta<typeof VerificationResult> = {
  component: VerificationResult,
  title: 'Violations/Verification result',
};
export default meta;

type Story = StoryObj<typeof VerificationResult>;

export const Valid: Story = { args: { verification: valid } };
export const EvidenceErased: Story = { args: { verification: evidenceErased } };
export const ViolationAltered: Story = { args: { verification: altered } };
export const EvidenceAltered: Story = { args: { verification: evidenceAltered } };
export const UnknownKey: Story = { args: { verification: unknownKey } };
export const Unsigned: Story = { args: { verification: unsigned } };
