import type { SpanView } from '../trace/span';
import { hasBound } from './branches';
import type { Fact } from './fact';
import type { Condition, Formula, GroupsFormula } from './formula';
import type { Frame } from './frame';
import { Members } from './frame';
import type { Conditions } from './search';
import { Search } from './search';
import type { State } from './search_state';
import { densest } from './numbers';

/** Whether a formula certainly holds, given what is certain and what is possible. */
export function holds(formula: Formula, frame: Frame): boolean {
  switch (formula.type) {
    case 'present':
      return formula.test.first(frame) !== undefined;
    case 'absent':
      return !isOpen(formula.test, frame) && formula.test.possible(frame).length === 0;
    case 'guard':
      return holds({ ...formula, type: formula.negated ? 'absent' : 'present' }, frame);
    case 'condition': {
      const value = formula.truth(frame);
      return frame.cautious ? value === true : Boolean(value);
    }
    case 'and':
      return formula.operands.every((operand) => holds(operand, frame));
    case 'or':
      return formula.operands.some((operand) => holds(operand, frame));
    case 'outside':
      return !maybe(formula.inner, frame);
    case 'some':
      if (frame.cautious) {
        return formula.groups.find(frame).certain.some((members) => ofGroup(formula, members, frame, holds));
      }
      return passes(formula, frame) && someGroupHolds(formula, frame);
    case 'every': {
      const { possible, open } = formula.groups.find(frame);
      return !open && possible.every((members) => ofGroup(formula, members, frame, holds));
    }
    default:
      return search(formula, frame) !== undefined;
  }
}

/** Whether a formula holds, or might if nothing were missing. */
export function maybe(formula: Formula, frame: Frame): boolean {
  if (!frame.cautious) return holds(formula, frame);
  switch (formula.type) {
    case 'present':
      return isOpen(formula.test, frame) || formula.test.possible(frame).length > 0;
    case 'absent':
      return formula.test.certain(frame).length === 0;
    case 'guard':
      return maybe({ ...formula, type: formula.negated ? 'absent' : 'present' }, frame);
    case 'condition':
      return formula.truth(frame) !== false;
    case 'and':
      return formula.operands.every((operand) => maybe(operand, frame));
    case 'or':
      return formula.operands.some((operand) => maybe(operand, frame));
    case 'outside':
      return !holds(formula.inner, frame);
    case 'some': {
      const { possible, open } = formula.groups.find(frame);
      const unseen = open ? [new Members([], frame.scopes[0]!.possible, frame.incomplete, '?')] : [];
      return [...possible, ...unseen].some((members) => ofGroup(formula, members, frame, maybe));
    }
    case 'every':
      return formula.groups.find(frame).certain.every((members) => ofGroup(formula, members, frame, maybe));
    case 'pair':
      return isOpen(formula.test, frame) || search(formula, frame, true) !== undefined;
    case 'noPair':
      return search(formula, frame, true) !== undefined;
    default:
      return frame.incomplete || mayHaveOtherGroups(formula, frame)
        ? couldBe(formula, frame)
        : search(formula, frame, true) !== undefined;
  }
}

/** Whether spans are looked for in groups that aren't all known: a search tries those that are. */
function mayHaveOtherGroups(formula: Formula, frame: Frame): boolean {
  if (frame.trace.flags.lossy.length === 0) return false;
  const inner = (part: Formula): boolean => mayHaveOtherGroups(part, frame);
  switch (formula.type) {
    case 'some':
    case 'every':
      return hasGroups(formula.body) || formula.groups.find(frame).open;
    default:
      return partsOf(formula).some(inner);
  }
}

const hasGroups = (formula: Formula): boolean =>
  formula.type === 'some' || formula.type === 'every' || partsOf(formula).some(hasGroups);

function partsOf(formula: Formula): readonly Formula[] {
  switch (formula.type) {
    case 'and':
    case 'or':
      return formula.operands;
    case 'within':
      return [formula.body];
    case 'follows':
      return [formula.first, formula.then];
    case 'linked':
      return [formula.left, formula.right];
    case 'outside':
      return [formula.inner];
    default:
      return [];
  }
}

