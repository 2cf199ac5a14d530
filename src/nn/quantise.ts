import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import { findSteps, origins, type Affine, type Step } from './affine.js';
import type { Ranges } from './calibrate.js';
import {
  codeArray,
  codeBits,
  roundHalfEven,
  saturate,
  symmetricScale,
  toCodes,
  type Codes,
} from './codes.js';
import type { Node } from './network.js';
import { operatorOf, type Prepared } from './prepare.js';
import { bitsRange, noLayers, noRange, notFinite, scaleRatio } from './problems.js';
import { fixedPoint, type Requantisation } from './requantise.js';

export interface QuantiseOptions {
  /** signed widths of the codes, 2 … 16 */
  readonly weightBits: number;
  readonly activationBits: number;
  /** one weight scale for each output, or one for the layer */
  readonly weightScales: 'channel' | 'tensor';
  /** width of the integer multipliers between layers, 8 … 31 */
  readonly multiplierBits: number;
}

export const int8: QuantiseOptions = {
  weightBits: 8,
  activationBits: 8,
  weightScales: 'channel',
  multiplierBits: 16,
};

/** A layer in integers. A number is its code times its scale; bias codes have scale inputScale · weightScales[c]. */
export interface QuantisedLayer {
  readonly name: string;
  readonly kind: string;
  readonly input: string;
  readonly output: string;
  readonly depth: number;
  readonly columns: number;
  /** columns × depth */
  readonly weights: Codes;
  readonly weightBits: number;
  /** one for each column, all equal if the scale is the layer's */
  readonly weightScales: Float64Array;
  readonly inputBits: number;
  readonly inputScale: number;
  readonly bias: Int32Array;
  readonly relu: boolean;
  /** codes for the layers that read the result, or numbers where another operator or the user reads it */
  readonly result:
    | { readonly kind: 'codes'; readonly scale: number; readonly requantisation: Requantisation }
    | { readonly kind: 'numbers' };
}

export type QuantisedStep =
  { readonly kind: 'layer'; readonly layer: QuantisedLayer } | { readonly kind: 'node'; readonly node: Node };

/** A network whose layers of inner products are in integers; other operators stay in float. */
export interface QuantisedNetwork {
  readonly prepared: Prepared;
  readonly options: QuantiseOptions;
  readonly steps: readonly QuantisedStep[];
}

/**
 * Quantises a network after training: symmetric signed codes, rounded to nearest even and saturated; one scale for
 * each layer's input from its range, weight scales from the largest weight. docs/networks.md has the arithmetic.
 */
export function quantise(
  prepared: Prepared,
  ranges: Ranges,
  options: QuantiseOptions = int8,
): Result<QuantisedNetwork> {
  const wrong = wrongOptions(options);
  if (wrong.length > 0) return failure(...wrong);
  const steps = findSteps(prepared);
  const found: Diagnostic[] = [];
  const scales = scalesOf(prepared, steps, ranges, options, found);
  const quantised = steps.map((step): QuantisedStep => {
    if (step.kind === 'node') return step;
    return { kind: 'layer', layer: quantiseLayer(step.affine, scales, options, found) };
  });
  if (!steps.some(({ kind }) => kind === 'affine')) found.push(noLayers());
  return found.length > 0 ? failure(...found) : success({ prepared, options, steps: quantised });
}

function wrongOptions({ weightBits, activationBits, multiplierBits }: QuantiseOptions): Diagnostic[] {
  const within = (name: string, bits: number, least: number, most: number): Diagnostic[] =>
    Number.isInteger(bits) && bits >= least && bits <= most ? [] : [bitsRange(name, bits, least, most)];
  return [
    ...within('weights', weightBits, codeBits.least, codeBits.most),
    ...within('activations', activationBits, codeBits.least, codeBits.most),
    ...within('multipliers', multiplierBits, 8, 31),
  ];
}

/** Scales of values in codes: what layers read, and what they give to layers alone. */
interface Scales {
  readonly input: (name: string) => number;
  readonly output: (name: string) => number | undefined;
}

