import type { DocumentationOwner } from '../documentation';
import { documentationOf } from '../documentation';
import { parameterMeanings } from './calls';
import { parameterName } from './complete_members';
import type { Candidate } from './completion';
import { candidate } from './completion';
import type { Frame } from './frame';
import type { Meaning } from './meaning';
import { meaningInWords } from './meaning';
import type { Outline } from './outline';
import { mayBe, SPAN } from '../types';

/** What the arrow function of a step is most often about; of the others, whether the span is a root. */
const USUAL_PROPERTY: Readonly<Record<string, string>> = {
  sum: 'duration',
  avg: 'duration',
  min: 'duration',
  max: 'duration',
  percentile: 'duration',
  groupBy: 'service',
  distinct: 'service',
};
/** Steps that take matches, not only arrow functions. */
const MATCH_TAKERS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'followedBy', 'precededBy', 'requires']);

/** What may stand where an operand begins: arrow functions, names, the trace, literals. */
export function operandCandidates({ frame, last, names }: Outline): Candidate[] {
  const functions = [...names].flatMap(([name, { kind }]) => (kind === 'function' ? [name] : []));
  const variables = [...names].filter(([, { kind }]) => kind !== 'function');
  const arrow = arrowCandidate(frame, new Set(names.keys()));
  if (arrow) {
    const { name, kind, owner } = frame.callee!.member!;
    const isMatch = kind === 'step' && MATCH_TAKERS.has(name);
    return [
      arrow,
      ...(owner === 'group' ? [] : functions.map((each) => candidate('predicate', each))),
      ...(isMatch
        ? [...variables.filter(([, meaning]) => meaning.kind === 'trace').map(variable), global('trace'), ABSENCE]
        : []),
    ];
  }
  const isStart = frame.kind === 'rule' && (last === undefined || last.kind === ';');
  const spans = variables.flatMap(([name, each]) => (each.kind === 'value' && mayBe(each.type, SPAN) ? [name] : []));
  return [
    ...variables.map(variable),
    ...functions.flatMap((name) => callCandidate(name, names.get(name), spans)),
    global('trace'),
    ...(isStart ? [DEFINITION] : OPERANDS),
  ];
}

function arrowCandidate({ kind, callee, place, parameters }: Frame, taken: ReadonlySet<string>): Candidate | undefined {
  const member = callee?.member;
  if (kind !== 'call' || parameters !== undefined || !member) return undefined;
  const [over] = parameterMeanings(callee.owner, member);
  if (!over || (member.name === 'percentile' && place === 1)) return undefined;
  if (over.kind === 'trace') return arrowOf('g', `g.has(${parameterName(undefined, taken)} => true)`);
  const name = parameterName(over, taken);
  const property = (place === 0 ? USUAL_PROPERTY[member.name] : undefined) ?? 'isRoot';
  return arrowOf(name, member.kind === 'step' ? `${name}.${property}` : 'true');
}

/** A named predicate asked of the spans that were bound last, where there are as many as it takes. */
function callCandidate(name: string, meaning: Meaning | undefined, spans: readonly string[]): Candidate[] {
  const count = meaning?.kind === 'function' ? meaning.parameters : 0;
  return count === 0 || spans.length < count
    ? []
    : [candidate('predicate', name, { insert: `${name}(${spans.slice(-count).join(', ')})` })];
}

const variable = ([name, meaning]: readonly [string, Meaning]): Candidate =>
  candidate('variable', name, { type: meaningInWords(meaning) });

const arrowOf = (parameter: string, body: string): Candidate =>
  candidate('arrow', `${parameter} => …`, { insert: `${parameter} => \${1:${body}}`, isSnippet: true });

function documented(kind: Candidate['kind'], owner: DocumentationOwner, name: string): Candidate {
  const entry = documentationOf(owner, name);
  return candidate(kind, name, {
    ...(entry?.insert === undefined ? {} : { insert: entry.insert, isSnippet: true }),
    ...(entry ? { documentation: entry.text } : {}),
  });
}

const global = (name: string): Candidate => documented('global', 'global', name);

/** What `precededBy` and the like are most often asked for that an arrow function can't say. */
const ABSENCE: Candidate = {
  ...documented('step', 'trace', 'missing'),
  label: 'trace.missing',
  insert: 'trace.missing(span => ${1:span.isRoot})',
};

const DEFINITION: Candidate = {
  ...documented('keyword', 'keyword', 'const'),
  insert: 'const ${1:name} = span => ${2:span.isRoot};',
  isSnippet: true,
};
const OPERANDS: readonly Candidate[] = [
  ...['true', 'false', 'null', 'undefined'].map((name) => documented('constant', 'keyword', name)),
  ...['Number', 'String'].map((name) => documented('global', 'builtin', name)),
  ...['Math', 'Array'].map(global),
];
