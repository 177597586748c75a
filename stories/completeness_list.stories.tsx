import type { Meta, StoryObj } from '@storybook/react-vite';
import type { Violation } from '../common/violations/violation';
import { CompletenessList } from '../public/app/violations/completeness_list';
import { piiViolation } from './fixtures/violations';

const meta: Meta<typeof CompletenessList> = {
  component: CompletenessList,
  title: 'Violations/Completeness list',
};
export default meta;

type Story = StoryObj<typeof CompletenessList>;

const withGap = (gap: Partial<Violation['completeness']>): Story => ({
  args: { violation: { completeness: { ...piiViolation.completeness, ...gap } } },
});

export const Complete = withGap({});
export const NoRoot = withGap({ rootSeen: false });
export const Orphans = withGap({ orphans: 2 });
export const Truncated = withGap({ truncated: true });
export const Split = withGap({ split: true });
export const Dropped = withGap({ dropped: 1 });
export const LateSpans = withGap({ lateSpans: 3 });
export const EveryGap = withGap({
  rootSeen: false,
  orphans: 1,
  truncated: true,
  split: true,
  dropped: 12,
  lateSpans: 1,
  waitedMs: 61_000,
});
