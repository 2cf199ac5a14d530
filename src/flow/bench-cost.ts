import { failure, fault, random, success, type Result } from '../base/index.js';
import {
  costModel,
  estimated,
  featuresOf,
  measured,
  modelErrors,
  modelledFigures,
  type CostModel,
  type ModelError,
  type ModelledFigure,
} from '../cost/index.js';
import type { Design } from '../ir/index.js';
import { optimise } from '../pass/index.js';
import type { Technology } from '../synth/index.js';
import { costDesign } from './cost.js';
import { formsOf } from './design.js';
import { designOfSample, sampleKey } from './model-samples.js';

type Figures = Readonly<Record<ModelledFigure, number>>;

/** What synthesis gave of a design that a cost model was made or is judged by: a row of tech/model/<name>-samples.json. */
export interface CostSample extends Figures {
  readonly set: 'fit' | 'validation' | 'heldOut';
  /** An operator and the number of its sample, as `dot 5`, or an example's file. */
  readonly name: string;
  readonly key: string;
  readonly cells: number;
}

/** What is asked of a model on held-out designs, in percent; and of ranks. */
export const modelTargets = { areaUm2: 6, delayPs: 10, energyFjPerCycle: 12, rank: 0.98 } as const;

/** A cost model on the designs that it was not fitted to. */
export interface CostBenchmark {
  readonly name: string;
  readonly designs: number;
  readonly errorPercent: Readonly<Record<ModelledFigure, ModelError>>;
  /** The designs with the largest errors of a figure. */
  readonly worst: readonly {
    readonly name: string;
    readonly figure: ModelledFigure;
    readonly percent: number;
  }[];
  /** Samples that are other designs now than when they were synthesised; they are left out. */
  readonly changed: readonly string[];
  readonly designsPerSecond: ModelSpeed;
  /** How far samples that were synthesised anew are off what is on file, at most, in percent. */
  readonly drift: readonly { readonly name: string; readonly percent: number }[];
}

/** Designs in a second of processor time. */
export interface ModelSpeed {
  /** With the design's features at hand: for another technology, or a module seen before. */
  readonly known: number;
  /** From an optimised design. */
  readonly built: number;
  /** From an optimised design, for those of at most 500 elements. */
  readonly builtSmall: number;
  /** From an operator's parameters: elaboration, passes, and the model. */
  readonly elaborated: number;
}

interface HeldOut {
  readonly sample: CostSample;
  readonly make: () => Design;
  readonly design: Design;
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
  const rows = samples.filter(({ set }) => set === 'heldOut');
  const made = rows.map((sample) => heldOut(sample, read));
  const same = made.filter(({ sample, design }) => sampleKey(design) === sample.key);
  if (same.length === 0)
    return failure(
      fault('cost-samples', `all held-out samples of ${model.technology} have changed`, {
        hint: 'make the model anew: node scripts/fit-model.mjs',
      }),
    );
  const drift = await driftOf(same, technology, again);
  if (!drift.ok) return drift;
  const designs = same.map(({ design }) => optimise(design));
  const cost = costModel(model);
  const pairs = designs.map((design, i) => ({ modelled: cost(design), synthesised: same[i]!.sample }));
  return success({
    name: model.technology,
    designs: same.length,
    errorPercent: modelErrors(pairs),
    worst: worstOf(pairs),
    changed: made.filter((one) => !same.includes(one)).map(({ sample }) => sample.name),
    designsPerSecond: speedOf(model, same, designs),
    drift: drift.value,
  });
}

function heldOut(sample: CostSample, read: (file: string) => string): HeldOut {
  const [operator, index] = sample.name.split(' ');
  const make =
    index === undefined
      ? () => designOfSample({ file: sample.name, text: read(sample.name) })
      : () => designOfSample({ operator: operator!, index: Number(index) });
  return { sample, make, design: make() };
}

function worstOf(
  pairs: readonly { readonly modelled: Figures; readonly synthesised: CostSample }[],
): CostBenchmark['worst'] {
  return modelledFigures.flatMap((figure) => {
    const off = pairs.map(({ modelled, synthesised }) => ({
      name: synthesised.name,
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
  const small = [...same]
    .sort((a, b) => a.sample.cells - b.sample.cells)
    .slice(0, Math.ceil(same.length / 2));
  const source = random(Date.now() % 2 ** 32);
  const found: { readonly name: string; readonly percent: number }[] = [];
  for (let k = 0; k < again && small.length > 0; k++) {
    const [{ sample, design }] = small.splice(source.below(small.length), 1) as [HeldOut];
    const cost = await costDesign(formsOf(design), technology, { flatten: true });
    if (!cost.ok) return cost;
    const off = modelledFigures.map((figure) => Math.abs(100 * (cost.value[figure] / sample[figure] - 1)));
    found.push({ name: sample.name, percent: Number(Math.max(...off).toFixed(2)) });
  }
  return success(found);
}

function speedOf(model: CostModel, same: readonly HeldOut[], designs: readonly Design[]): ModelSpeed {
  const features = designs.map(featuresOf);
  const small = designs.filter((_, i) => features[i]!.sketch.count <= 500);
  const operators = same.filter(({ sample }) => sample.name.includes(' '));
  const built = (design: Design): unknown => estimated(model, measured(design));
  return {
    known: rate(features, (one) => estimated(model, one), 1),
    built: rate(designs, built, 1),
    builtSmall: rate(small, built, 1),
    elaborated: rate(operators, ({ make }) => built(optimise(make())), 1),
  };
}

/** How many in a second of processor time, all of them again and again for at least `seconds`, after one round to warm up. */
function rate<T>(all: readonly T[], run: (one: T) => unknown, seconds: number): number {
  if (all.length === 0) return 0;
  all.forEach(run);
  let rounds = 0;
  let spent = 0;
  const start = process.cpuUsage();
  do {
    all.forEach(run);
    rounds++;
    const { user, system } = process.cpuUsage(start);
    spent = (user + system) / 1e6;
  } while (spent < seconds);
  return Math.round((rounds * all.length) / spent);
}
