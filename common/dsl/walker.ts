import type { Expression, RuleNode } from './ast';

/** The expressions directly inside one, in text order. */
export function childrenOf(node: Expression): readonly Expression[] {
  switch (node.type) {
    case 'literal':
    case 'regex':
    case 'name':
      return [];
    case 'list':
      return node.items;
    case 'arrow':
      return [...node.parameters, node.body];
    case 'chain':
      return [
        node.head,
        ...node.links.flatMap((link) =>
          link.type === 'index' ? [link.index] : link.type === 'call' ? link.arguments : [],
        ),
      ];
    case 'unary':
      return [node.operand];
    case 'logical':
    case 'binary':
      return node.operands;
    case 'conditional':
      return [node.test, node.consequent, node.alternate];
  }
}

/** Visits every expression of a rule, outer before inner, in text order. */
export function walk(rule: RuleNode, visit: (node: Expression) => void): void {
  const pending = [...rule.definitions.flatMap(({ name, value }) => [name, value]), rule.body].reverse();
  for (let node = pending.pop(); node; node = pending.pop()) {
    visit(node);
    pending.push(...[...childrenOf(node)].reverse());
  }
}
