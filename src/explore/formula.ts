import { failure, success, type Place, type Result } from '../base/index.js';
import type { Scalar } from './point.js';
import { badFormula, forbidden, notANumber } from './problems.js';
import { quantities } from './quantities.js';

/** The text of a formula, with the place where it stands, if it stands in a file. */
export interface FormulaText {
  readonly text: string;
  readonly place?: Place | undefined;
}

/** Values by name; what is null or missing is not there at this point. */
export type Scope = Readonly<Record<string, Scalar | null | undefined>>;

/** A formula over variables and measures of a point. */
export interface Formula {
  readonly text: string;
  /** Whether it gives true or false, as far as can be told from its form. */
  readonly isCondition: boolean;
  /** The variables and measures that it reads. */
  readonly names: readonly string[];
  /**
   * What it gives: a number (in the unit that the formula names behind `to`), or true or false. Undefined where something it
   * reads is not there, or where the result is not a number.
   */
  readonly evaluate: (scope: Scope) => number | boolean | undefined;
}

export interface Formulas {
  /**
   * A formula in the notation of mathjs: arithmetic, comparisons, `and`, `or`, `not`, `c ? x : y`, units (`3 fJ`, `x to mW`) and a
   * closed list of functions. There are no assignments and no access to anything else.
   *
   * @param known names that are defined; units need not be among them
   */
  compile(formula: FormulaText, known: readonly string[]): Result<Formula>;
}

const functions = [
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

/** A unit as mathjs keeps it: powers of the base dimensions, and the value in base units. */
interface Quantity {
  readonly dimensions: readonly number[];
  readonly value: number | null;
}

/** Loads mathjs, which takes a while, and gives what compiles formulas. */
export async function loadFormulas(): Promise<Formulas> {
  const { create, all } = await import('mathjs');
  const math = create(all!, { predictable: true });
  const equal = (a: unknown, b: unknown): boolean =>
    typeof a === 'string' || typeof b === 'string' || typeof a === 'boolean'
      ? a === b
      : (math.equal as (a: unknown, b: unknown) => boolean)(a, b);
  const own = { same: equal, differs: (a: unknown, b: unknown) => !equal(a, b) };

  type Node = import('mathjs').MathNode;

  /** What is not allowed in the formula; undefined if all of it is. */
  function refused(tree: Node): string | undefined {
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
  function namesIn(tree: Node): Map<string, boolean> {
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

  /** `==` and `!=` compare words too. */
  function withOwnEquality(tree: Node): Node {
    return tree.transform((node) => {
      if (node.type !== 'OperatorNode') return node;
      const { op, args } = node as import('mathjs').OperatorNode;
      if (op !== '==' && op !== '!=') return node;
      return new math.FunctionNode(op === '==' ? 'same' : 'differs', args);
    });
  }

  function isCondition(node: Node): boolean {
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

  function isUnit(name: string): boolean {
    return math.Unit.isValuelessUnit(name);
  }

  function compile({ text, place }: FormulaText, known: readonly string[]): Result<Formula> {
    let tree: Node;
    try {
      tree = math.parse(text);
    } catch (error) {
      return failure(badFormula(place, text, (error as Error).message));
    }
    const wrong = refused(tree);
    if (wrong !== undefined) return failure(forbidden(place, wrong, functions));
    const names = namesIn(tree);
    const isKnown = (name: string): boolean => known.includes(name) || Object.hasOwn(quantities, name);
    const strange = [...names].filter(([name, isPlaced]) => !isKnown(name) && !(isPlaced && isUnit(name)));
    if (strange.length > 0) return failure(...strange.map(([name]) => notANumber(place, name, known)));
    const code = withOwnEquality(tree).compile();
    const reads = [...names.keys()].filter(isKnown);
    return success({
      text,
      names: reads,
      isCondition: isCondition(tree),
      evaluate: (scope) => valueOf(code, reads, scope),
    });
  }

  function valueOf(code: import('mathjs').EvalFunction, reads: readonly string[], scope: Scope) {
    const values = new Map<string, unknown>(Object.entries(own));
    for (const name of reads) {
      const value = readName(scope, name);
      if (value === undefined) return undefined;
      values.set(name, value);
    }
    try {
      return plain(code.evaluate(values));
    } catch {
      return undefined;
    }
  }

  function readName(scope: Scope, name: string): unknown {
    if (Object.hasOwn(scope, name)) return scope[name] ?? undefined;
    const quantity = Object.hasOwn(quantities, name) ? quantities[name] : undefined;
    const value = quantity && scope[quantity.measure];
    return typeof value === 'number' ? math.unit(value, quantity!.unit) : undefined;
  }

  function plain(value: unknown): number | boolean | undefined {
    if (typeof value === 'boolean') return value;
    if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
    if (!math.isUnit(value)) return undefined;
    const { dimensions, value: inBase } = value as unknown as Quantity;
    // Units that cancel leave a number; its value in base units is the number itself.
    if (dimensions.every((power) => Math.abs(power) < 1e-12))
      return inBase !== null && Number.isFinite(inBase) ? inBase : undefined;
    const json = value.toJSON() as { readonly value: number | null; readonly fixPrefix: boolean };
    return json.fixPrefix && json.value !== null && Number.isFinite(json.value) ? json.value : undefined;
  }

  return { compile };
}
