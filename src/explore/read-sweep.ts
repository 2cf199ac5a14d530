import { failure, fault, success, suggest, type Diagnostic, type Result } from '../base/index.js';
import type { SettingForm, SweepForm } from '../lang/index.js';
import { sweepDefaults, type Budget, type Search, type SweepDefinition } from './definition.js';

/** A setting's fields: what kind of value each takes. */
type Shape = Readonly<Record<string, 'count' | 'word' | 'counts'>>;

const searchShapes: Readonly<Record<string, Shape>> = {
  grid: {},
  random: { points: 'count', seed: 'count' },
  latin: { points: 'count', seed: 'count' },
  sobol: { points: 'count', seed: 'count' },
  nsga2: { population: 'count', generations: 'count', seed: 'count' },
};

const shapes: Readonly<Record<string, Shape>> = {
  budget: { points: 'count', seconds: 'count' },
  settings: { mode: 'word', arithmetic: 'word', rungs: 'counts', seed: 'count' },
};

const words: Readonly<Record<string, readonly string[]>> = {
  mode: ['synth', 'model', 'model-first'],
  arithmetic: ['auto', 'behavioural', 'bitheap'],
};

/**
 * A sweep as it was written, with what is not said filled in: without a variable `design`, the file that the sweep stands in, and there
 * the datapath of the sweep's name, or the last one.
 *
 * @param file the sweep's file, as points are to name it
 * @param datapaths the names of the datapaths in that file
 */
export function sweepOf(
  form: SweepForm,
  file: string,
  datapaths: readonly string[],
): Result<SweepDefinition> {
  const wrong: Diagnostic[] = [];
  const names = form.variables.map(({ name }) => name);
  if (!names.includes('design') && datapaths.length === 0) wrong.push(noDesign(form));
  if (!names.includes('design')) wrong.push(...unknownDatapaths(form, datapaths));
  if (form.measures.length === 0)
    wrong.push(nothing(form, 'measures nothing', 'add `measure areaUm2, delayPs`'));
  if (form.objectives.length === 0)
    wrong.push(nothing(form, 'does not say what is good', 'add `pareto min areaUm2, min delayPs`'));
  const search = searchIn(form, wrong);
  const budget = fieldsIn(form, 'budget', wrong);
  const { mode, arithmetic, rungs, seed } = { ...sweepDefaults, ...fieldsIn(form, 'settings', wrong) };
  if (wrong.length > 0) return failure(...wrong);
  const own = datapaths.includes(form.name) ? form.name : datapaths.at(-1);
  return success({
    name: form.name,
    design: file,
    ...(!names.includes('design') && own !== undefined && { datapath: own }),
    variables: form.variables,
    where: form.where,
    measures: form.measures.map(({ measure, as, args }) => ({ measure, as, args })),
    derived: form.derived.map(({ name, formula }) => ({ name, formula })),
    objectives: form.objectives.map(({ measure, direction }) => ({ measure, direction })),
    search,
    budget: budget as Budget,
    mode: mode as SweepDefinition['mode'],
    arithmetic: arithmetic as SweepDefinition['arithmetic'],
    rungs: rungs as readonly number[],
    seed: seed as number,
  });
}

function searchIn(form: SweepForm, wrong: Diagnostic[]): Search {
  const setting = form.settings.find(({ name }) => name === 'search');
  if (!setting) return sweepDefaults.search;
  const kind = String(setting.values[0] ?? '');
  const shape = Object.hasOwn(searchShapes, kind) ? searchShapes[kind]! : undefined;
  if (!shape || setting.values.length > 1) {
    const known = Object.keys(searchShapes);
    wrong.push(
      fault('bad-sweep', `there is no search \`${kind}\``, {
        place: setting.place,
        hint: suggest(kind, known),
      }),
    );
    return sweepDefaults.search;
  }
  const given = fieldsOf(setting, shape, wrong);
  if (kind === 'nsga2') return { kind, population: 40, generations: 25, seed: 1, ...given };
  if (kind === 'random' || kind === 'latin' || kind === 'sobol')
    return { kind, points: 100, seed: 1, ...given };
  return { kind: 'grid' };
}

function fieldsIn(form: SweepForm, name: string, wrong: Diagnostic[]): Record<string, unknown> {
  const found = form.settings.filter((one) => one.name === name);
  return Object.assign({}, ...found.map((setting) => fieldsOf(setting, shapes[name]!, wrong))) as Record<
    string,
    unknown
  >;
}

/** The named values of a setting that are of the right kind; what is wrong with the others. */
function fieldsOf(
  { name, named, place }: SettingForm,
  shape: Shape,
  wrong: Diagnostic[],
): Record<string, unknown> {
  const right: Record<string, unknown> = {};
  const refuse = (message: string, hint?: string): void =>
    void wrong.push(fault('bad-sweep', message, { place, hint }));
  for (const [field, value] of Object.entries(named)) {
    if (!Object.hasOwn(shape, field))
      refuse(`\`${name}\` takes no \`${field}\``, suggest(field, Object.keys(shape)));
    else if (shape[field] === 'word' && !words[field]!.includes(String(value)))
      refuse(`\`${field}\` must be one of ${words[field]!.join(', ')}`);
    else if (shape[field] === 'count' && !isCount(value)) refuse(`\`${field}\` must be a positive integer`);
    else if (shape[field] === 'counts' && !isRising(value))
      refuse(`\`${field}\` must be rising positive integers`);
    else right[field] = value;
  }
  return right;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function isRising(value: unknown): boolean {
  return Array.isArray(value) && value.every((one, i) => isCount(one) && one > Number(value[i - 1] ?? 0));
}

/** The values of a variable `datapath` that the sweep's own file does not have. */
function unknownDatapaths({ variables }: SweepForm, datapaths: readonly string[]): Diagnostic[] {
  if (datapaths.length === 0) return [];
  return variables.flatMap(({ name, domain, place }) => {
    if (name !== 'datapath') return [];
    const values = domain.kind === 'list' ? domain.values.map(String) : ['a range'];
    return values
      .filter((value) => !datapaths.includes(value))
      .map((value) =>
        fault('unknown-name', `there is no datapath \`${value}\` in this file`, {
          place,
          hint: suggest(value, datapaths),
        }),
      );
  });
}

function noDesign({ name, place }: SweepForm): Diagnostic {
  return nothing(
    { name, place },
    'names no design',
    'add `design in ["vs-mac.dp"]`, or write a datapath before it',
  );
}

function nothing({ name, place }: Pick<SweepForm, 'name' | 'place'>, what: string, hint: string): Diagnostic {
  return fault('bad-sweep', `sweep \`${name}\` ${what}`, { place, hint });
}
