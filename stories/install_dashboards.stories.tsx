import type { Meta, StoryObj } from '@storybook/react-vite';
import type { DashboardsState } from '../common/api/dashboards';
import type { HostApps } from '../public/app/host_apps/host_apps';
import { InstallDashboards } from '../public/app/host_apps/install_dashboards';
import { host } from './support/host';
import { click, shows } from './support/shown';

const apps: HostApps = {
  discoverHref: ({ kql }) => `#discover-${kql}`,
  dashboardHref: (id) => `#dashboard-${id}`,
  lensHref: (id) => `#lens-${id}`,
  alerts: { connectors: () => Promise.resolve([]), create: () => Promise.resolve('#alert') },
};
const absent: DashboardsState = {
  installed: false,
  dashboard: 'betrace-overview-default',
  dataView: { id: 'betrace-violations-default', title: 'traces-apm.betrace-default' },
  lens: [],
};
const answering = (state: DashboardsState) =>
  host({ apps, answers: { 'GET /dashboards': state, 'POST /dashboards': { installed: [], failed: [] } } });

const meta: Meta<typeof InstallDashboards> = { component: InstallDashboards, title: 'Other apps/Install dashboards' };
export default meta;

type Story = StoryObj<typeof InstallDashboards>;

export const Installed: Story = {
  parameters: answering({ ...absent, installed: true }),
  play: ({ canvasElement }) => shows(canvasElement, 'Dashboard'),
};
export const Absent: Story = {
  parameters: answering(absent),
  play: async ({ canvasElement }) => {
    await shows(canvasElement, 'Install the dashboard');
    click(canvasElement, 'button', 'Install the dashboard');
  },
};
