import type { ChainNode, Expression } from '../../common/dsl/ast';
import { STEPS } from '../../common/dsl/members';
import { parse } from '../../common/dsl/parse';
import { walk } from '../../common/dsl/walker';

const NODES = ['literal', 'regex', 'name', 'list', 'arrow', 'chain', 'unary', 'logical', 'binary', 'conditional'];
const GROUP_STEPS = ['some of groups', 'every of groups'];
const ALL = [...NODES, ...STEPS.trace, ...STEPS.match, ...GROUP_STEPS];

/** In how many rules each step, and each kind of node, occurs. */
export class Tally {
  private rules = 0;
  private readonly counts = new Map<string, number>();

  add(text: string): void {
    const parsed = parse(text);
    if (!('rule' in parsed)) throw new Error(text);
    const found = new Set<string>();
    walk(parsed.rule, (node) => {
      found.add(node.type);
      if (node.type === 'chain') for (const step of stepsOf(node)) found.add(step);
    });
    this.rules++;
    for (const each of found) this.counts.set(each, (this.counts.get(each) ?? 0) + 1);
  }

  /** What occurs in a smaller share of the rules, with that share. */
  rarerThan(share: number): readonly string[] {
    return [...new Set(ALL)].flatMap((each) => {
      const found = (this.counts.get(each) ?? 0) / this.rules;
      return found < share ? [`${each} ${found.toFixed(4)}`] : [];
    });
  }
}

/** The steps of a chain that begins with the trace, a group, or a match in brackets; methods of lists are none. */
function stepsOf({ head, links }: ChainNode): readonly string[] {
  if (!isAboutMatches(head)) return [];
  return links.flatMap((link, i) => {
    if (link.type !== 'property' || links[i + 1]?.type !== 'call') return [];
    const [before] = links
      .slice(0, i)
      .reverse()
      .filter(({ type }) => type === 'property');
    const isOfGroups = before?.type === 'property' && (before.name === 'under' || before.name === 'groupBy');
    return isOfGroups && (link.name === 'some' || link.name === 'every') ? [`${link.name} of groups`] : [link.name];
  });
}

const isAboutMatches = (head: Expression): boolean =>
  head.type === 'name' ? head.name === 'trace' || head.name === 'g' : head.type === 'logical' || head.type === 'unary';
