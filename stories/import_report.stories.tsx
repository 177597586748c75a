import type { Meta, StoryObj } from '@storybook/react-vite';
import { ImportReport } from '../public/app/rules/import_report';
import { piiRule } from './fixtures/rules';

const meta: Meta<typeof ImportReport> = { component: ImportReport, title: 'Rules/Import report' };
export default meta;

type Story = StoryObj<typeof ImportReport>;

const none = { notes: [], problems: [] };

export const EveryResult: Story = {
  args: {
    report: {
      dryRun: true,
      counts: { created: 2, updated: 1, unchanged: 1, exists: 1, refused: 1 },
      rules: [
        { number: 1, result: 'created', name: piiRule.name, dsl: piiRule.dsl, ...none },
        {
          number: 2,
          result: 'created',
          name: 'From the other edition',
          dsl: "trace.has(span => span.name === 'payment.charge')",
          translatedFrom: 'trace.has(payment.charge)',
          notes: [{ code: 'BT_NOTE_SEVERITY', message: 'There is no severity "urgent" here; the rule has MEDIUM.' }],
          problems: [],
        },
        { number: 3, result: 'updated', name: 'Replaced', ...none },
        { number: 4, result: 'unchanged', name: 'The same', ...none },
        { number: 5, result: 'exists', name: 'Another than in the file', ...none },
        {
          number: 6,
          result: 'refused',
          notes: [],
          problems: [{ code: 'BT_SYNTAX', message: 'Expected `)` but found the end of the rule.' }],
        },
      ],
    },
  },
};
export const Empty: Story = { args: { report: { dryRun: false, counts: {}, rules: [] } } };
