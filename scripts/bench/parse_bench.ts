import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { check } from '../../common/dsl/check';
import { parse } from '../../common/dsl/parse';

/** Work that is timed over and over: `run` does all of it once, which is `perRun` things of `name`'s kind. */
export interface Workload {
  readonly name: string;
  readonly run: () => void;
  readonly perRun: number;
}

/** The texts of the starter rules in a folder of YAML files, each holding several documents. */
export const readRuleTexts = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .flatMap((file) => parseAllDocuments(readFileSync(path.join(folder, file), 'utf8')))
    .map((document) => String(document.get('dsl')));

/** Parsing and checking the starter rules under the working directory, and parsing alone. */
export function parseWorkloads(): Workload[] {
  const texts = readRuleTexts(path.resolve('ingest/rules'));
  return [
    { name: 'parse and check a rule', run: () => texts.forEach(parseAndCheck), perRun: texts.length },
    { name: 'parse a rule', run: () => texts.forEach(parseOnly), perRun: texts.length },
  ];
}

function parseAndCheck(text: string): void {
  const parsed = parse(text);
  const checked = 'rule' in parsed ? check(parsed.rule, text) : undefined;
  if (!checked || !('plan' in checked)) throw new Error(`A starter rule has problems: ${text}`);
}

function parseOnly(text: string): void {
  if (!('rule' in parse(text))) throw new Error(`A starter rule does not parse: ${text}`);
}
