/** @jest-environment jsdom */
import { composeStories, type composeStory, setProjectAnnotations } from '@storybook/react-vite';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { TextEncoder } from 'node:util';
import preview from './.storybook/preview';

const TIMEOUT_MS = 30_000;

setProjectAnnotations(preview);
// every browser has it, jsdom doesn't
Object.assign(globalThis, { TextEncoder });

type StoryModule = Parameters<typeof composeStories>[0];
type ComposedStory = ReturnType<typeof composeStory>;
const files = readdirSync(__dirname).filter((name) => name.endsWith('.stories.tsx'));
const stories = files.flatMap((file) =>
  Object.entries(composeStories(jest.requireActual<StoryModule>(path.join(__dirname, file)))).map(
    ([name, story]) => [`${file.split('.')[0]}: ${name}`, story as ComposedStory] as const,
  ),
);

afterEach(() => jest.restoreAllMocks());

test('every file has stories', () => {
  for (const file of files) expect(stories.map(([name]) => name.split(':')[0])).toContain(file.split('.')[0]);
});

test.each(stories)(
  '%s',
  async (_, story) => {
    const complaints = jest.spyOn(console, 'error');
    await story.run();
    expect(document.body.textContent).not.toBe('');
    expect(complaints).not.toHaveBeenCalled();
  },
  TIMEOUT_MS,
);
