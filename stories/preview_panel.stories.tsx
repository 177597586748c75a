import type { Meta, StoryObj } from '@storybook/react-vite';
import { ApiError, unreachable } from '../public/app/api/api_error';
import { PreviewPanel } from '../public/app/rules/preview/preview_panel';
import { attributesLine, doneLine, matchLine, progressLine } from './fixtures/preview';
import { piiRule } from './fixtures/rules';
import { type Lines, PENDING } from './support/answers';
import { host } from './support/host';

const meta: Meta<typeof PreviewPanel> = {
  component: PreviewPanel,
  title: 'Rules/Preview',
  args: { dsl: piiRule.dsl, onExample: () => undefined },
};
export default meta;

type Story = StoryObj<typeof PreviewPanel>;

/** It begins once nobody has typed for a moment. */
const begun: NonNullable<Story['play']> = () => new Promise((resolve) => setTimeout(resolve, 1_000));
const answered = (lines: Lines): Story => ({ parameters: host({ lines, hasTraces: true }), play: begun });
const nothing = { ...doneLine, violated: 0, inconclusive: 0, perDay: 0 };

export const NoRuleYet: Story = { args: { dsl: undefined } };
export const Running: Story = answered([attributesLine, matchLine, progressLine, PENDING]);
export const Done: Story = answered([attributesLine, matchLine, doneLine]);
export const CaughtNothing: Story = answered([attributesLine, nothing]);
export const NotAllJudged: Story = answered([attributesLine, matchLine, { ...doneLine, complete: false }]);
export const Forbidden: Story = answered([
  new ApiError(403, 'BT_TRACES_FORBIDDEN', 'Elasticsearch does not let this user read the stored traces.'),
]);
export const TooMany: Story = answered([
  new ApiError(429, 'BT_TOO_MANY_PREVIEWS', 'This user runs two previews already; end one, or wait for it.'),
]);
export const BrokenOff: Story = answered([attributesLine, progressLine, unreachable()]);
export const WithoutExamples: Story = {
  ...answered([attributesLine, matchLine, doneLine]),
  args: { onExample: undefined },
};
