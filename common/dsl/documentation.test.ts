import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOCUMENTATION } from './documentation';
import {
  BUILTINS,
  COLLECTION_METHODS,
  GLOBALS,
  METHODS,
  PART_FIELDS,
  RELATIONS,
  SCOPE_FIELDS,
  SPAN_FIELDS,
  STEPS,
} from './members';
import { KEYWORDS } from './tokens';
import { EVENT, LINK, LIST, SCOPE, STRING } from './types';

const reference = readFileSync(join(__dirname, '../../docs/reference/language.md'), 'utf8');
const methodsOn = (bit: number): string[] => [...METHODS].flatMap(([name, { on }]) => (on & bit ? [name] : []));
const fieldsOf = (bit: number): string[] => [...PART_FIELDS.find(([mask]) => mask === bit)![1].keys()];

/** All that the checker knows. */
const WORDS: Readonly<Record<keyof typeof DOCUMENTATION, readonly string[]>> = {
  global: [...GLOBALS].filter((name) => !BUILTINS.has(name)),
  builtin: [...BUILTINS.keys()],
  // only there to be refused
  keyword: KEYWORDS.filter((word) => word !== 'return'),
  trace: [...STEPS.trace, ...SCOPE_FIELDS.keys()],
  group: [...STEPS.group],
  match: [...STEPS.match],
  span: [...SPAN_FIELDS.keys(), ...RELATIONS.keys(), 'attributes', 'resource'],
  event: [...fieldsOf(EVENT), 'attributes'],
  link: [...fieldsOf(LINK), 'attributes'],
  scope: fieldsOf(SCOPE),
  string: ['length', 'matches', ...methodsOn(STRING)],
  regex: ['test'],
  list: ['length', ...methodsOn(LIST), ...COLLECTION_METHODS],
};

describe.each(Object.entries(WORDS) as [keyof typeof DOCUMENTATION, readonly string[]][])('of %s', (owner, words) => {
  test('every word is documented, and no other', () => {
    expect(Object.keys(DOCUMENTATION[owner]).sort()).toEqual([...new Set(words)].sort());
  });

  test('the reference names every word', () => {
    const code = [...reference.matchAll(/`([^`\n]+)`|<code>(.*?)<\/code>|^```betrace\n(.*?)^```/gms)]
      .map((match) => match[0])
      .join('\n');
    const named = new Set(code.match(/[\w$]+/g));
    expect(words.flatMap((word) => word.split('.')).filter((word) => !named.has(word))).toEqual([]);
  });

  test('an example in the reference, which is run as a test, has every word', () => {
    const examples = [...reference.matchAll(/^```betrace\n(.*?)^```/gms)].map(([, example]) => example!).join('\n');
    const used = new Set(examples.match(/[\w$]+/g));
    expect(words.flatMap((word) => word.split('.')).filter((word) => !used.has(word))).toEqual([]);
  });

  test('what is said is one line, and is in a section of the reference', () => {
    const anchors = [...reference.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
      title!.toLowerCase().replaceAll(' ', '-'),
    );
    for (const { text, anchor } of Object.values(DOCUMENTATION[owner])) {
      expect(text).toMatch(/^[^\n]{9,200}\.$/);
      expect(anchors).toContain(anchor);
    }
  });
});
