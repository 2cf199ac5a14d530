import { failure, fault, random, success, type Result } from '../base/index.js';
import {
  costModel,
  modelErrors,
  modelledFigures,
  type CostModel,
  type ModelError,
  type ModelledFigure,
} from '../cost/index.js';
import type { Design } from '../ir/index.js';
import { simplify } from '../pass/index.js';
import type { Technology } from '../synth/index.js';
import { modelSpeed, type ModelSpeed } from './bench-cost-speed.js';
import { costDesign } from './cost.js';
import { formsOf, type Arithmetic } from './design.js';
import { designOfSample, sampleKey } from './model-samples.js';
import { hasAdders, modelForms } from './modelled.js';

type Figures = Readonly<Record<ModelledFigure, number>>;

/** What synthesis gave of a form of a design that a cost model was made or is judged by: a row of tech/model/<name>-samples.json. */
export interface CostSample extends Figures {
  readonly set: 'fit' | 'validation' | 'heldOut';
  /** An operator and the number of its sample, as `dot 5`, or an example's file. */
  readonly name: string;
  /** What it is a sample of: an operator, `primitive` or `example`. */
  readonly of: string;
  readonly form: Arithmetic['kind'];
  readonly key: string;
  readonly cells: number;
}

/** What is asked of a model on held-out designs, in percent; and of ranks. */
export const modelTargets = { areaUm2: 6, delayPs: 10, energyFjPerCycle: 12, rank: 0.98 } as const;

type Errors = Readonly<Record<ModelledFigure, ModelError>>;

/** A cost model on the designs that it was not fitted to. */
export interface CostBenchmark {
  readonly name: string;
  readonly designs: number;
  /** The form that the model takes by default against the one that synthesis does, each by its own figures. */
  readonly errorPercent: Errors;
  /** How often these are the same form, among designs that have two. */
  readonly sameForm: { readonly of: number; readonly same: number };
  /** Each form by itself. */
  readonly forms: readonly { readonly form: Arithmetic['kind']; readonly errorPercent: Errors }[];
  /** The default form by kinds of designs. */
  readonly classes: readonly { readonly name: string; readonly errorPercent: Errors }[];
  /** The designs with the largest errors of a figure. */
  readonly worst: readonly {
    readonly name: string;
    readonly figure: ModelledFigure;
    readonly percent: number;
  }[];
  /** Samples that are other designs now than when they were synthesised, in one form at least; they are left out. */
  readonly changed: readonly string[];
  /** Samples too large for their bit heaps to be on file; they are counted by the form that is. */
  readonly large: readonly string[];
  readonly designsPerSecond: ModelSpeed;
  /** How far samples that were synthesised anew are off what is on file, at most, in percent. */
  readonly drift: readonly { readonly name: string; readonly percent: number }[];
}

interface HeldOut {
  readonly name: string;
  readonly of: string;
  readonly make: () => Design;
  readonly simplified: Design;
  /** What is on file and what the model says, form by form. */
  readonly forms: readonly Form[];
  /** Whether both forms are on file as they are; of large designs the bit heap was not mapped. */
  readonly state: 'whole' | 'large' | 'changed';
}

interface Form {
  readonly design: Design;
  readonly modelled: Figures;
  readonly synthesised: CostSample;
}

/**
 * Measures a model on the held-out samples of its technology.
 *
 * @param read gives the text of an example's file
 * @param again how many samples to synthesise anew
 */
export async function benchCostModel(
  model: CostModel,
  technology: Technology,
  samples: readonly CostSample[],
  read: (file: string) => string,
  again: number,
): Promise<Result<CostBenchmark>> {
  const held = samples.filter(({ set }) => set === 'heldOut');
  const made = [...new Set(held.map(({ name }) => name))].map((name) =>
    heldOut(
      held.filter((sample) => sample.name === name),
      model,
      read,
    ),
  );
  const same = made.filter(({ state }) => state === 'whole');
  if (same.length === 0)
    return failure(
      fault('cost-samples', `all held-out samples of ${model.technology} have changed`, {
        hint: 'make the model anew: node scripts/fit-model.mjs',
      }),
    );
  const drift = await driftOf(same, technology, again);
  if (!drift.ok) return drift;
  const fitted = new Set(samples.flatMap(({ set, of }) => (set === 'fit' ? [of] : [])));
  const all = same.map((one) => ({ ...one, ...byDefault(one.forms) }));
  const two = all.filter(({ forms }) => forms.length > 1);
  return success({
    name: model.technology,
    designs: all.length,
    errorPercent: modelErrors(all),
    sameForm: { of: two.length, same: two.filter(({ isSame }) => isSame).length },
    forms: (['behavioural', 'bitheap'] as const).flatMap((form) => {
      const pairs = made.flatMap(({ forms }) => forms.filter(({ synthesised }) => synthesised.form === form));
      return pairs.length > 0 ? [{ form, errorPercent: modelErrors(pairs) }] : [];
    }),
    classes: grouped(all, (one) => classOf(one, fitted)).map(([name, some]) => ({
      name,
      errorPercent: modelErrors(some),
    })),
    worst: worstOf(all),
    changed: namesIn(made, 'changed'),
    large: namesIn(made, 'large'),
    designsPerSecond: modelSpeed(model, same),
    drift: drift.value,
  });
}

