import type { Meta, StoryObj } from '@storybook/react-vite';
import { ViolationsTable } from '../public/app/violations/violations_table';
import { longViolation, manyViolations, piiViolation } from './fixtures/violations';
import { host } from './support/host';

const meta: Meta<typeof ViolationsTable> = {
  component: ViolationsTable,
  title: 'Violations/Violations table',
  args: { violations: [], isLoading: false, search: '', selected: undefined },
};
export default meta;

type Story = StoryObj<typeof ViolationsTable>;

export const Empty: Story = {};
export const Loading: Story = { args: { isLoading: true } };
export const Full: Story = { args: { violations: manyViolations, selected: manyViolations[3]!.id } };
export const LongTexts: Story = { args: { violations: [longViolation] } };
export const TracesInTheHost: Story = {
  args: { violations: [piiViolation] },
  parameters: host({ hasTraces: true }),
};
