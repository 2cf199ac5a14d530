import { failure, success, type Result } from '../base/index.js';
import { formatWidth, type NumberFormat } from '../format/index.js';
import { codeArray, type QuantisedNetwork, type QuantisedStep } from '../nn/index.js';
import { codeMemory, type CodeMemory, type Reading } from './memory.js';
import { codesTooWide, noScales, nothingStored } from './problems.js';
import type { Protection } from './protection.js';
import { mostBits, type CodeRun } from './stored.js';

/**
 * The weights of a network's layers as the memory in front of a datapath holds them: words as its ports take them, and those of the
 * scales of their blocks. What else a layer has (biases, factors) and layers in float are not in it.
 */
export interface LayerMemory extends CodeMemory {
  readonly quantised: QuantisedNetwork;
  /** of each tensor of the memory in turn, the step of the network that reads it */
  readonly steps: readonly number[];
}

/** @param name of the datapath */
export function layerMemory(
  name: string,
  quantised: QuantisedNetwork,
  protection: Protection,
): Result<LayerMemory> {
  const stored = quantised.steps.flatMap((step, at) => {
    const runs = runsOf(step);
    return runs.length > 0 ? [{ at, runs }] : [];
  });
  const runs = stored.flatMap((one) => one.runs);
  if (runs.length === 0) return failure(nothingStored());
  const widest = Math.max(...runs.map(({ bits }) => bits));
  if (widest > mostBits) return failure(codesTooWide(name, widest, mostBits));
  const guardsScales = protection.kind !== 'none' && protection.what === 'scales';
  if (guardsScales && !runs.some(({ what }) => what === 'scales')) return failure(noScales(name));
  const memory = codeMemory(
    stored.map((one) => one.runs),
    protection,
  );
  return success({ ...memory, quantised, steps: stored.map(({ at }) => at) });
}

function runsOf(step: QuantisedStep): CodeRun[] {
  if (step.kind === 'layer') {
    const { weights, weightBits } = step.layer;
    return weights.length > 0 ? [runOf('elements', weights, weightBits)] : [];
  }
  if (step.kind !== 'blocks') return [];
  const { weights, weightScales, options } = step.layer;
  const { element, scale } = options.weights;
  return [
    runOf('elements', weights, formatWidth(element)),
    ...(weightScales && scale ? [runOf('scales', weightScales, formatWidth(scale))] : []),
  ];
}

/** Words without their signs. */
function runOf(what: CodeRun['what'], words: ArrayLike<number>, bits: number): CodeRun {
  const codes = bits <= 8 ? new Uint8Array(words.length) : new Uint16Array(words.length);
  for (let i = 0; i < codes.length; i++) codes[i] = words[i]! & (2 ** bits - 1);
  return { what, codes, bits, zero: 0 };
}

/** The network with the weights that a reading gives. */
export function networkRead({ quantised, runs, steps }: LayerMemory, { codes }: Reading): QuantisedNetwork {
  const read = quantised.steps.slice();
  steps.forEach((at, tensor) => {
    const own = codes.filter((_, i) => runs[i]!.tensor === tensor);
    read[at] = withWeights(read[at]!, own);
  });
  return { ...quantised, steps: read };
}

function withWeights(step: QuantisedStep, [elements, scales]: readonly CodeRun['codes'][]): QuantisedStep {
  if (step.kind === 'layer') {
    const { weightBits } = step.layer;
    const weights = codeArray(weightBits, elements!.length);
    for (let i = 0; i < weights.length; i++) weights[i] = withSign(elements![i]!, weightBits);
    return { ...step, layer: { ...step.layer, weights } };
  }
  if (step.kind !== 'blocks') return step;
  const { element, scale } = step.layer.options.weights;
  const weights = wordsOf(elements!, element);
  const weightScales = scales && wordsOf(scales, scale!);
  return { ...step, layer: { ...step.layer, weights, weightScales } };
}

function wordsOf(codes: CodeRun['codes'], format: NumberFormat): Int32Array {
  const isSigned = format.kind === 'fixed' && format.signed;
  const width = formatWidth(format);
  return Int32Array.from(codes, (code) => (isSigned ? withSign(code, width) : code));
}

function withSign(code: number, bits: number): number {
  return (code << (32 - bits)) >> (32 - bits);
}
