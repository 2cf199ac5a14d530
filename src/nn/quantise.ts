import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import { findSteps, movesCodes, type Affine, type Step } from './affine.js';
import { quantiseBlocks, type BlockLayer, type BlockOptions } from './blocks.js';
import type { Observations } from './calibrate.js';
import { chosenRange, type Calibration } from './clipping.js';
import {
  codeBits,
  roundHalfEven,
  saturate,
  symmetricScale,
  toCodes,
  codeArray,
  type Codes,
} from './codes.js';
import { codingOf, type Coding, type CodingStyle } from './coding.js';
import { assignCodes, type ValueCodes } from './assign.js';
import type { Bounds } from './bounds.js';
import type { Geometry } from './geometry.js';
import { quantiseSum, type QuantisedSum } from './integersum.js';
import type { Node } from './network.js';
import type { Prepared } from './prepare.js';
import { bitsRange, noLayers, notFinite, percentileRange, scaleRatio, statesNoCodes } from './problems.js';
import { codeBounds, fixedPoint, type Requantisation } from './requantise.js';
import { statedCodes, type LayerPorts, type StatedLayer, type StatedWeights } from './stated/index.js';

export interface QuantiseOptions {
  /** widths of the codes, 2 … 16 */
  readonly weightBits: number;
  readonly activationBits: number;
  /** one weight scale for each output, or one for the layer */
  readonly weightScales: 'channel' | 'tensor';
  /** how the range of an activation is laid onto its codes; weights are symmetric */
  readonly activations: CodingStyle;
  /** width of the integer multipliers between layers, 8 … 31 */
  readonly multiplierBits: number;
  /** how the range of an activation is chosen from what calibration saw */
  readonly calibration: Calibration;
  /** of the datapath; 17 bits, signed, where it is left out */
  readonly ports?: LayerPorts;
  /** as `multiplierBits`, for layers that keep codes of the network's own: 31 where it is left out */
  readonly statedMultiplierBits?: number;
  /** in networks that state codes, what becomes of layers that cannot have them: calibrated, or left in float */
  readonly unstated?: 'calibrated' | 'float';
}

export const int8: QuantiseOptions = {
  weightBits: 8,
  activationBits: 8,
  weightScales: 'channel',
  activations: 'symmetric',
  multiplierBits: 16,
  calibration: { method: 'max' },
};

/** A layer in integers. A number is (code − zero) · scale; bias codes have scale input scale · weightScales[c]. */
export interface QuantisedLayer extends Bounds {
  readonly name: string;
  readonly kind: string;
  readonly input: string;
  readonly right?: string;
  readonly output: string;
  readonly geometry: Geometry;
  readonly depth: number;
  readonly columns: number;
  readonly coding: Coding;
  /** of the right operand of a product of two values */
  readonly rightCoding?: Coding;
  /** columns × depth; empty for products of two values */
  readonly weights: Codes;
  readonly weightBits: number;
  /** one for each column, all equal if the scale is the layer's */
  readonly weightScales: Float64Array;
  /** the bias's codes, less what the zero of the activations adds to each sum */
  readonly bias: Int32Array;
  /** of which codes the network states the scales */
  readonly stated: 'all' | 'weights' | 'nothing';
  /** codes where only integers read the result, or numbers where another operator or the user does */
  readonly result:
    { readonly kind: 'codes'; readonly requantisation: Requantisation } | { readonly kind: 'numbers' };
}

export type QuantisedStep =
  | { readonly kind: 'layer'; readonly layer: QuantisedLayer }
  | { readonly kind: 'blocks'; readonly layer: BlockLayer }
  | { readonly kind: 'sum'; readonly sum: QuantisedSum }
  /** brings a value into the codes that the network states, if it is not in them, or back to numbers */
  | { readonly kind: 'quantiser'; readonly node: Node; readonly coding: Coding }
  /** in codes: only moves elements about, which does not need them as numbers; `why` a layer runs in float */
  | { readonly kind: 'node'; readonly node: Node; readonly inCodes: boolean; readonly why?: string };

