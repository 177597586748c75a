import type { Meta, StoryObj } from '@storybook/react-vite';
import { ApiError } from '../public/app/api/api_error';
import { AlertFlyout } from '../public/app/host_apps/alert_flyout';
import type { AlertRequest, Connector, HostApps } from '../public/app/host_apps/host_apps';
import { manyRules as rules } from './fixtures/rules';
import { click, shows } from './support/shown';

const CONNECTORS: readonly Connector[] = [
  { id: 'log', name: 'The log of Kibana', needsAddress: false },
  { id: 'mail', name: 'Mail of operations', needsAddress: true },
];
const asked: AlertRequest[] = [];
const alerts: HostApps['alerts'] = {
  connectors: () => Promise.resolve(CONNECTORS),
  create: (request) => {
    asked.push(request);
    return Promise.resolve('#alert');
  },
};

const meta: Meta<typeof AlertFlyout> = {
  component: AlertFlyout,
  title: 'Other apps/Alert flyout',
  args: {
    alerts,
    view: { id: 'betrace-violations-default', title: 'traces-apm.betrace-default', installed: true },
    rules,
    severity: undefined,
    ruleId: undefined,
    onClose: () => undefined,
  },
};
export default meta;

type Story = StoryObj<typeof AlertFlyout>;

export const AnyRule: Story = {};
export const OneRule: Story = { args: { ruleId: rules[0]!.id, severity: 'CRITICAL' } };
export const NoConnectors: Story = { args: { alerts: { ...alerts, connectors: () => Promise.resolve([]) } } };
export const Loading: Story = { args: { alerts: { ...alerts, connectors: () => new Promise(() => undefined) } } };
export const TurnedOn: Story = {
  play: async ({ canvasElement }) => {
    const { body } = canvasElement.ownerDocument;
    await shows(body, 'Mail of operations');
    click(body, 'label', 'Medium');
    click(body, 'label', 'The log of Kibana');
    click(body, 'button', 'Turn it on');
    await shows(body, 'The alert is on');
    const { severities, connectors, name } = asked.at(-1)!;
    if (severities.join() !== 'CRITICAL,HIGH,MEDIUM') throw new Error(`asked for ${severities.join()}`);
    if (connectors.map(({ id }) => id).join() !== 'log') throw new Error('another connector was chosen');
    if (name === '') throw new Error('it has no name');
  },
};
export const MailWithoutAddress: Story = {
  play: async ({ canvasElement }) => {
    const { body } = canvasElement.ownerDocument;
    await shows(body, 'Mail of operations');
    click(body, 'label', 'Mail of operations');
    await shows(body, 'E-mail addresses');
    const before = asked.length;
    click(body, 'button', 'Turn it on');
    if (asked.length > before) throw new Error('it was turned on without an address');
  },
};
export const Refused: Story = {
  args: { alerts: { ...alerts, create: () => Promise.reject(new ApiError(403, 'BT_FORBIDDEN', 'Forbidden')) } },
  play: async ({ canvasElement }) => {
    const { body } = canvasElement.ownerDocument;
    await shows(body, 'Mail of operations');
    click(body, 'button', 'Turn it on');
    await shows(body, 'You are not allowed to do this.');
  },
};