function scalesOf(
  prepared: Prepared,
  steps: readonly Step[],
  ranges: Ranges,
  options: QuantiseOptions,
  found: Diagnostic[],
): Scales {
  const origin = origins(prepared);
  const inputs = steps.flatMap((step) => (step.kind === 'affine' ? [step.affine.input] : []));
  const scales = new Map<string, number>();
  for (const name of new Set(inputs.map(origin))) {
    const largest = ranges.get(name);
    if (largest === undefined) found.push(noRange(name));
    scales.set(name, symmetricScale(largest ?? 0, options.activationBits));
  }
  const numbers = readAsNumbers(prepared, steps, origin);
  return {
    input: (name) => scales.get(origin(name))!,
    output: (name) => (numbers.has(name) ? undefined : scales.get(name)),
  };
}

/** Values that something other than a layer computes with, or that leave the network. */
function readAsNumbers(
  prepared: Prepared,
  steps: readonly Step[],
  origin: (name: string) => string,
): Set<string> {
  const nodes = steps.flatMap((step) =>
    step.kind === 'node' && !operatorOf(step.node).moves ? [step.node] : [],
  );
  const outputs = prepared.network.outputs.map(({ name }) => name);
  return new Set([...nodes.flatMap((node) => node.inputs), ...outputs].map(origin));
}

function quantiseLayer(
  affine: Affine,
  scales: Scales,
  options: QuantiseOptions,
  found: Diagnostic[],
): QuantisedLayer {
  const { name, kind, input, output, depth, columns, relu } = affine;
  const inputScale = scales.input(input);
  const weightScales = scalesOfWeights(affine, inputScale, options, found);
  const bias = biasCodes(affine, inputScale, weightScales);
  const { weightBits, activationBits: inputBits } = options;
  const weights = weightCodes(affine, weightScales, weightBits);
  const shared = { name, kind, input, output, depth, columns, relu, weightBits, inputBits, inputScale };
  const outputScale = scales.output(output);
  const numbers = { ...shared, weights, weightScales, bias, result: { kind: 'numbers' } } as const;
  if (outputScale === undefined) return numbers;
  const { multiplierBits, activationBits: bits } = options;
  const fixed = fixedPoint(
    weightScales.map((scale) => (inputScale * scale) / outputScale),
    multiplierBits,
  );
  if (!fixed) {
    found.push(scaleRatio(name));
    return numbers;
  }
  const requantisation = { bias, ...fixed, multiplierBits, bits, relu };
  return { ...numbers, result: { kind: 'codes', scale: outputScale, requantisation } };
}

/**
 * A scale for each column from its largest weight. A column of zeros takes the layer's, and one whose bias would
 * not fit into 31 bits takes a greater one.
 */
function scalesOfWeights(
  { name, weights, bias, depth, columns }: Affine,
  inputScale: number,
  { weightBits, weightScales }: QuantiseOptions,
  found: Diagnostic[],
): Float64Array {
  const largest = Float64Array.from({ length: columns }, (_, c) => {
    return weights.subarray(c * depth, (c + 1) * depth).reduce((most, w) => Math.max(most, Math.abs(w)), 0);
  });
  const most = largest.reduce((a, b) => Math.max(a, b), 0);
  if (![...largest, ...bias].every(Number.isFinite)) found.push(notFinite(name));
  const scales = largest.map((x) =>
    symmetricScale(weightScales === 'channel' && x > 0 ? x : most, weightBits),
  );
  const wide = scales.map((scale, c) => Math.max(scale, Math.abs(bias[c]!) / (inputScale * 2 ** 30)));
  return weightScales === 'channel' ? wide : wide.fill(wide.reduce((a, b) => Math.max(a, b)));
}

function weightCodes({ weights, depth, columns }: Affine, scales: Float64Array, bits: number): Codes {
  const codes = codeArray(bits, weights.length);
  for (let c = 0; c < columns; c++) {
    codes.set(toCodes(weights.subarray(c * depth, (c + 1) * depth), scales[c]!, bits), c * depth);
  }
  return codes;
}

function biasCodes({ bias }: Affine, inputScale: number, scales: Float64Array): Int32Array {
  return Int32Array.from(bias, (x, c) => saturate(roundHalfEven(x / (inputScale * scales[c]!)), 32));
}
