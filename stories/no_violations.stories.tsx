import type { Meta, StoryObj } from '@storybook/react-vite';
import { NoViolations } from '../public/app/violations/no_violations';
import { DEFAULT_STATE } from '../public/app/violations/violations_filter';

const meta: Meta<typeof NoViolations> = {
  component: NoViolations,
  title: 'Violations/No violations',
  args: { state: DEFAULT_STATE, hasRules: true, onChange: () => undefined },
};
export default meta;

type Story = StoryObj<typeof NoViolations>;

export const NoRules: Story = { args: { hasRules: false } };
export const NoneInThisTime: Story = {};
export const NoneLikeThat: Story = { args: { state: { ...DEFAULT_STATE, q: 'refund', severity: 'CRITICAL' } } };
