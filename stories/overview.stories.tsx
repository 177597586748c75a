import type { Meta, StoryObj } from '@storybook/react-vite';
import { OverviewBody } from '../public/app/overview/overview_body';
import { blindStatus, mildOverview, overview, quietOverview, status, troubledStatus } from './fixtures/overview';
import { host } from './support/host';

const meta: Meta<typeof OverviewBody> = {
  component: OverviewBody,
  title: 'Overview/Overview',
  args: { overview, status, hasRules: true },
};
export default meta;

type Story = StoryObj<typeof OverviewBody>;

export const Grave: Story = {};
export const NothingGrave: Story = { args: { overview: mildOverview } };
export const Quiet: Story = { args: { overview: quietOverview } };
export const QuietButUnwell: Story = { args: { overview: quietOverview, status: troubledStatus } };
export const NotJudging: Story = { args: { status: blindStatus } };
export const NoRules: Story = { args: { overview: quietOverview, hasRules: false } };
export const NoRulesReadOnly: Story = {
  args: { overview: quietOverview, hasRules: false },
  parameters: host({ readOnly: true }),
};
