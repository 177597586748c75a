import type { Meta, StoryObj } from '@storybook/react-vite';
import { FilterBar } from '../public/app/violations/filter_bar';
import { DEFAULT_STATE } from '../public/app/violations/violations_filter';
import { longRule, piiRule, slowQueryRule } from './fixtures/rules';
import { piiViolation } from './fixtures/violations';

const meta: Meta<typeof FilterBar> = {
  component: FilterBar,
  title: 'Violations/Filter bar',
  args: { state: DEFAULT_STATE, rules: [piiRule, slowQueryRule, longRule], onChange: () => undefined },
};
export default meta;

type Story = StoryObj<typeof FilterBar>;

export const Nothing: Story = {};
export const Everything: Story = {
  args: {
    state: {
      from: '2026-03-01T00:00:00.000Z',
      to: '2026-03-02T12:00:00.000Z',
      refreshMs: 0,
      q: 'refund "without" -audit',
      severity: 'HIGH',
      ruleId: longRule.id,
      traceId: piiViolation.traceIds[0],
    },
  },
};
export const UnknownRule: Story = { args: { state: { ...DEFAULT_STATE, ruleId: 'deleted-rule' } } };
