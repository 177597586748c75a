import type { Meta, StoryObj } from '@storybook/react-vite';
import { RulesTable } from '../public/app/rules/rules_table';
import { longRule, manyRules, piiRule } from './fixtures/rules';
import { host } from './support/host';

const meta: Meta<typeof RulesTable> = {
  component: RulesTable,
  title: 'Rules/Rules table',
  args: { rules: manyRules, isLoading: false, onModeChange: () => undefined, onDelete: () => undefined },
};
export default meta;

type Story = StoryObj<typeof RulesTable>;

export const Full: Story = {};
export const Loading: Story = { args: { rules: [], isLoading: true } };
export const LongTexts: Story = { args: { rules: [longRule] } };
export const ReadOnly: Story = {
  args: { rules: [piiRule, longRule], onModeChange: undefined, onDelete: undefined },
  parameters: host({ readOnly: true }),
};