/** Where any span may be missing, any choice of them may be what the formula asks for: only its conditions speak against it. */
function couldBe(formula: Formula, frame: Frame): boolean {
  switch (formula.type) {
    case 'and':
      return formula.operands.every((operand) => couldBe(operand, frame));
    case 'or':
      return formula.operands.some((operand) => couldBe(operand, frame));
    case 'within':
      return couldBe(formula.body, frame);
    case 'follows':
      return couldBe(formula.first, frame) && couldBe(formula.then, frame);
    case 'linked':
      return couldBe(formula.left, frame) && couldBe(formula.right, frame);
    case 'guard':
    case 'condition':
    case 'outside':
    case 'some':
    case 'every':
      return maybe(formula, frame);
    default:
      return true;
  }
}

/** Whether there are, outside the groups, the spans that one of them would have to have. */
function passes({ screens, groups }: GroupsFormula, frame: Frame): boolean {
  return screens.every(({ test, atLeast }) =>
    atLeast === 1 ? test.first(frame) !== undefined : groups.mayHave(frame, test.certain(frame), atLeast),
  );
}

function someGroupHolds(formula: GroupsFormula, frame: Frame): boolean {
  const fewest = formula.screens.reduce((most, { atLeast }) => Math.max(most, atLeast), 0);
  return formula.groups
    .find(frame)
    .certain.some((members) => members.spans.length >= fewest && ofGroup(formula, members, frame, holds));
}

function ofGroup({ groups, body }: GroupsFormula, members: Members, frame: Frame, decide: typeof holds): boolean {
  frame.budget.spend(1);
  frame.scopes[groups.slot] = members;
  return decide(body, frame);
}

const isOpen = ({ scope }: { readonly scope: number }, frame: Frame): boolean => frame.scopes[scope]!.open;

/** The least choice of spans that makes a formula true. */
export function search(formula: Formula, frame: Frame, possible = false): State | undefined {
  if (!hasParts(formula, frame, possible)) return undefined;
  return new Search(frame, possible ? POSSIBLE : CERTAIN, possible, hasBound(formula)).run(formula);
}

/** Whether there is some span for each part; a search that lacks one is in vain. */
function hasParts(formula: Formula, frame: Frame, possible: boolean): boolean {
  const inner = (part: Formula): boolean => hasParts(part, frame, possible);
  switch (formula.type) {
    case 'present': {
      const { test } = formula;
      return !test.isClosed || (possible ? test.possible(frame).length > 0 : test.first(frame) !== undefined);
    }
    case 'and':
      return formula.operands.every(inner);
    case 'or':
      return formula.operands.some(inner);
    case 'within':
      return inner(formula.body);
    case 'follows':
      return inner(formula.first) && inner(formula.then);
    case 'linked':
      return inner(formula.left) && inner(formula.right);
    default:
      return true;
  }
}

const CERTAIN: Conditions = { holds, describe };
const POSSIBLE: Conditions = { holds: maybe, describe: () => undefined };

/** What is told of a formula without spans of its own. */
export function describe(formula: Formula, frame: Frame): Fact | undefined {
  switch (formula.type) {
    case 'guard': {
      const { test, negated } = formula;
      return { type: 'guard', text: test.text, negated, span: negated ? undefined : test.first(frame) };
    }
    case 'condition':
      if (formula.counted) return describeCount(formula.counted, frame);
      return formula.text === '' ? undefined : { type: 'condition', text: formula.text };
    case 'outside':
      return { type: 'outside', limit: formula.text };
    case 'every':
      return { type: 'groups', by: formula.by };
    default:
      return undefined;
  }
}

/** A report names at most this many spans of a count. */
const MOST_COUNTED = 100;

function describeCount({ test, windowUs, operator, bound }: NonNullable<Condition['counted']>, frame: Frame): Fact {
  const spans = test.certain(frame);
  const window = windowUs === undefined ? { from: 0, count: spans.length } : densest(spans, windowUs);
  const enough =
    operator === '>' ? Math.floor(bound) + 1 : operator === '>=' ? Math.ceil(bound) : operator === '===' ? bound : 0;
  const most = Math.min(Math.max(enough, 0), MOST_COUNTED, window.count);
  const named: readonly SpanView[] = spans.slice(window.from, window.from + most);
  return { type: 'count', text: test.text, total: window.count, operator, bound, spans: named };
}
