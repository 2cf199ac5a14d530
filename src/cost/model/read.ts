import { failure, success, type Result } from '../../base/index.js';
import type { HeapCells } from '../../pass/index.js';
import { adderNames, delayNames, tabulated, type DelayName, type DelayShares } from './delay.js';
import { variables } from './features.js';
import { formulaCompiler, type Formula, type FormulaUnit } from './formula.js';
import { modelledFigures, type CostModel, type ModelError, type ModelledFigure } from './model.js';
import { badCostModel } from './problems.js';

/** A model as its file has it. */
export interface WrittenModel {
  readonly schema: 1;
  readonly technology: string;
  readonly source: string;
  readonly areaUm2: string;
  readonly energyFjPerCycle: string;
  readonly leakageNw: string;
  readonly delayPs: Readonly<Partial<Record<DelayName, string>>>;
  /** See `DelayShares`. */
  readonly delayShares: DelayShares;
  /** In ps and µm²; null without full adders, and then the delays of adder cells may be left out. */
  readonly adders: HeapCells | null;
  readonly errorPercent: Readonly<
    Record<'fit' | 'validation' | 'heldOut', Readonly<Record<ModelledFigure, ModelError>>>
  >;
}

const units = {
  areaUm2: 'um^2',
  energyFjPerCycle: 'fJ',
  leakageNw: 'nW',
} as const satisfies Partial<Record<ModelledFigure, FormulaUnit>>;

/**
 * A model from the text of a file as tech/model/asap7.json. Its formulas are mathjs expressions with units over the
 * `variables` of designs; those of delays are over `fanout`.
 *
 * @returns the model, or all that is wrong with the file: no JSON, missing parts, formulas that are none
 */
export async function parseCostModel(file: string, text: string): Promise<Result<CostModel>> {
  const written = parsed(text);
  if (typeof written === 'string') return failure(badCostModel(file, written));
  const faults = shapeFaults(written);
  if (faults.length > 0) return failure(...faults.map((what) => badCostModel(file, what)));
  const compile = await formulaCompiler();
  const wrong: string[] = [];
  const compiled = (name: string, source: string, unit: FormulaUnit, names: readonly string[]): Formula => {
    try {
      return compile(source, unit, names);
    } catch (error) {
      wrong.push(`${name}: ${(error as Error).message}`);
      return () => NaN;
    }
  };
  const figure = (name: keyof typeof units): Formula =>
    compiled(name, written[name], units[name], Object.keys(variables));
  const formulas = {
    areaUm2: figure('areaUm2'),
    energyFjPerCycle: figure('energyFjPerCycle'),
    leakageNw: figure('leakageNw'),
  };
  const delays = delayNames.map((name) => {
    const text = written.delayPs[name];
    const none = (): number => NaN;
    return [name, text === undefined ? none : compiled(`delayPs.${name}`, text, 'ps', ['fanout'])];
  });
  if (wrong.length > 0) return failure(...wrong.map((what) => badCostModel(file, what)));
  return success({
    technology: written.technology,
    source: written.source,
    formulas,
    delays: tabulated(Object.fromEntries(delays) as Record<DelayName, Formula>, written.delayShares),
    adders: written.adders ?? undefined,
    errorPercent: written.errorPercent.heldOut,
  });
}

function parsed(text: string): WrittenModel | string {
  try {
    return JSON.parse(text) as WrittenModel;
  } catch (error) {
    return (error as Error).message;
  }
}

function shapeFaults(written: WrittenModel | null): string[] {
  if (typeof written !== 'object' || written === null) return ['it is no object'];
  const faults: string[] = [];
  for (const name of ['technology', 'source', ...Object.keys(units)] as const)
    if (typeof written[name as keyof typeof units] !== 'string') faults.push(`\`${name}\` must be a text`);
  const isNeeded = (name: DelayName): boolean =>
    Boolean(written.adders) || !adderNames.some((one) => one === name);
  for (const name of delayNames.filter(isNeeded))
    if (typeof written.delayPs?.[name] !== 'string') faults.push(`\`delayPs.${name}\` must be a formula`);
  const { spread = NaN, besideAdders = NaN } = written.delayShares ?? {};
  if (!(spread >= 0 && spread < 1 && besideAdders > 0))
    faults.push('`delayShares` must have `spread`, from 0 to less than 1, and `besideAdders`, above 0');
  if (written.adders !== null && !isCells(written.adders ?? {}))
    faults.push('`adders` must have the delays and areas of full and half adders, or be null');
  for (const name of modelledFigures)
    if (typeof written.errorPercent?.heldOut?.[name]?.mean !== 'number')
      faults.push(`\`errorPercent.heldOut.${name}\` must have the errors`);
  return faults;
}

function isCells(adders: Partial<HeapCells>): boolean {
  const areNumbers = (values: unknown, least: number): boolean =>
    Array.isArray(values) && values.length >= least && values.every((value) => typeof value === 'number');
  const { fullAdder, halfAdder, areas, inverts, inverter, xor, and } = adders;
  return (
    [fullAdder?.sum, fullAdder?.carry].every((values) => areNumbers(values, 3)) &&
    [halfAdder?.sum, halfAdder?.carry].every((values) => areNumbers(values, 2)) &&
    areNumbers([inverter, xor, and, areas?.fullAdder, areas?.and, areas?.recoded], 6) &&
    typeof inverts === 'boolean'
  );
}
