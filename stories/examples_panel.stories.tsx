import type { Meta, StoryObj } from '@storybook/react-vite';
import { ExamplesPanel } from '../public/app/rules/example_traces/examples_panel';
import { piiRule } from './fixtures/rules';

const meta: Meta<typeof ExamplesPanel> = {
  component: ExamplesPanel,
  title: 'Rules/Examples',
  args: { dsl: piiRule.dsl, examples: [], readOnly: false, onChange: () => undefined },
};
export default meta;

type Story = StoryObj<typeof ExamplesPanel>;

const read = { name: 'db.query', attributes: { 'data.contains_pii': true } };
const examples = [
  { matches: true, spans: [read] },
  { matches: false, spans: [read, { name: 'audit.log' }] },
];

export const None: Story = {};
export const AllHold: Story = { args: { examples } };
export const SomeFail: Story = { args: { examples: examples.map((each) => ({ ...each, matches: !each.matches })) } };
export const NotJudged: Story = { args: { examples, dsl: undefined } };
export const ManySpans: Story = {
  args: {
    examples: [
      { matches: false, spans: Array.from({ length: 30 }, (_, i) => ({ name: `a.long.name.of.a.span.${i}` })) },
    ],
  },
};
export const ReadOnly: Story = { args: { examples, readOnly: true } };
