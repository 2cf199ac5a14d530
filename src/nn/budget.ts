import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import { findSteps, type Affine } from './affine.js';
import { codeBits } from './codes.js';
import { range, selectImages } from './data/images.js';
import type { Observations } from './calibrate.js';
import { floatRunner } from './floatrun.js';
import { forward, type Engines } from './forward.js';
import type { Prepared } from './prepare.js';
import { areaTooSmall, budgetInBlocks, budgetTooSmall, noMemoryModel, nothingToNarrow } from './problems.js';
import { quantise } from './quantise.js';
import type { OptionsOf, QuantiseOptions } from './quantise-options.js';
import { statedCodes } from './stated/index.js';
import { batches, type Workload } from './workload.js';

/** Bits that the weights of all quantised layers may have, on average or all together; or area of the memories that hold them. */
export type BitBudget = { readonly meanWeightBits: number } | { readonly weightBits: number } | AreaBudget;

/**
 * The area of the memories of the weights: one for each layer, whose words hold a weight for each lane of its datapath.
 * `memory` is a model of memories by name.
 */
export interface AreaBudget {
  readonly weightAreaUm2: number;
  readonly memory: string;
}

/** The area in µm² of a memory of so many words of so many bits. */
export type MemoryArea = (words: number, width: number) => number;

/** A layer by itself at a width of its weights, all others at theirs. */
export interface Sensitivity {
  readonly layer: string;
  readonly weights: number;
  readonly weightBits: number;
  /** Σ (score − score in float)² / Σ (score in float)², over the images that were tried */
  readonly error: number;
}

/** What a search for widths found. */
export interface BitSearch {
  readonly budgetBits?: number;
  readonly budgetAreaUm2?: number;
  /** of the memories with the widths found, where the budget is an area */
  readonly weightAreaUm2?: number;
  /** of all weights with the widths found */
  readonly weightBits: number;
  readonly meanWeightBits: number;
  /** images that sensitivities were measured on */
  readonly images: number;
  readonly chosen: Readonly<Record<string, number>>;
  /** of the scores with the widths found, as `error` of a sensitivity */
  readonly error: number;
  readonly sensitivities: readonly Sensitivity[];
}

/** How many images sensitivities are measured on. */
const mostImages = 100;

/**
 * Widths of the layers' weights that meet a budget. Each layer is tried by itself at all widths below its own, and bits
 * are then taken, one after the other, where they raise the error of the scores least for what they save of the budget.
 * That is done with each least width that the budget leaves, and the result with the least error is the answer: so it
 * is no worse than one width for all.
 *
 * @param workload training images
 * @param areaOf for budgets of area
 */
export function searchBits(
  prepared: Prepared,
  seen: Observations,
  optionsOf: OptionsOf,
  budget: BitBudget,
  workload: Workload,
  engines: Engines,
  areaOf?: MemoryArea,
): Result<{ readonly optionsOf: OptionsOf; readonly search: BitSearch }> {
  if ('memory' in budget && !areaOf) return failure(noMemoryModel(budget.memory));
  const layers = weighted(prepared, optionsOf, engines);
  if (!layers.ok) return layers;
  const count = layers.value.reduce((sum, { weights }) => sum + weights, 0);
  const { limit, sizeOf } = limitOf(budget, count, areaOf);
  const least = total(layers.value, () => codeBits.least, sizeOf);
  if (count === 0) return failure(nothingToNarrow());
  if (limit < least) {
    const isArea = 'memory' in budget;
    return failure(isArea ? areaTooSmall(limit, least) : budgetTooSmall(limit, least, count, codeBits.least));
  }
  const { images } = workload;
  const few = { ...workload, images: selectImages(images, range(0, Math.min(mostImages, images.count))) };
  const errorOf = scoreError(prepared, seen, optionsOf, few, engines);
  const tried: Sensitivity[] = [];
  for (const { layer, weights, most } of layers.value) {
    for (let bits = most; bits >= codeBits.least; bits--) {
      const error = errorOf(new Map([[layer, bits]]));
      if (!error.ok) return error;
      tried.push({ layer, weights, weightBits: bits, error: error.value });
    }
  }
  const best = bestOf(layers.value, tried, limit, sizeOf, errorOf);
  if (!best.ok) return best;
  const { chosen, error } = best.value;
  const bitsOf = ({ layer }: Weighted): number => chosen.get(layer)!;
  const weightBits = total(layers.value, bitsOf, plainBits);
  const area = { budgetAreaUm2: limit, weightAreaUm2: total(layers.value, bitsOf, sizeOf) };
  const search: BitSearch = {
    ...('memory' in budget ? area : { budgetBits: limit }),
    ...{ weightBits, meanWeightBits: weightBits / count, images: few.images.count },
    ...{ chosen: Object.fromEntries(chosen), error, sensitivities: tried },
  };
  return success({ optionsOf: withBits(optionsOf, chosen), search });
}

interface Weighted {
  readonly layer: string;
  readonly weights: number;
  readonly most: number;
  /** weights of a word of its memory */
  readonly lanes: number;
}

/** What the weights of a layer take at a width, in what the budget counts. */
type SizeOf = (layer: Weighted, bits: number) => number;

const plainBits: SizeOf = ({ weights }, bits) => weights * bits;

