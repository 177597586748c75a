import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import type * as Engine from '../../common/engine';
import type { TraceView } from '../../common/trace/trace';
import { ruleTexts } from './arbitrary_rules';
import { traces } from './arbitrary_traces';
import { naiveJudge } from './oracle/judge';

const ROOT = path.join(__dirname, '../..');
const RULES = 3000;

/** Faults planted in a copy of the engine, one at a time: the oracle must see each. */
const FAULTS: readonly (readonly [name: string, file: string, text: string, fault: string])[] = [
  ['a window leaves out its end', 'search.ts', 'top.most - top.least > limitUs', 'top.most - top.least >= limitUs'],
  ['an absence leaves out the end of its window', 'absences.ts', 'span.startUs > toUs', 'span.startUs >= toUs'],
  ['nothing follows at once', 'succession.ts', ': gapUs >= 0', ': gapUs > 0'],
  ['a span is its own sibling', 'graph.ts', '.filter((other) => other !== span)', '.filter(() => true)'],
  ['a span makes a pair with itself', 'tests.ts', 'if (span === first) return false;', ''],
  ['what is unknown counts as true', 'unknown.ts', 'if (truth === UNKNOWN) result = UNKNOWN;', ''],
  ['a counting window is too long', 'numbers.ts', 'startUs > windowUs', 'startUs > windowUs + 1'],
  ['what is missing is certain in a trace cut short', 'truth.ts', '!isOpen(formula.test, frame) &&', ''],
  [
    'spans whose resource has an attribute are passed over',
    'columns.ts',
    'return isShared || attributes.has(key)',
    'return attributes.has(key)',
  ],
  ['undefined is a key', 'groups.ts', 'if (value === undefined) continue;', ''],
  [
    'a group of just enough spans is left out',
    'truth.ts',
    'members.spans.length >= fewest',
    'members.spans.length > fewest',
  ],
  ['the right-most branch is reported', 'witness.ts', 'formula.operands.find(', 'formula.operands.findLast('],
  [
    'one of several requirements is enough',
    'formula_compiler.ts',
    "type: 'and', operands: required",
    "type: 'or', operands: required",
  ],
  [
    'dropped attributes are taken as absent',
    'readers.ts',
    'value === undefined && frame.cautious',
    'value === null && frame.cautious',
  ],
];

function plant([, file, text, fault]: (typeof FAULTS)[number]): { engine: typeof Engine; folder: string } {
  mkdirSync(path.join(ROOT, 'build'), { recursive: true });
  const folder = mkdtempSync(path.join(ROOT, 'build/fault-'));
  cpSync(path.join(ROOT, 'common'), path.join(folder, 'common'), {
    recursive: true,
    filter: (source) => !source.endsWith('.test.ts'),
  });
  const target = path.join(folder, 'common/engine', file);
  const source = readFileSync(target, 'utf8');
  expect(source.split(text)).toHaveLength(2);
  writeFileSync(target, source.replace(text, fault));
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- made a moment ago
  return { engine: require(path.join(folder, 'common/engine/index.ts')) as typeof Engine, folder };
}

test.each(FAULTS)(
  '%s: the oracle sees it',
  (...fault) => {
    const { engine, folder } = plant(fault);
    try {
      const cases = fc.tuple(ruleTexts, fc.array(traces, { minLength: 10, maxLength: 10 }));
      const disagree = ([text, list]: readonly [string, readonly TraceView[]]): boolean => {
        const result = engine.compile(text);
        if (!('rule' in result)) return false;
        const { rule } = result;
        const naively = naiveJudge(text);
        return list.some((trace) => {
          const { kind, spans, absences } = naively(trace, 0);
          const found = rule.evaluate(trace);
          const names = found.witnesses.map(({ spanId }) => spanId);
          return JSON.stringify([kind, spans, absences]) !== JSON.stringify([found.kind, names, found.absences]);
        });
      };
      // The same rules in every run, so that this test can't fail by chance.
      const seeds = Array.from({ length: RULES / 50 }, (_, i) => i);
      const disagrees = seeds.some((seed) => fc.sample(cases, { numRuns: 50, seed }).some(disagree));
      expect(disagrees).toBe(true);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  120_000,
);
