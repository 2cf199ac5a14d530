import { failure, success, wholeFile, type Diagnostic, type Result } from '../base/index.js';
import { resolve, settled, type Argument, type Arguments, type Definition } from '../builder/index.js';
import type { Design } from '../ir/index.js';
import { declareAll, emptyScope } from './declare.js';
import { elaborate } from './elaborate.js';
import { parseExpression, parseSource } from './parse.js';
import { noDatapath } from './problems.js';
import type { Declared, Program } from './program.js';
import { enough, tidy } from './report.js';
import { freshBudget, type Library } from './scope.js';
import type { Surroundings } from './frame.js';
import { sweepForm, type SweepForm } from './sweep.js';
import { evaluateFormat } from './type.js';

/**
 * The datapaths of a design text, in its order; the last is the top. Faults in the heads of datapaths are found
 * here, those in their bodies when they are elaborated.
 *
 * @param file the name that places carry; nothing is read
 */
export function loadDesign(text: string, file: string): Result<readonly Definition[]> {
  const parsed = parseSource(text, file);
  if (!parsed.ok) return parsed;
  const { program, diagnostics } = declareAll(parsed.value);
  if (diagnostics.length > 0) return failure(...tidy(diagnostics));
  if (program.datapaths.length === 0) return failure(noDatapath(wholeFile(file)));
  return success(program.datapaths.map((declared) => definitionOf(program, declared)));
}

/** The sweeps of a text, in its order, and the names of its datapaths; what is wrong with their form. */
export function loadSweeps(
  text: string,
  file: string,
): Result<{ readonly sweeps: readonly SweepForm[]; readonly datapaths: readonly string[] }> {
  const parsed = parseSource(text, file);
  if (!parsed.ok) return parsed;
  const sweeps = parsed.value.sweeps.map(sweepForm);
  const diagnostics = sweeps.flatMap((sweep) => sweep.diagnostics);
  if (diagnostics.length > 0) return failure(...tidy(diagnostics));
  return success({
    sweeps: sweeps.map(({ form }) => form),
    datapaths: parsed.value.datapaths.map(({ name }) => name.text),
  });
}

/** All that is wrong with a design text when every datapath is made with its defaults. */
export function checkSource(text: string, file: string): readonly Diagnostic[] {
  const parsed = parseSource(text, file);
  if (!parsed.ok) return parsed.diagnostics;
  const { program, diagnostics } = declareAll(parsed.value);
  if (diagnostics.length > 0) return tidy(diagnostics);
  const around = surroundings(program);
  const found: Diagnostic[] = parsed.value.sweeps.flatMap((sweep) => sweepForm(sweep).diagnostics);
  for (const declared of program.datapaths) {
    for (const one of checkDefaults(around, declared)) found.push(one);
    if (enough(found)) break;
  }
  return tidy(found);
}

function checkDefaults(around: Surroundings, declared: Declared): readonly Diagnostic[] {
  const name = declared.syntax.name.text;
  if (around.library.made.has(name)) return [];
  const defaults = resolve(declared.parameters, {});
  if (!defaults.ok) return defaults.diagnostics;
  const { made, diagnostics } = elaborate(around, declared, defaults.value, name);
  around.library.made.set(name, made);
  return diagnostics;
}

function surroundings(program: Program): Surroundings {
  const library: Library = { made: new Map(), names: new Set(program.byName.keys()) };
  return { program, budget: freshBudget(), library, level: 0 };
}

function definitionOf(program: Program, declared: Declared): Definition {
  const { syntax, parameters } = declared;
  const name = syntax.name.text;
  return {
    name,
    about: syntax.about,
    parameters,
    elaborate(given, clocks): Result<Design> {
      const read = withFormats(program, declared, given);
      if (!read.ok) return read;
      const values = resolve(parameters, read.value);
      if (!values.ok) return values;
      const { made, diagnostics } = elaborate(surroundings(program), declared, values.value, name);
      if (!made) return failure(...tidy(diagnostics));
      const told = tidy(diagnostics);
      return clocks === 'kept' ? success(made.design, told) : settled(made.design, told);
    },
  };
}

/** The arguments, with formats that were given as text (`"int(4)"`, as on a command line) read. */
function withFormats(
  program: Program,
  { syntax, parameters }: Declared,
  given: Arguments,
): Result<Arguments> {
  const values: Record<string, Argument> = { ...given };
  for (const { name, kind } of parameters) {
    const text = Object.hasOwn(given, name) ? given[name] : undefined;
    if (kind !== 'format' || typeof text !== 'string') continue;
    const parsed = parseExpression(text, `parameter ${name}`);
    if (!parsed.ok) return parsed;
    const scope = emptyScope(program.file, syntax);
    const format = evaluateFormat(scope, parsed.value);
    if (!format) return failure(...scope.frame.datapath.diagnostics);
    values[name] = format;
  }
  return success(values);
}
