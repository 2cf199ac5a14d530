import { failure, success, type Place, type Result } from '../base/index.js';
import type { Scalar } from './point.js';
import { functions, isCondition, namesIn, refused } from './formula-tree.js';
import { badFormula, badUnits, forbidden, notANumber } from './problems.js';
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

type Node = import('mathjs').MathNode;

/** A unit as mathjs keeps it: powers of the base dimensions, and the value in base units. */
interface Quantity {
  readonly dimensions: readonly number[];
  readonly value: number | null;
}

function absent(name: string): never {
  throw new Error(`${name} is not there`);
}

/** Loads mathjs, which takes a while, and gives what compiles formulas. */
export async function loadFormulas(): Promise<Formulas> {
  const { create, all } = await import('mathjs');
  // Quantities are compared in base units, where a femtojoule is 1e-15: nothing is equal for being small.
  const math = create(all!, { predictable: true, absTol: 0 });
  const equal = (a: unknown, b: unknown): boolean =>
    typeof a === 'string' || typeof b === 'string' || typeof a === 'boolean'
      ? a === b
      : (math.equal as (a: unknown, b: unknown) => boolean)(a, b);
  const own = { same: equal, differs: (a: unknown, b: unknown) => !equal(a, b) };

  /** `==` and `!=` compare words too. */
  function withOwnEquality(tree: Node): Node {
    return tree.transform((node) => {
      if (node.type !== 'OperatorNode') return node;
      const { op, args } = node as import('mathjs').OperatorNode;
      if (op !== '==' && op !== '!=') return node;
      return new math.FunctionNode(op === '==' ? 'same' : 'differs', args);
    });
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
    const wrongUnits = faultOfUnits(code, reads, known);
    if (wrongUnits !== undefined) return failure(badUnits(place, text, wrongUnits));
    return success({
      text,
      names: reads,
      isCondition: isCondition(tree),
      evaluate: (scope) => valueOf(code, reads, scope),
    });
  }

  function valueOf(code: import('mathjs').EvalFunction, reads: readonly string[], scope: Scope) {
    try {
      return plain(code.evaluate(valuesOf(reads, scope)));
    } catch {
      return undefined;
    }
  }

  /** What is wrong with the formula's units, whatever the values: seen where all that it reads is 1. */
  function faultOfUnits(
    code: import('mathjs').EvalFunction,
    reads: readonly string[],
    known: readonly string[],
  ): string | undefined {
    const ones = reads.map((name) => [known.includes(name) ? name : quantities[name]!.measure, 1] as const);
    try {
      const value: unknown = code.evaluate(valuesOf(reads, Object.fromEntries(ones)));
      return math.isUnit(value) && plain(value) === undefined
        ? `it gives a quantity in ${value.formatUnits()}`
        : undefined;
    } catch (error) {
      const { message } = error as Error;
      const isMixed = /^Unexpected type of argument/.test(message);
      return isMixed
        ? 'a number is due where a quantity with a unit stands, or the other way round'
        : message;
    }
  }

  /** What the names stand for. One that is not there is a fault where it is read, but not in a branch that is not taken. */
  function valuesOf(reads: readonly string[], scope: Scope): Map<string, unknown> {
    const values = new Map<string, unknown>(Object.entries(own));
    for (const name of reads) values.set(name, readName(scope, name));
    const get = values.get.bind(values);
    values.get = (name) => get(name) ?? absent(name);
    return values;
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
