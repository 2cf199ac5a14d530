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
    // Checked once with units; without them it is evaluated a hundred times faster.
    const plain = written.transform((node, path) => {
      if (node.type !== 'SymbolNode' || path === 'fn') return node;
      const { name } = node as typeof node & { readonly name: string };
      const times = names.includes(name) ? undefined : factor(name);
      return times === undefined ? node : new ConstantNode(times);
    });
    const code = plain.compile();
    return (scope) => code.evaluate({ ...scope }) as number;
  };
}
