type Node = import('mathjs').MathNode;

/** The functions that a formula may call. */
export const functions = [
  'abs',
  'ceil',
  'exp',
  'floor',
  'log',
  'log10',
  'log2',
  'max',
  'min',
  'pow',
  'round',
  'sign',
  'sqrt',
];

const conditions = ['==', '!=', '<', '<=', '>', '>=', 'and', 'or', 'not', 'xor'];

const nodes = [
  'ConstantNode',
  'SymbolNode',
  'OperatorNode',
  'ParenthesisNode',
  'ConditionalNode',
  'RelationalNode',
];

/** What is not allowed in the formula; undefined if all of it is. */
export function refused(tree: Node): string | undefined {
  let found: string | undefined;
  const look = (node: Node): void => {
    const { type } = node;
    const called = type === 'FunctionNode' ? (node as import('mathjs').FunctionNode).fn : undefined;
    if (called && !(called.type === 'SymbolNode' && functions.includes(called.name)))
      found ??= `${called.name || 'this'}(…)`;
    else if (!called && !nodes.includes(type)) found ??= type.replace('Node', '').toLowerCase();
    node.forEach((inner) => {
      if (inner !== called) look(inner);
    });
  };
  look(tree);
  return found;
}

/** The names in the formula, with whether each stands where a unit can: beside `*`, `/`, `^`, `to` or a number. */
export function namesIn(tree: Node): Map<string, boolean> {
  const names = new Map<string, boolean>();
  tree.traverse((node, path, parent) => {
    if (node.type !== 'SymbolNode' || path === 'fn') return;
    const { name } = node as import('mathjs').SymbolNode;
    const op = parent?.type === 'OperatorNode' ? (parent as import('mathjs').OperatorNode).op : '';
    names.set(name, (names.get(name) ?? true) && ['*', '/', '^', 'to'].includes(op));
  });
  for (const name of ['true', 'false', 'pi', 'e']) names.delete(name);
  return names;
}

/** Whether the formula gives true or false, as far as can be told from its form. */
export function isCondition(node: Node): boolean {
  switch (node.type) {
    case 'ParenthesisNode':
      return isCondition((node as import('mathjs').ParenthesisNode).content);
    case 'OperatorNode':
      return conditions.includes((node as import('mathjs').OperatorNode).op);
    case 'ConditionalNode': {
      const { trueExpr, falseExpr } = node as import('mathjs').ConditionalNode;
      return isCondition(trueExpr) && isCondition(falseExpr);
    }
    case 'ConstantNode':
      return typeof (node as import('mathjs').ConstantNode<boolean | number>).value === 'boolean';
    default:
      return node.type === 'RelationalNode' || node.type === 'SymbolNode';
  }
}
