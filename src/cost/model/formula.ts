import type { ConstantNode, FunctionNode, MathNode, OperatorNode, ParenthesisNode, SymbolNode } from 'mathjs';

/** A formula over named numbers, in the unit that it was compiled for. */
export type Formula = (scope: Readonly<Record<string, number>>) => number;

export type FormulaUnit = 'um^2' | 'ps' | 'fJ' | 'nW';

/** What numbers with units are brought to: a length, a time, an energy and a power, as they stand in field names. */
const bases = ['um', 'ps', 'fJ', 'nW'] as const;

/** Compiles formulas; mathjs is loaded for that. */
export async function formulaCompiler(): Promise<
  (text: string, unit: FormulaUnit, names: readonly string[]) => Formula
> {
  const { parse, unit: unitOf, ConstantNode, Unit } = await import('mathjs');
  const isBase = (value: unknown, base: string): boolean =>
    value instanceof Unit && value.equalBase(unitOf(1, base));
  const factor = (name: string): number | undefined => {
    if (!Unit.isValuelessUnit(name)) return undefined;
    const one = unitOf(1, name);
    const base = bases.find((each) => isBase(one, each));
    return base && one.toNumber(base);
  };

  /**
   * @param names the numbers that the formula may speak of
   * @throws Error for a formula that cannot be read, speaks of other names, or gives another unit
   */
  return (text, unit, names) => {
    const written = parse(text);
    const value: unknown = written.evaluate(Object.fromEntries(names.map((name) => [name, 1])));
    if (!isBase(value, unit)) throw new Error(`\`${text}\` does not give a figure in ${unit}`);
    const plain = written.transform((node, path) => {
      if (node.type !== 'SymbolNode' || path === 'fn') return node;
      const { name } = node as typeof node & { readonly name: string };
      const times = names.includes(name) ? undefined : factor(name);
      return times === undefined ? node : new ConstantNode(times);
    });
    return plainFormula(plain);
  };
}

const functions: Readonly<Record<string, (...values: number[]) => number>> = {
  abs: Math.abs,
  ceil: Math.ceil,
  exp: Math.exp,
  floor: Math.floor,
  log: Math.log,
  log2: Math.log2,
  max: Math.max,
  min: Math.min,
  sqrt: Math.sqrt,
};

const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  pow: (a, b) => a ** b,
  unaryMinus: (a) => -a,
  unaryPlus: (a) => a,
};

/**
 * A tree of mathjs without units as functions of numbers, which are many times faster than mathjs' own.
 *
 * @throws Error for what is neither arithmetic nor one of `functions`
 */
function plainFormula(node: MathNode): Formula {
  const of = (args: readonly MathNode[]): Formula[] => args.map((each) => plainFormula(each));
  if (isConstantNode(node)) {
    const value = Number(node.value);
    return () => value;
  }
  if (isSymbolNode(node)) {
    const { name } = node;
    return (scope) => scope[name]!;
  }
  if (isParenthesisNode(node)) return plainFormula(node.content);
  if (isOperatorNode(node) && Object.hasOwn(operators, node.fn)) {
    const apply = operators[node.fn]!;
    const [a, b = () => 0] = of(node.args) as [Formula, Formula?];
    return (scope) => apply(a(scope), b(scope));
  }
  if (isFunctionNode(node) && Object.hasOwn(functions, node.fn.name)) {
    const apply = functions[node.fn.name]!;
    const args = of(node.args);
    return (scope) => apply(...args.map((each) => each(scope)));
  }
  throw new Error(
    `\`${node.toString()}\` is not understood; there are + − * / ^ and ${Object.keys(functions).join(', ')}`,
  );
}

function isConstantNode(node: MathNode): node is ConstantNode {
  return node.type === 'ConstantNode';
}

function isSymbolNode(node: MathNode): node is SymbolNode {
  return node.type === 'SymbolNode';
}

function isParenthesisNode(node: MathNode): node is ParenthesisNode {
  return node.type === 'ParenthesisNode';
}

function isOperatorNode(node: MathNode): node is OperatorNode {
  return node.type === 'OperatorNode';
}

function isFunctionNode(node: MathNode): node is FunctionNode<SymbolNode> {
  return node.type === 'FunctionNode';
}
