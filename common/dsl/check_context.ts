import type { Problem } from '../problem';
import type { Feature, Lambda } from './plan';
import type { ProblemCode, Range } from './problems';
import { createProblem, quote } from './problems';
import type { Checker } from './scope';
import { nearest } from './suggest';
import type { Typed } from './types';
import { ANY } from './types';

/** A named predicate; undefined where it has problems, which are reported once. */
export interface DefinitionEntry {
  readonly lambda: Lambda | undefined;
}

/** What checking one rule gathers. */
export class CheckContext {
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];
  readonly attributes = new Set<string>();
  readonly features = new Set<Feature>();
  readonly definitions = new Map<string, DefinitionEntry>();
  /** Arrow functions so far, named ones counted at each use. */
  predicates = 0;
  /** Spans bound at once so far, at most. */
  deepest = 0;

  constructor(
    readonly text: string,
    readonly checker: Checker,
  ) {}

  /** An attribute of a span or resource is read. Some sources write dots as underscores, so that two keys may be one. */
  touchAttribute(key: string): void {
    this.attributes.add(key);
    if (/[._]/.test(key)) this.features.add('attribute_keys');
  }

  report(code: ProblemCode, range: Range, params: Problem['params'] = {}, fix?: Problem['fix']): void {
    this.problems.push(createProblem(this.text, code, range, params, fix));
  }

  warn(code: ProblemCode, range: Range, params: Problem['params'] = {}, fix?: Problem['fix']): void {
    this.warnings.push(createProblem(this.text, code, range, params, fix));
  }

  /** Reports an unknown name with the nearest known one. */
  unknown(
    code: 'BT_UNKNOWN_NAME' | 'BT_UNKNOWN_PROPERTY' | 'BT_UNKNOWN_METHOD',
    name: string,
    owner: string,
    range: Range,
    candidates: Iterable<string>,
  ): void {
    const likely = nearest(name, candidates);
    const fix = likely === undefined ? undefined : { title: `Write ${likely}`, text: likely };
    const suggestion = likely === undefined ? '' : ` Did you mean ${quote(likely)}?`;
    this.report(code, range, { name: quote(name), owner, suggestion }, fix);
  }

  /** The range's own text, short. */
  quoted({ offset, length }: Range): string {
    return quote(this.text.slice(offset, offset + length));
  }
}

/** Stands for what has a problem already, so that it causes no others. */
export const UNKNOWN: Typed = { plan: { type: 'literal', value: undefined }, type: { mask: ANY } };
