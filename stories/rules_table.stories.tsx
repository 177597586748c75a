import type { Meta, StoryObj } from '@storybook/react-vite';
import { flawsOf } from '../public/app/rules/rule_state';
import { RulesTable } from '../public/app/rules/rules_table';
import { activity, troubledStatus } from './fixtures/overview';
import { longRule, manyRules, piiRule } from './fixtures/rules';
import { host } from './support/host';

const meta: Meta<typeof RulesTable> = {
  component: RulesTable,
  title: 'Rules/Rules table',
  args: {
    rules: manyRules,
    isLoading: false,
    onModeChange: () => undefined,
    onDelete: () => undefined,
    flawsOf: () => [],
    activity,
    onChoose: () => undefined,
  },
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

/** Each rule has something else that stands in its way. */
export const Flaws: Story = {
  args: {
    rules: [
      { ...piiRule, id: 'rejected', name: 'Does not compile', dsl: 'trace.hs(span => span.isRoot)' },
      { ...piiRule, id: 'braked', name: 'Finds more than is written' },
      { ...piiRule, id: 'costly', name: 'Takes too many steps' },
      { ...piiRule, id: 'vacuous', name: 'Only something missing', dsl: "trace.missing(span => span.name === 'x')" },
      { ...piiRule, id: 'silent', name: 'Reads what no span has' },
    ],
    flawsOf: (rule) => flawsOf(rule, { status: troubledStatus, activity, attributes: new Set(['http.route']) }),
  },
};
export const ActivityNotKnown: Story = { args: { activity: undefined } };
