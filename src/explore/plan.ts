import { failure, fault, success, suggest, type Diagnostic, type Result } from '../base/index.js';
import type { Argument } from '../builder/index.js';
import { argumentVariables, measureAt } from './arguments.js';
import type { SweepDefinition, Variable } from './definition.js';
import type { Formula, Formulas, FormulaText, Scope } from './formula.js';
import { isOfNetwork } from './network-measures.js';
import type { Objectives } from './pareto.js';
import type { CostMode, Evaluation, MeasureCall, Measured, Point } from './point.js';
import { notACondition, quantityUnmeasured, tooManyVariables } from './problems.js';
import { quantities } from './quantities.js';
import { sobolDimensions } from './sobol.js';
import { spaceOf, type Candidate, type Space } from './space.js';

/** A sweep that can be run: its formulas compiled, its names checked. */
export interface Plan {
  readonly definition: SweepDefinition;
  readonly space: Space;
  /** The point of a candidate; with `images`, networks are measured on so many. The mode is that of the sweep, of its ranking with `model-first`. */
  pointOf(candidate: Candidate, images?: number, mode?: CostMode): Point;
  /** Measures and what is derived from them. */
  measuresOf(candidate: Candidate, evaluation: Pick<Evaluation, 'measures'>): Measured;
  /**
   * What is to be made small, in order, of a point with these measures; undefined where one is missing, or where the point exceeds a
   * budget of the sweep.
   */
  objectivesOf(candidate: Candidate, measures: Measured): Objectives | undefined;
}

/** Variables that are not parameters of the design. */
const builtIn = ['design', 'datapath', 'tech', 'clockPs'];

/** The variables that are parameters of the design and nothing else. */
export function designVariables({ variables, measures }: SweepDefinition): Variable[] {
  const named = argumentVariables(measures, variables);
  return variables.filter((one) => !builtIn.includes(one.name) && !named.includes(one));
}

/** Checks a sweep as a whole. All that is wrong with its names and formulas is told. */
export function planOf(definition: SweepDefinition, formulas: Formulas): Result<Plan> {
  const { variables, where, measures, derived, objectives, search } = definition;
  const wrong: Diagnostic[] = [];
  const measured = measures.map(({ as }) => as);
  const names = variables.map(({ name }) => name);
  const all = [...names, ...measured, ...derived.map(({ name }) => name)];
  const compiledOver = (text: FormulaText, known: readonly string[]): Formula[] => {
    const made = formulas.compile(text, known);
    if (!made.ok) wrong.push(...made.diagnostics);
    else wrong.push(...unmeasured(text, made.value, all, measures));
    return made.ok ? [made.value] : [];
  };
  const compiled = where.flatMap((text) => compiledOver(text, all).map((formula) => ({ text, formula })));
  const overVariables = compiled.filter(({ formula }) => formula.names.every((name) => names.includes(name)));
  const overMeasures = compiled.filter((one) => !overVariables.includes(one));
  for (const { text, formula } of overMeasures) if (!formula.isCondition) wrong.push(notACondition(text));
  // Those over variables hold in the space, but a front may be asked for under more of them.
  const budgets = compiled.map(({ formula }) => formula);
  const space = spaceOf({ variables, where: overVariables.map(({ text }) => text) }, formulas);
  if (!space.ok) wrong.push(...space.diagnostics);
  const formulae = derived.flatMap(({ name, formula }, i) => {
    const before = [...names, ...measured, ...derived.slice(0, i).map((one) => one.name)];
    return compiledOver(formula, before).map((compiled) => ({ name, formula: compiled }));
  });
  const good = [...measured, ...derived.map(({ name }) => name), ...names];
  for (const { measure } of objectives) if (!good.includes(measure)) wrong.push(notMeasured(measure, good));
  if (search.kind === 'sobol' && variables.length > sobolDimensions)
    wrong.push(tooManyVariables(variables.length, sobolDimensions));
  if (wrong.length > 0 || !space.ok) return failure(...wrong);
  return success({
    definition,
    space: space.value,
    pointOf: (candidate, images, mode) => pointOf(definition, candidate, images, mode),
    measuresOf: (candidate, { measures: found }) =>
      withDerived(formulae, scopeOf(definition, candidate, found), found),
    objectivesOf: (candidate, found) => objectivesOf(definition, budgets, candidate, found),
  });
}