function limitOf(
  budget: BitBudget,
  count: number,
  areaOf: MemoryArea | undefined,
): { readonly limit: number; readonly sizeOf: SizeOf } {
  if ('weightBits' in budget) return { limit: budget.weightBits, sizeOf: plainBits };
  if ('meanWeightBits' in budget) return { limit: budget.meanWeightBits * count, sizeOf: plainBits };
  const sizeOf: SizeOf = ({ weights, lanes }, bits) => areaOf!(Math.ceil(weights / lanes), lanes * bits);
  return { limit: budget.weightAreaUm2, sizeOf };
}

function total(layers: readonly Weighted[], bitsOf: (layer: Weighted) => number, sizeOf: SizeOf): number {
  return layers.reduce((sum, layer) => sum + sizeOf(layer, bitsOf(layer)), 0);
}

/** The quantised layers that have weights. */
function weighted(prepared: Prepared, optionsOf: OptionsOf, engines: Engines): Result<Weighted[]> {
  const engineOf = typeof engines === 'function' ? engines : () => engines;
  const steps = findSteps(prepared);
  const own = steps.flatMap((step) => (step.kind === 'affine' ? [step.affine] : []));
  const stated = statedCodes(prepared, steps, optionsOf);
  const faults: Diagnostic[] = [];
  const layers = own.flatMap((affine: Affine): Weighted[] => {
    const options = optionsOf(affine);
    const keepsCodes = stated.layers.has(affine) || stated.weights.has(affine);
    if (!options || affine.right !== undefined || keepsCodes) return [];
    if ('kind' in options) faults.push(budgetInBlocks(affine.name));
    else {
      const { lanes } = engineOf(affine);
      return [{ layer: affine.name, weights: affine.weights.length, most: options.weightBits, lanes }];
    }
    return [];
  });
  return faults.length > 0 ? failure(...faults) : success(layers);
}

function withBits(optionsOf: OptionsOf, bits: ReadonlyMap<string, number>): OptionsOf {
  return (layer) => {
    const options = optionsOf(layer);
    const weightBits = bits.get(layer.name);
    return options && weightBits !== undefined ? { ...(options as QuantiseOptions), weightBits } : options;
  };
}

/** Measures how far scores are from those in float with other widths of some layers. */
function scoreError(
  prepared: Prepared,
  seen: Observations,
  optionsOf: OptionsOf,
  workload: Workload,
  engines: Engines,
): (bits: ReadonlyMap<string, number>) => Result<number> {
  const inFloat = floatRunner(prepared);
  const all = [...batches(workload)].map(({ tensor }) => {
    const due = inFloat(tensor);
    return { tensor, due: due.ok ? success(Float32Array.from(due.value.data)) : due };
  });
  return (bits) => {
    const quantised = quantise(prepared, seen, withBits(optionsOf, bits));
    if (!quantised.ok) return quantised;
    let [power, error] = [0, 0];
    for (const { tensor, due } of all) {
      const found = forward(quantised.value, tensor, engines);
      if (!found.ok) return found;
      if (!due.ok) return due;
      due.value.forEach((x, i) => {
        power += x ** 2;
        error += (x - found.value.data[i]!) ** 2;
      });
    }
    return success(power > 0 ? error / power : 0);
  };
}

interface Choice {
  readonly chosen: ReadonlyMap<string, number>;
  readonly error: number;
}

/** Errors of single layers do not add up, so that widths found in several ways are tried together. */
function bestOf(
  layers: readonly Weighted[],
  tried: readonly Sensitivity[],
  limit: number,
  sizeOf: SizeOf,
  errorOf: (bits: ReadonlyMap<string, number>) => Result<number>,
): Result<Choice> {
  const found: Choice[] = [];
  for (let least = codeBits.least; least <= Math.max(...layers.map(({ most }) => most)); least++) {
    const chosen = takenBits(layers, tried, limit, sizeOf, least);
    if (!chosen) break;
    const error = errorOf(chosen);
    if (!error.ok) return error;
    found.push({ chosen, error: error.value });
  }
  return success(found.reduce((a, b) => (b.error < a.error ? b : a)));
}

/** Takes a bit at a time from the layer whose error grows least for what is saved, until the budget is met; undefined if it cannot be. */
function takenBits(
  layers: readonly Weighted[],
  tried: readonly Sensitivity[],
  limit: number,
  sizeOf: SizeOf,
  least: number,
): ReadonlyMap<string, number> | undefined {
  const chosen = new Map(layers.map(({ layer, most }) => [layer, most]));
  const errorAt = (layer: string, bits: number): number =>
    tried.find((one) => one.layer === layer && one.weightBits === bits)!.error;
  while (total(layers, ({ layer }) => chosen.get(layer)!, sizeOf) > limit) {
    const steps = layers.flatMap((own) => {
      const { layer } = own;
      const bits = chosen.get(layer)!;
      if (bits <= least) return [];
      const saved = sizeOf(own, bits) - sizeOf(own, bits - 1);
      return [{ layer, bits, rise: (errorAt(layer, bits - 1) - errorAt(layer, bits)) / saved }];
    });
    if (steps.length === 0) return undefined;
    const best = steps.reduce((a, b) => (b.rise < a.rise ? b : a));
    chosen.set(best.layer, best.bits - 1);
  }
  return chosen;
}
