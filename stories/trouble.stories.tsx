import type { Meta, StoryObj } from '@storybook/react-vite';
import { ApiError, unreachable } from '../public/app/api/api_error';
import { Trouble } from '../public/app/shared/trouble';

const meta: Meta<typeof Trouble> = {
  component: Trouble,
  title: 'Shared/Trouble',
  args: { hasData: false, onRetry: () => undefined },
};
export default meta;

type Story = StoryObj<typeof Trouble>;

export const Unreachable: Story = { args: { error: unreachable() } };
export const UnreachableWithData: Story = { args: { error: unreachable(), hasData: true } };
export const StoreAway: Story = { args: { error: new ApiError(503, 'BT_STORE_UNAVAILABLE', '') } };
export const Forbidden: Story = { args: { error: new ApiError(403, 'BT_FORBIDDEN', '') } };
export const ForbiddenWithData: Story = { args: { error: new ApiError(403, 'BT_FORBIDDEN', ''), hasData: true } };
export const Unexpected: Story = {
  args: { error: new ApiError(500, 'BT_INTERNAL', 'Something that should not happen did.') },
};
