import type { Meta, StoryObj } from '@storybook/react-vite';
import { userEvent, within } from 'storybook/test';
import { ApiError } from '../public/app/api/api_error';
import { SetUpPage } from '../public/app/setup/setup_page';
import {
  administratorOfKibanaOnly,
  allSetUp,
  forbidden,
  mixedAssets,
  nothingSetUp,
  otherRetention,
  portTaken,
  removalPlan,
  running,
  standby,
  withoutEncryption,
  withoutLifecycles,
  withoutMetrics,
} from '../public/app/setup/test_support/setup_answers';
import { PENDING } from './support/answers';
import { host } from './support/host';

const meta: Meta<typeof SetUpPage> = {
  component: SetUpPage,
  title: 'Set-up/Page',
  parameters: host({ setUp: { mayAdminister: true } }),
};
export default meta;

type Story = StoryObj<typeof SetUpPage>;

const answers = (state: object, status: object, more: object = {}): Pick<Story, 'parameters'> => ({
  parameters: host({
    setUp: { mayAdminister: true },
    answers: { 'GET /setup': state, 'GET /status': status, ...more },
  }),
});

export const Loading: Story = answers(PENDING as unknown as object, PENDING as unknown as object);
export const NothingThere: Story = answers(nothingSetUp, forbidden);
export const Complete: Story = answers(allSetUp, running);
export const CannotEncrypt: Story = answers(withoutEncryption, forbidden);
export const PortTaken: Story = answers(allSetUp, portTaken);
export const AnotherKibana: Story = answers(allSetUp, standby);
export const ChangedTemplates: Story = answers(mixedAssets, running);
export const OtherRetention: Story = answers(otherRetention, running);
export const WithoutLifecycles: Story = answers(withoutLifecycles, running);
export const WithoutMetrics: Story = answers(withoutMetrics, running);
export const LacksPrivileges: Story = answers(administratorOfKibanaOnly, forbidden);
export const StoreAway: Story = answers(new ApiError(503, 'BT_STORE_UNAVAILABLE', ''), running);
export const Reader: Story = {
  parameters: host({ setUp: { mayAdminister: false }, readOnly: true, answers: { 'GET /status': forbidden } }),
};
export const Failed: Story = {
  ...answers(nothingSetUp, forbidden, {
    'POST /setup': new ApiError(409, 'BT_REVISION_CONFLICT', 'Somebody else runs set-up at the same time.'),
  }),
  play: async ({ canvasElement }) => {
    await userEvent.click(await within(canvasElement).findByRole('button', { name: 'Set BeTrace up' }));
    await within(canvasElement).findByRole('alert');
  },
};
export const RemovalPlanned: Story = {
  ...answers(allSetUp, running, { 'POST /uninstall': removalPlan }),
  play: async ({ canvasElement }) => {
    await userEvent.click(await within(canvasElement).findByRole('button', { name: 'Show what would be removed' }));
    await within(canvasElement).findByRole('status');
  },
};
export const Removed: Story = {
  ...answers(allSetUp, running, { 'POST /uninstall': { ...removalPlan, dryRun: false } }),
  play: RemovalPlanned.play!,
};
