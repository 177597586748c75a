import { collectionResult } from '../check_collection';
import { methodResult } from '../check_method';
import { BUILTINS, COLLECTION_METHODS, METHODS } from '../members';
import type { Type } from '../types';
import { ANY, elementOf, isOnly, LIST, NUMBER, UNDEFINED } from '../types';
import type { Meaning, Member } from './meaning';
import { MATCH, ONE_SPAN, TRUTH, UNKNOWN, valueOf } from './meaning';

/** Steps of matches that take no arrow function, or nothing. */
const WITHOUT_ARROW: ReadonlySet<string> = new Set(['within', 'count', 'not']);

/** What the arrow function that a call takes is over: the meanings of its parameters, as many as it may have. */
export function parameterMeanings(owner: Meaning, { kind, name, owner: table }: Member): readonly Meaning[] {
  if (kind === 'step') {
    if (table === 'group') return [{ kind: 'trace', isGrouped: false }];
    return owner.kind === 'match' && WITHOUT_ARROW.has(name) ? [] : [ONE_SPAN, ONE_SPAN];
  }
  return COLLECTION_METHODS.has(name) && owner.kind === 'value' ? [valueOf(elementOf(owner.type))] : [];
}

/** What a call of a member gives whose first argument, if it is an arrow function, has so many parameters and gives that. */
export function resultOf(
  owner: Meaning,
  { name, kind, owner: table, entry }: Member,
  argument: Meaning | undefined,
): Meaning {
  if (kind === 'property') return UNKNOWN;
  if (table === 'builtin') return valueOf({ mask: BUILTINS.get(entry)!.result });
  if (kind === 'step') return stepResult(owner, name, argument);
  if (name === 'matches' || name === 'test') return TRUTH;
  if (owner.kind !== 'value') return UNKNOWN;
  if (table === 'list' && COLLECTION_METHODS.has(name)) {
    const gives =
      argument?.kind === 'function' && argument.gives.kind === 'value' ? argument.gives.type : { mask: ANY };
    const result = collectionResult(name, elementOf(owner.type), gives);
    return valueOf({ ...result, mask: result.mask | missing(owner.type, LIST) });
  }
  const { on, result } = METHODS.get(name)!;
  return valueOf(methodResult(name, owner.type, result | missing(owner.type, on)));
}

/** What has the method only perhaps gives undefined otherwise. */
const missing = (owner: Type, on: number): number => (isOnly(owner, on) ? 0 : UNDEFINED);

function stepResult(owner: Meaning, name: string, argument: Meaning | undefined): Meaning {
  if (owner.kind === 'match') {
    if (name === 'count') return valueOf({ mask: NUMBER });
    return name === 'within' ? owner : MATCH;
  }
  switch (name) {
    case 'where':
      return { kind: 'trace', isGrouped: false };
    case 'under':
    case 'groupBy':
      return { kind: 'trace', isGrouped: true };
    case 'has':
      return { kind: 'match', isCountable: !(argument?.kind === 'function' && argument.parameters === 2) };
    case 'missing':
    case 'every':
    case 'some':
    case 'not':
      return MATCH;
    default:
      return valueOf({ mask: NUMBER, ...aggregateUnit(name, argument) });
  }
}

/** As the checker has it: the sum of times is no time, and what is counted has no unit. */
function aggregateUnit(name: string, argument: Meaning | undefined): Pick<Type, 'unit'> {
  const gives = argument?.kind === 'function' ? argument.gives : undefined;
  const unit = gives?.kind === 'value' ? gives.type.unit : undefined;
  return name === 'count' || name === 'distinct' || (name === 'sum' && unit === 'time') ? {} : { unit };
}
