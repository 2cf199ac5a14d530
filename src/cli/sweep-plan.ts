import { basename } from 'node:path';
import { failure, fault, success, suggest, type Diagnostic, type Result } from '../base/index.js';
import type { Materials, Plan, SweepDefinition } from '../explore/index.js';
import type { MeasurePlace } from '../flow/index.js';
import type { SweepForm } from '../lang/index.js';
import { readText } from './files.js';
import { placedBeside, readMaterials, type Needs } from './materials.js';

/** What of the command's options changes the sweep of a file. */
export interface PlanOptions {
  readonly name?: string;
  readonly mode?: SweepDefinition['mode'];
  readonly points?: number;
  readonly seconds?: number;
}

/** The sweep of a file, with all that its points read. */
export async function planIn(
  file: string,
  options: PlanOptions,
): Promise<Result<{ readonly plan: Plan; readonly materials: Materials }>> {
  const text = await readText(file);
  if (!text.ok) return text;
  const { loadSweeps } = await import('../lang/index.js');
  const loaded = loadSweeps(text.value, file);
  if (!loaded.ok) return loaded;
  const { sweeps, datapaths } = loaded.value;
  const form = options.name === undefined ? sweeps[0] : sweeps.find(({ name }) => name === options.name);
  if (!form || (options.name === undefined && sweeps.length > 1))
    return failure(
      whichSweep(
        file,
        options.name,
        sweeps.map(({ name }) => name),
      ),
    );
  const { sweepOf, loadFormulas, planOf } = await import('../explore/index.js');
  const read = sweepOf(form, basename(file), datapaths);
  if (!read.ok) return read;
  const definition = withOptions(read.value, options);
  const plan = planOf(definition, await loadFormulas());
  const materials = await readMaterials(file, await needsOf(definition));
  const wrong = [
    ...(await wrongMeasures(form, definition)),
    ...(materials.ok ? placedBeside(file, await wrongParameters(form, definition, materials.value)) : []),
  ];
  if (!plan.ok || !materials.ok || wrong.length > 0)
    return failure(...wrong, ...plan.diagnostics, ...materials.diagnostics);
  return success({ plan: plan.value, materials: materials.value });
}

/** Variables that are parameters of no datapath of the sweep; and what is wrong with its designs. */
async function wrongParameters(
  form: SweepForm,
  definition: SweepDefinition,
  { designs }: Materials,
): Promise<Diagnostic[]> {
  const { designVariables } = await import('../explore/index.js');
  const { loadDesign } = await import('../lang/index.js');
  const loaded = Object.entries(designs).map(([file, text]) => loadDesign(text, file));
  const broken = loaded.flatMap((one) => (one.ok ? [] : one.diagnostics));
  if (broken.length > 0) return broken;
  const named = valuesOf(definition, 'datapath');
  const wanted = named.length > 0 ? named : [definition.datapath];
  const used = loaded.flatMap((one) => {
    const all = one.ok ? one.value : [];
    return wanted.flatMap((name) => all.find((each) => each.name === name) ?? all.at(-1) ?? []);
  });
  const known = [...new Set(used.flatMap(({ parameters }) => parameters.map(({ name }) => name)))];
  const names = [...new Set(used.map(({ name }) => `\`${name}\``))].join(' and ');
  return designVariables(definition)
    .filter(({ name }) => !known.includes(name))
    .map(({ name }) =>
      fault('unknown-name', `there is no parameter \`${name}\` in ${names}`, {
        place: form.variables.find((one) => one.name === name)?.place,
        hint: suggest(name, known),
      }),
    );
}

/** What is wrong with the measures of a sweep, whatever their arguments take from its variables. */
async function wrongMeasures(
  form: SweepForm,
  { measures, variables }: SweepDefinition,
): Promise<Diagnostic[]> {
  const { measuresOver } = await import('../explore/index.js');
  const { checkMeasures, faultsOf } = await import('../flow/index.js');
  const placeOf: MeasurePlace = ({ as }, argument = '') => {
    const own = form.measures.findLast((one) => one.as === as);
    return own?.places[argument] ?? own?.place;
  };
  const first = measures.map((call) => measuresOver(call, variables)[0]!);
  const more = measures.flatMap((call) => measuresOver(call, variables).slice(1));
  const wrong = [
    ...checkMeasures(first, placeOf).diagnostics,
    ...more.flatMap((call) => faultsOf(call, placeOf)),
  ];
  return [...new Map(wrong.map((one) => [JSON.stringify(one), one])).values()];
}

function withOptions(definition: SweepDefinition, { mode, points, seconds }: PlanOptions): SweepDefinition {
  return {
    ...definition,
    ...(mode !== undefined && { mode }),
    budget: { ...definition.budget, ...(points && { points }), ...(seconds && { seconds }) },
  };
}

/** Every file that some point may read. */
async function needsOf(definition: SweepDefinition): Promise<Needs[]> {
  const { measuresOver } = await import('../explore/index.js');
  const { variables, mode } = definition;
  const measures = definition.measures.flatMap((call) => measuresOver(call, variables));
  const designs = valuesOf(definition, 'design');
  const technologies = valuesOf(definition, 'tech');
  const first = designs[0] ?? definition.design;
  return [
    ...(designs.length > 0 ? designs : [first]).map((design) => ({ design, measures, mode })),
    ...technologies.map((technology) => ({ design: first, technology, measures, mode })),
  ];
}

function valuesOf({ variables }: SweepDefinition, name: string): string[] {
  const domain = variables.find((variable) => variable.name === name)?.domain;
  return domain?.kind === 'list' ? domain.values.map(String) : [];
}

function whichSweep(file: string, name: string | undefined, known: readonly string[]): Diagnostic {
  if (known.length === 0)
    return fault('no-sweep', `there is no sweep in ${file}`, {
      hint: 'write `sweep NAME { N in [4, 8] … }`',
    });
  if (name === undefined)
    return fault('no-sweep', `${file} has several sweeps`, {
      hint: `choose one with --name: ${known.join(', ')}`,
    });
  return fault('unknown-name', `there is no sweep \`${name}\` in ${file}`, { hint: suggest(name, known) });
}
