import type { Meta, StoryObj } from '@storybook/react-vite';
import { SeverityBadge } from '../public/app/shared/severity_badge';

const meta: Meta<typeof SeverityBadge> = { component: SeverityBadge, title: 'Shared/Severity badge' };
export default meta;

type Story = StoryObj<typeof SeverityBadge>;

export const Critical: Story = { args: { severity: 'CRITICAL' } };
export const High: Story = { args: { severity: 'HIGH' } };
export const Medium: Story = { args: { severity: 'MEDIUM' } };
export const Low: Story = { args: { severity: 'LOW' } };
