import type { Diagnostic } from '../base/index.js';
import type { Affine } from './affine.js';
import type { ValueCodes } from './assign.js';
import type { Bounds } from './bounds.js';
import type { Observations } from './calibrate.js';
import { chosenRange } from './clipping.js';
import { codeArray, roundHalfEven, saturate, symmetricScale, toCodes, type Codes } from './codes.js';
import { codingOf, type Coding } from './coding.js';
import type { Geometry } from './geometry.js';
import { notFinite, scaleRatio } from './problems.js';
import type { QuantiseOptions } from './quantise-options.js';
import { codeBounds, fixedPoint, type Requantisation } from './requantise.js';
import type { StatedLayer, StatedWeights } from './stated/index.js';

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

/**
 * A layer in integers, in the codes that the network states where it does.
 *
 * @param codes of values that only integers read
 * @param found takes what cannot be
 */
export function quantiseLayer(
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
