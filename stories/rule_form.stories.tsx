import type { Meta, StoryObj } from '@storybook/react-vite';
import { ApiError, unreachable } from '../public/app/api/api_error';
import { draftOf, DraftStore } from '../public/app/rules/draft';
import { RuleForm } from '../public/app/rules/rule_form';
import { piiRule } from './fixtures/rules';
import { host } from './support/host';

const PUT = `PUT /rules/${piiRule.id}`;

const meta: Meta<typeof RuleForm> = {
  component: RuleForm,
  title: 'Rules/Rule form',
  args: { rule: piiRule },
  beforeEach: () => {
    forgetDrafts();
    return forgetDrafts;
  },
};
export default meta;

type Story = StoryObj<typeof RuleForm>;

const save: NonNullable<Story['play']> = ({ canvasElement }) =>
  canvasElement.querySelector<HTMLButtonElement>('[data-test-subj=betraceSaveRule]')!.click();

function forgetDrafts(): void {
  for (const id of [undefined, piiRule.id]) new DraftStore(id).forget();
}

export const Empty: Story = { args: { rule: undefined } };
export const Existing: Story = {};
export const Incomplete: Story = { args: { rule: undefined }, play: save };
export const WithProblems: Story = {
  args: {
    rule: {
      ...piiRule,
      dsl: 'trace.has(span => span.naem == "x" && sapn.duration > "1")\n  .within("soon")\n  .has(span => span.attributes.http)',
    },
  },
};
export const SavingFailed: Story = { parameters: host({ answers: { [PUT]: unreachable() } }), play: save };
export const Refused: Story = {
  parameters: host({
    answers: {
      [PUT]: new ApiError(400, 'BT_INVALID_REQUEST', 'The request does not have the form that the API describes.', [
        { code: 'too_small', message: 'Too small: expected string to have >=1 characters', path: 'name' },
        { code: 'too_big', message: 'Too big: expected array to have <=32 items', path: 'tags.0' },
      ]),
    },
  }),
  play: save,
};
export const Conflict: Story = {
  parameters: host({ answers: { [PUT]: new ApiError(409, 'BT_REVISION_CONFLICT', '') } }),
  play: save,
};
export const RestoredDraft: Story = {
  beforeEach: () => {
    new DraftStore(piiRule.id).keep({
      draft: { ...draftOf(piiRule), name: 'Personal data read, nobody told' },
      revision: piiRule.revision,
    });
  },
};
export const ReadOnly: Story = { parameters: host({ readOnly: true }) };
