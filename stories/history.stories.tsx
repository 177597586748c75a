import type { Meta, StoryObj } from '@storybook/react-vite';
import { RevisionList } from '../public/app/rules/history_page';
import { piiRule } from './fixtures/rules';
import { host } from './support/host';

const meta: Meta<typeof RevisionList> = { component: RevisionList, title: 'Rules/History' };
export default meta;

type Story = StoryObj<typeof RevisionList>;

const now = { ...piiRule, deleted: false };
const before = {
  ...now,
  revision: 2,
  severity: 'HIGH' as const,
  dsl: now.dsl.replace('=== true', '!== false'),
  updatedBy: 'grace',
};
const first = { ...before, revision: 1, tags: [], description: '' };

export const ThreeRevisions: Story = { args: { revisions: [now, before, first] } };
export const Deleted: Story = { args: { revisions: [{ ...now, revision: 4, deleted: true }, now] } };
export const ReadOnly: Story = { args: { revisions: [now, before] }, parameters: host({ readOnly: true }) };
