import { setImmediate as nextTurn } from 'node:timers/promises';
import { Composer, type Document, isScalar, Parser, stringify, visit } from 'yaml';
import { BeTraceError } from '../../common/errors';

const MAX_ALIASES = 100;
const MAX_TURN_MS = 20;
/** One is read without giving way: a second or two for so much. */
const MAX_DOCUMENT_LENGTH = 1024 * 1024;
/** Wherever such a line stands, a document ends. */
const BOUNDARY = /^(?:---|\.\.\.)(?=\s|$)/gm;

/**
 * The documents of a YAML text, empty ones left out. It gives way to other work between documents. What has no form in
 * JSON is refused: tags of its own, a key twice, and aliases beyond a hundred values (a bomb is made of them).
 * @throws BT_INVALID_RULES_FILE
 */
export async function readYaml(text: string): Promise<unknown[]> {
  assertBounded(text);
  const documents: unknown[] = [];
  // the library compares every key with every other one to find a key twice
  const composer = new Composer({ uniqueKeys: false, logLevel: 'silent' });
  let turn = performance.now();
  try {
    for (const document of composer.compose(new Parser().parse(text))) {
      const value = valueOf(document);
      if (value !== null && value !== undefined) documents.push(value);
      if (performance.now() - turn < MAX_TURN_MS) continue;
      await nextTurn();
      turn = performance.now();
    }
  } catch (error) {
    if (error instanceof BeTraceError) throw error;
    // the library's own stack, or its count of aliases
    const reason = error instanceof RangeError ? 'it is nested too deep' : 'it has aliases that cannot be followed';
    return refuse(`The file is not YAML that can be read: ${reason}.`);
  }
  return documents;
}

/** One document for each value; equal values give equal texts, to the byte. */
export const writeYaml = (values: readonly unknown[]): string =>
  values.map((value) => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');

function assertBounded(text: string): void {
  const ends = [...text.matchAll(BOUNDARY)].map(({ index }) => index);
  const longest = [...ends, text.length].reduce((most, end, i) => Math.max(most, end - (ends[i - 1] ?? 0)), 0);
  if (longest > MAX_DOCUMENT_LENGTH) {
    refuse('A document of the YAML file is over 1 MiB. Write one document for each rule, or send JSON.');
  }
}

function valueOf(document: Document.Parsed): unknown {
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) {
    const [first] = problem.message.split('\n', 1);
    return refuse(`The file is not YAML that can be read: ${first}`);
  }
  visit(document, {
    Map(_key, map) {
      const keys = new Set<unknown>();
      for (const { key } of map.items) {
        const name = isScalar(key) ? key.value : key;
        if (typeof name !== 'string' && typeof name !== 'number' && typeof name !== 'boolean') {
          refuse('The file has a key that is no text.');
        }
        if (keys.has(String(name))) refuse(`The file has a key twice: ${String(name).slice(0, 100)}.`);
        keys.add(String(name));
      }
    },
  });
  return document.toJS({ maxAliasCount: MAX_ALIASES });
}

function refuse(message: string): never {
  throw new BeTraceError('BT_INVALID_RULES_FILE', message);
}
