import type { Meta, StoryObj } from '@storybook/react-vite';
import { unreachable } from '../public/app/api/api_error';
import { PacksFlyout } from '../public/app/rules/packs_flyout';
import { PENDING } from './support/answers';
import { host } from './support/host';

const meta: Meta<typeof PacksFlyout> = {
  component: PacksFlyout,
  title: 'Rules/Packs',
  args: { onClose: () => undefined },
};
export default meta;

type Story = StoryObj<typeof PacksFlyout>;

const rule = (name: string, installed: boolean) => ({
  id: name,
  name,
  description: '',
  severity: 'HIGH',
  tags: [],
  installed,
});
const packs = {
  packs: [
    {
      name: 'reliability',
      title: 'Reliability',
      description: 'Time-outs, retries and errors that nobody sees.',
      rules: [rule('Retry storm', false), rule('An error that its caller hides', true)],
    },
    { name: 'security', title: 'Security', description: 'Access.', rules: [rule('Unchecked access', true)] },
  ],
};

export const Full: Story = { parameters: host({ answers: { 'GET /packs': packs } }) };
export const Loading: Story = { parameters: host({ answers: { 'GET /packs': PENDING } }) };
export const Failed: Story = { parameters: host({ answers: { 'GET /packs': unreachable() } }) };
export const ReadOnly: Story = { parameters: host({ answers: { 'GET /packs': packs }, readOnly: true }) };
