import { failure, fault, success, suggest, type Diagnostic, type Result } from '../base/index.js';
import type { Argument } from '../builder/index.js';
import type { SweepDefinition } from './definition.js';
import type { Formula, Formulas, Scope } from './formula.js';
import type { Objectives } from './pareto.js';
import type { CostMode, Evaluation, MeasureCall, Measured, Point } from './point.js';
import { notACondition, tooManyVariables } from './problems.js';
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

/** Checks a sweep as a whole. All that is wrong with its names and formulas is told. */
export function planOf(definition: SweepDefinition, formulas: Formulas): Result<Plan> {
  const { variables, where, measures, derived, objectives, search } = definition;
  const wrong: Diagnostic[] = [];
  const measured = measures.map(({ as }) => as);
  const names = variables.map(({ name }) => name);
  const all = [...names, ...measured, ...derived.map(({ name }) => name)];
  const compiled = where.flatMap((text) => {
    const made = formulas.compile(text, all);
    if (!made.ok) wrong.push(...made.diagnostics);
    return made.ok ? [{ text, formula: made.value }] : [];
  });
  const overVariables = compiled.filter(({ formula }) => formula.names.every((name) => names.includes(name)));
  const overMeasures = compiled.filter((one) => !overVariables.includes(one));
  for (const { text, formula } of overMeasures) if (!formula.isCondition) wrong.push(notACondition(text));
  // Those over variables hold in the space, but a front may be asked for under more of them.
  const budgets = compiled.map(({ formula }) => formula);
  const space = spaceOf({ variables, where: overVariables.map(({ text }) => text) }, formulas);
  if (!space.ok) wrong.push(...space.diagnostics);
  const formulae = derived.flatMap(({ name, formula }, i) => {
    const made = formulas.compile(formula, [
      ...names,
      ...measured,
      ...derived.slice(0, i).map((one) => one.name),
    ]);
    if (!made.ok) wrong.push(...made.diagnostics);
    return made.ok ? [{ name, formula: made.value }] : [];
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
    measuresOf: (candidate, evaluation) => withDerived(formulae, candidate, evaluation.measures),
    objectivesOf: (candidate, found) => objectivesOf(definition, budgets, candidate, found),
  });
}

function pointOf(
  definition: SweepDefinition,
  candidate: Candidate,
  images: number | undefined,
  mode: CostMode = definition.mode === 'synth' ? 'synth' : 'model',
): Point {
  const { design, datapath, technology, arithmetic, seed, measures } = definition;
  const parameters = Object.entries(candidate).filter(([name]) => !builtIn.includes(name));
  const tech = candidate['tech'] ?? technology;
  const part = candidate['datapath'] ?? datapath;
  const clock = candidate['clockPs'];
  return {
    design: String(candidate['design'] ?? design),
    ...(part !== undefined && { datapath: String(part) }),
    parameters: Object.fromEntries(parameters) as Record<string, Argument>,
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

/** Whether a measure is taken on images, so that fewer of them give an estimate. */
export function isOfNetwork({ measure }: MeasureCall): boolean {
  return ['accuracy', 'accuracyFloat', 'agreement', 'overflows'].includes(measure);
}

function withDerived(
  derived: readonly { readonly name: string; readonly formula: Formula }[],
  candidate: Candidate,
  measures: Measured,
): Measured {
  const scope: Record<string, Scope[string]> = { ...candidate, ...measures };
  const all: Record<string, number | null> = { ...measures };
  for (const { name, formula } of derived) {
    const value = formula.evaluate(scope);
    scope[name] = all[name] = value === undefined ? null : Number(value);
  }
  return all;
}

function objectivesOf(
  { objectives }: SweepDefinition,
  budgets: readonly Formula[],
  candidate: Candidate,
  measures: Measured,
): Objectives | undefined {
  const scope: Scope = { ...candidate, ...measures };
  if (budgets.some((budget) => budget.evaluate(scope) === false)) return undefined;
  const values = objectives.map(({ measure, direction }) => {
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
