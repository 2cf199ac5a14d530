import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import { sizeOf, valueAt, type SweepDefinition, type Variable } from './definition.js';
import type { Formula, Formulas, FormulaText } from './formula.js';
import type { Scalar, Scalars } from './point.js';
import { emptyVariable, laterVariable, notACondition, variableTwice } from './problems.js';

/** Values of variables: one point of a space, before it is measured. */
export type Candidate = Scalars;

/** The candidates of a sweep: which there are, and how a random one is drawn. */
export interface Space {
  readonly variables: readonly Variable[];
  /** How many there would be without conditions and constraints. */
  readonly size: number;
  /** All of them, in the order of the variables, the last one fastest. Branches that a constraint excludes are not walked. */
  all(): Iterable<Candidate>;
  /**
   * The candidate at a place of the unit cube, a number in [0, 1) for each variable; undefined where a constraint excludes it.
   */
  at(place: readonly number[]): Candidate | undefined;
}

interface Conditioned {
  readonly variable: Variable;
  readonly when: Formula | undefined;
  /** The constraints whose last variable this is. */
  readonly checks: readonly Formula[];
}

/** The space of a sweep's variables and of the constraints over them, or what is wrong with those. */
export function spaceOf(
  { variables, where }: Pick<SweepDefinition, 'variables' | 'where'>,
  formulas: Formulas,
): Result<Space> {
  const names = variables.map(({ name }) => name);
  const wrong: Diagnostic[] = [];
  const take = (text: FormulaText): Formula | undefined => {
    const made = formulas.compile(text, names);
    if (!made.ok) wrong.push(...made.diagnostics);
    else if (!made.value.isCondition) wrong.push(notACondition(text));
    return made.ok ? made.value : undefined;
  };
  const checks = where.flatMap((text) => take(text) ?? []);
  const conditioned = variables.map((variable, i): Conditioned => {
    if (names.indexOf(variable.name) < i) wrong.push(variableTwice(variable.name));
    if (sizeOf(variable.domain) === 0) wrong.push(emptyVariable(variable.name));
    const when = variable.when && take(variable.when);
    const late = when?.names.find((name) => names.indexOf(name) >= i);
    if (late !== undefined) wrong.push(laterVariable(variable.when!.place, variable.name, late));
    return { variable, when, checks: checks.filter((check) => lastOf(check, names) === i) };
  });
  if (wrong.length > 0) return failure(...wrong);
  const size = variables.reduce((product, { domain }) => product * sizeOf(domain), 1);
  return success({
    variables,
    size,
    all: () => walk(conditioned, 0, {}),
    at: (place) => decode(conditioned, place),
  });
}

function lastOf({ names }: Formula, variables: readonly string[]): number {
  return Math.max(0, ...names.map((name) => variables.indexOf(name)));
}

/** Whether a formula holds; one over a variable that is not there does not apply, and so excludes nothing. */
export function holds(formula: Formula, scope: Candidate): boolean {
  return formula.evaluate(scope) !== false;
}

function* walk(variables: readonly Conditioned[], from: number, chosen: Candidate): Iterable<Candidate> {
  const next = variables[from];
  if (!next) {
    yield chosen;
    return;
  }
  for (const value of optionsOf(next, chosen)) {
    const more = value === undefined ? chosen : { ...chosen, [next.variable.name]: value };
    if (next.checks.every((check) => holds(check, more))) yield* walk(variables, from + 1, more);
  }
}

/** The values that the variable can have beside those chosen; undefined stands for not being there. */
function* optionsOf({ variable, when }: Conditioned, chosen: Candidate): Iterable<Scalar | undefined> {
  if (when && when.evaluate(chosen) !== true) {
    yield undefined;
    return;
  }
  const count = sizeOf(variable.domain);
  for (let i = 0; i < count; i++) yield valueAt(variable.domain, i);
}

function decode(variables: readonly Conditioned[], place: readonly number[]): Candidate | undefined {
  const chosen: Record<string, Scalar> = {};
  for (const [i, { variable, when, checks }] of variables.entries()) {
    if (!when || when.evaluate(chosen) === true) {
      const count = sizeOf(variable.domain);
      const index = Math.min(count - 1, Math.floor(place[i]! * count));
      chosen[variable.name] = valueAt(variable.domain, index);
    }
    if (!checks.every((check) => holds(check, chosen))) return undefined;
  }
  return chosen;
}