function pointOf(
  definition: SweepDefinition,
  candidate: Candidate,
  images: number | undefined,
  mode: CostMode = definition.mode === 'synth' ? 'synth' : 'model',
): Point {
  const { design, datapath, technology, arithmetic, seed, variables } = definition;
  const named = argumentVariables(definition.measures, variables).map(({ name }) => name);
  const own = Object.entries(candidate).filter(([name]) => !builtIn.includes(name));
  const parameters = own.filter(([name]) => !named.includes(name));
  const shared = own.filter(([name]) => named.includes(name));
  const measures = definition.measures.map((call) => measureAt(call, variables, candidate));
  const tech = candidate['tech'] ?? technology;
  const part = candidate['datapath'] ?? datapath;
  const clock = candidate['clockPs'];
  return {
    design: String(candidate['design'] ?? design),
    ...(part !== undefined && { datapath: String(part) }),
    parameters: Object.fromEntries(parameters) as Record<string, Argument>,
    ...(shared.length > 0 && { shared: Object.fromEntries(shared) as Record<string, Argument> }),
    ...(tech !== undefined && { technology: String(tech) }),
    ...(clock !== undefined && { clockPs: Number(clock) }),
    mode,
    arithmetic,
    seed,
    measures: images === undefined ? measures : measures.map((call) => onImages(call, images)),
  };
}

function onImages(call: MeasureCall, images: number): MeasureCall {
  return isOfNetwork(call) ? { ...call, args: { ...call.args, images } } : call;
}

/** What formulas read; quantities find a measure that goes by another name under its own too. */
function scopeOf(definition: SweepDefinition, candidate: Candidate, measures: Measured): Scope {
  const renamed = definition.measures.map(({ measure, as }) => [measure, measures[as]]);
  return { ...(Object.fromEntries(renamed) as Scope), ...candidate, ...measures };
}

/** The quantities in a formula that no measure or variable gives a value. */
function unmeasured(
  { place }: FormulaText,
  formula: Formula,
  known: readonly string[],
  measures: readonly MeasureCall[],
): Diagnostic[] {
  const given = [...known, ...measures.map(({ measure }) => measure)];
  return formula.names.flatMap((name) => {
    const source = known.includes(name) ? name : quantities[name]!.measure;
    return given.includes(source) ? [] : [quantityUnmeasured(place, name, source)];
  });
}

function withDerived(
  derived: readonly { readonly name: string; readonly formula: Formula }[],
  known: Scope,
  measures: Measured,
): Measured {
  const scope: Record<string, Scope[string]> = { ...known };
  const all: Record<string, number | null> = { ...measures };
  for (const { name, formula } of derived) {
    const value = formula.evaluate(scope);
    scope[name] = all[name] = value === undefined ? null : Number(value);
  }
  return all;
}

function objectivesOf(
  definition: SweepDefinition,
  budgets: readonly Formula[],
  candidate: Candidate,
  measures: Measured,
): Objectives | undefined {
  const scope = scopeOf(definition, candidate, measures);
  if (budgets.some((budget) => budget.evaluate(scope) === false)) return undefined;
  const values = definition.objectives.map(({ measure, direction }) => {
    const value = scope[measure];
    return typeof value === 'number' ? (direction === 'max' ? -value : value) : undefined;
  });
  return values.includes(undefined) ? undefined : (values as number[]);
}

function notMeasured(name: string, known: readonly string[]): Diagnostic {
  return fault('unknown-name', `\`${name}\` is to be made good, but is not measured`, {
    hint: suggest(name, known),
  });
}