function heldOut(rows: readonly CostSample[], model: CostModel, read: (file: string) => string): HeldOut {
  const { name, of } = rows[0]!;
  const [operator, index] = name.split(' ');
  const make = (): Design =>
    index === undefined
      ? designOfSample({ file: name, text: read(name) })
      : designOfSample({ operator: operator!, index: Number(index) });
  const simplified = simplify(make());
  const designs = modelForms(simplified);
  const plain = designs.plain();
  const heaped = model.adders && designs.heaped(model.adders);
  const estimate = costModel(model);
  const forms = [plain, ...(heaped && hasAdders(heaped) ? [heaped] : [])].flatMap((design) => {
    const synthesised = rows.find(({ key }) => key === sampleKey(design));
    return synthesised ? [{ design, modelled: estimate(design), synthesised }] : [];
  });
  const due = heaped && hasAdders(heaped) ? 2 : 1;
  const state = forms.length < rows.length ? 'changed' : forms.length < due ? 'large' : 'whole';
  return { name, of, make, simplified, forms, state };
}

function namesIn(all: readonly HeldOut[], wanted: HeldOut['state']): string[] {
  return all.flatMap(({ name, state }) => (state === wanted ? [name] : []));
}

/** The forms that the model and synthesis take, each that of its smaller area × delay. */
function byDefault(forms: readonly Form[]) {
  const least = (size: (form: Form) => number): Form =>
    forms.reduce((best, other) => (size(other) < size(best) ? other : best));
  const product = ({ areaUm2, delayPs }: Figures): number => areaUm2 * delayPs;
  const modelled = least((form) => product(form.modelled));
  const synthesised = least((form) => product(form.synthesised));
  return {
    modelled: modelled.modelled,
    synthesised: synthesised.synthesised,
    isSame: modelled === synthesised,
  };
}

function classOf({ name, of }: HeldOut, fitted: ReadonlySet<string>): string {
  if (of === 'example') return 'examples';
  const kind = /^(fp_|int_to_fp|mx_|ipu|nibble)/.test(name) ? 'floating-point' : 'integer';
  return `${kind} operators ${fitted.has(of) ? 'that were fitted to' : 'not seen before'}`;
}

function grouped<T>(all: readonly T[], by: (one: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(by(one), [...(groups.get(by(one)) ?? []), one]);
  return [...groups].sort(([a], [b]) => a.localeCompare(b));
}

function worstOf(
  pairs: readonly { readonly name: string; readonly modelled: Figures; readonly synthesised: CostSample }[],
): CostBenchmark['worst'] {
  return modelledFigures.flatMap((figure) => {
    const off = pairs.map(({ name, modelled, synthesised }) => ({
      name,
      figure,
      percent: Number((100 * (modelled[figure] / synthesised[figure] - 1)).toFixed(1)),
    }));
    return off.sort((a, b) => Math.abs(b.percent) - Math.abs(a.percent)).slice(0, 3);
  });
}

/** Synthesises some of the smaller half anew, others in every run. */
async function driftOf(
  same: readonly HeldOut[],
  technology: Technology,
  again: number,
): Promise<Result<CostBenchmark['drift']>> {
  const cells = ({ forms }: HeldOut): number => forms[0]!.synthesised.cells;
  const small = [...same].sort((a, b) => cells(a) - cells(b)).slice(0, Math.ceil(same.length / 2));
  const source = random(Date.now() % 2 ** 32);
  const found: { readonly name: string; readonly percent: number }[] = [];
  for (let k = 0; k < again && small.length > 0; k++) {
    const [{ name, make, forms }] = small.splice(source.below(small.length), 1) as [HeldOut];
    const cost = await costDesign(formsOf(make()), technology, { arithmetic: 'auto' });
    if (!cost.ok) return cost;
    const { synthesised } = byDefault(forms);
    const off = modelledFigures.map((figure) =>
      Math.abs(100 * (cost.value[figure] / synthesised[figure] - 1)),
    );
    found.push({ name, percent: Number(Math.max(...off).toFixed(2)) });
  }
  return success(found);
}