/** A network whose layers of inner products are in integers; other operators stay in float. */
export interface QuantisedNetwork {
  readonly prepared: Prepared;
  readonly steps: readonly QuantisedStep[];
}

/** How each layer is quantised, by its name; undefined for one that stays in float. */
export type OptionsOf = (layer: Pick<Affine, 'name' | 'kind'>) => QuantiseOptions | BlockOptions | undefined;

/**
 * Quantises a network after training: codes rounded to nearest even and saturated; scales of values from what was seen
 * of them, weight scales from the largest weight. Where the network states codes, it keeps them, and a warning says which layer
 * cannot. docs/networks.md has the arithmetic.
 */
export function quantise(
  prepared: Prepared,
  seen: Observations,
  options: QuantiseOptions | BlockOptions | OptionsOf = int8,
): Result<QuantisedNetwork> {
  const wishOf = typeof options === 'function' ? options : () => options;
  const steps = findSteps(prepared);
  const found = optionFaults(steps, wishOf);
  if (found.length > 0) return failure(...found);
  const stated = statedCodes(prepared, steps, wishOf);
  const optionsOf = (affine: Affine): ReturnType<OptionsOf> => withoutZeros(affine, stated.optionsOf(affine));
  const codes = assignCodes(prepared, steps, seen, optionsOf, stated.values.codings, found);
  if (found.length > 0) return failure(...found);
  const quantised = steps.flatMap((step): QuantisedStep[] => {
    if (step.kind === 'node') {
      const { node } = step;
      const coding = stated.values.quantisers.get(node);
      if (coding) return [{ kind: 'quantiser', node, coding }];
      return [{ kind: 'node', node, inCodes: movesCodes(node) && codes.of(node.inputs[0]!) !== undefined }];
    }
    if (step.kind === 'sum') {
      const sum = quantiseSum(step.sum, codes, found);
      return sum ? [{ kind: 'sum', sum }] : step.sum.nodes.map(inFloat);
    }
    const own = optionsOf(step.affine);
    const why = stated.reasons.get(step.affine) ?? (wishOf(step.affine) && pairNeedsSigns);
    if (!own)
      return step.affine.nodes.map((node) => ({ ...inFloat(node), ...(why !== undefined && { why }) }));
    if (!('kind' in own)) {
      const layer = stated.layers.get(step.affine) ?? stated.weights.get(step.affine);
      return [{ kind: 'layer', layer: quantiseLayer(step.affine, codes, own, layer, seen, found) }];
    }
    const made = quantiseBlocks(step.affine, own, seen.get(codes.origin(step.affine.input))!);
    if (!made.ok) found.push(...made.diagnostics);
    return made.ok ? [{ kind: 'blocks', layer: made.value }] : [];
  });
  if (found.length === 0 && !quantised.some(({ kind }) => kind === 'layer' || kind === 'blocks'))
    found.push(noLayers());
  const left = [...stated.reasons].flatMap(([affine, why]) =>
    optionsOf(affine) ? [] : [statesNoCodes(affine.name, why)],
  );
  return found.length > 0 ? failure(...found, ...left) : success({ prepared, steps: quantised }, left);
}

const pairNeedsSigns = 'a product of two values needs a port for signed activations';

/** Products of two values have codes without zero points, as what these add depends on the data: none where the port is unsigned. */
function withoutZeros({ right }: Affine, own: ReturnType<OptionsOf>): ReturnType<OptionsOf> {
  if (right === undefined || !own || 'kind' in own || own.activations === 'symmetric') return own;
  return own.activations === 'asymmetric' ? { ...own, activations: 'symmetric' } : undefined;
}

function inFloat(node: Node): QuantisedStep & { readonly kind: 'node' } {
  return { kind: 'node', node, inCodes: false };
}

