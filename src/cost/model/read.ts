import { failure, success, type Result } from '../../base/index.js';
import { delayNames, tabulated, type DelayName } from './delay.js';
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
  readonly delayPs: Readonly<Record<DelayName, string>>;
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
  const delays = delayNames.map((name) => [
    name,
    compiled(`delayPs.${name}`, written.delayPs[name], 'ps', ['fanout']),
  ]);
  if (wrong.length > 0) return failure(...wrong.map((what) => badCostModel(file, what)));
  return success({
    technology: written.technology,
    source: written.source,
    formulas,
    delays: tabulated(Object.fromEntries(delays) as Record<DelayName, Formula>),
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
  for (const name of delayNames)
    if (typeof written.delayPs?.[name] !== 'string') faults.push(`\`delayPs.${name}\` must be a formula`);
  for (const name of modelledFigures)
    if (typeof written.errorPercent?.heldOut?.[name]?.mean !== 'number')
      faults.push(`\`errorPercent.heldOut.${name}\` must have the errors`);
  return faults;
}