function optionFaults(steps: readonly Step[], optionsOf: OptionsOf): Diagnostic[] {
  const all = steps.flatMap((step) => (step.kind === 'affine' ? [optionsOf(step.affine)] : []));
  return [...new Set(all)].flatMap((options) =>
    options && !('kind' in options) ? wrongOptions(options) : [],
  );
}

function wrongOptions(options: QuantiseOptions): Diagnostic[] {
  const { weightBits, activationBits, multiplierBits, calibration } = options;
  const within = (name: string, bits: number, least: number, most: number): Diagnostic[] =>
    Number.isInteger(bits) && bits >= least && bits <= most ? [] : [bitsRange(name, bits, least, most)];
  const percent = calibration.method === 'percentile' ? calibration.percent : 100;
  return [
    ...within('weights', weightBits, codeBits.least, codeBits.most),
    ...within('activations', activationBits, codeBits.least, codeBits.most),
    ...within('multipliers', multiplierBits, 8, 31),
    ...(percent > 0 && percent <= 100 ? [] : [percentileRange(percent)]),
  ];
}

function quantiseLayer(
  affine: Affine,
  codes: ValueCodes,
  options: QuantiseOptions,
  stated: StatedLayer | StatedWeights | undefined,
  seen: Observations,
  found: Diagnostic[],
): QuantisedLayer {
  const { name, kind, input, right, output, geometry, depth, columns, relu, most } = affine;
  const { activationBits, activations, calibration, multiplierBits } = options;
  const codingFor = (value: string): Coding =>
    codes.of(value) ??
    codingOf(
      chosenRange(seen.get(codes.origin(value))!, calibration, activationBits, activations),
      activationBits,
      activations,
    );
  const whole = stated && 'coding' in stated ? stated : undefined;
  const coding = whole?.coding ?? codingFor(input);
  const rightCoding = right === undefined ? undefined : (whole?.rightCoding ?? codingFor(right));
  const weightScales =
    stated?.weightScales ??
    (rightCoding
      ? new Float64Array(columns).fill(rightCoding.scale)
      : scalesOfWeights(affine, coding.scale, options, found));
  const weights = stated?.weights ?? weightCodes(affine, weightScales, options.weightBits);
  const bias = biasCodes(affine, coding, weightScales, weights);
  const numbers: QuantisedLayer = {
    ...{
      name,
      kind,
      input,
      output,
      geometry,
      depth,
      columns,
      relu,
      most,
      coding,
      weights,
      weightScales,
      bias,
    },
    ...(right !== undefined && { right, rightCoding: rightCoding! }),
    weightBits: rightCoding?.bits ?? stated?.weightBits ?? options.weightBits,
    stated: whole ? 'all' : stated ? 'weights' : 'nothing',
    result: { kind: 'numbers' },
  };
  const to = codes.of(output);
  if (!to) return numbers;
  const fixed = fixedPoint(
    weightScales.map((scale) => (coding.scale * scale) / to.scale),
    multiplierBits,
  );
  if (!fixed) {
    found.push(scaleRatio(name));
    return numbers;
  }
  const requantisation = { bias, ...fixed, multiplierBits, to, ...codeBounds(to, relu, most) };
  return { ...numbers, result: { kind: 'codes', requantisation } };
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
  if (codes.length === 0) return codes;
  for (let c = 0; c < columns; c++) {
    codes.set(toCodes(weights.subarray(c * depth, (c + 1) * depth), scales[c]!, bits), c * depth);
  }
  return codes;
}

/** Σ (code − zero) · weight = Σ code · weight − zero · Σ weight, whose last part is the same for all inputs. */
function biasCodes(
  { bias, depth }: Affine,
  { scale, zero }: Coding,
  scales: Float64Array,
  weights: Codes,
): Int32Array {
  return Int32Array.from(bias, (x, c) => {
    let sum = 0;
    for (let k = c * depth; zero !== 0 && k < (c + 1) * depth; k++) sum += weights[k]!;
    return saturate(roundHalfEven(x / (scale * scales[c]!)) - zero * sum, 32);
  });
}
