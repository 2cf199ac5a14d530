import { failure, success, type Diagnostic, type Result } from '../../base/index.js';
import { findSteps, movesCodes, type Affine, type Step } from '../affine.js';
import { roundHalfEven } from '../codes.js';
import { evaluate } from '../evaluate.js';
import type { Node } from '../network.js';
import type { Prepared } from '../prepare.js';
import { fixedFraction, fixedWidth, noCalibrationImages, noLayers, notFinite } from '../problems.js';
import type { SumNode } from '../sums.js';
import { batches, type Workload } from '../workload.js';
import { fixedBits, formatFor, leastFixed, mostFixed, toFixed, type FixedFormat } from './format.js';
import { asCoded, type Coded } from './value.js';

export interface FixedOptions {
  /** of every number, 2 … 32 */
  readonly bits: number;
  /** Of these behind the point, in all formats. Left out: as many as the range of each value and matrix allows. */
  readonly fraction?: number;
}

/** A layer of inner products: result = clamp(round((Σ input · weight + bias) / 2^shift)), the sum exact. */
export interface FixedLayer extends Affine {
  readonly from: FixedFormat;
  /** of the weights, or of the right operand of a product of two values */
  readonly by: FixedFormat;
  readonly to: FixedFormat;
  /** columns × depth; empty for products of two values */
  readonly codes: Float64Array;
  /** of each column, in units of the sum: at most 2 · bits wide */
  readonly biasCodes: BigInt64Array;
  /** weights and biases that did not fit */
  readonly clipped: number;
  /** bits that the sum has behind the point beyond those of the result */
  readonly shift: number;
  readonly low: number;
  readonly high: number;
}

export type FixedStep =
  | { readonly kind: 'layer'; readonly layer: FixedLayer }
  /** the exact sum of two values, rounded once */
  | { readonly kind: 'sum'; readonly sum: SumNode; readonly to: FixedFormat; readonly bounds: CodeBounds }
  /** values one behind the other, in the format of the one with the fewest bits behind the point */
  | { readonly kind: 'join'; readonly node: Node; readonly to: FixedFormat }
  /** `moves`: only arranges elements anew, and does so with integers */
  | { readonly kind: 'node'; readonly node: Node; readonly moves: boolean };

interface CodeBounds {
  readonly low: number;
  readonly high: number;
}

/** Values may become so many times as large as was seen before they saturate. */
const headroom = 2;

/** A network in fixed point: what is no sum of products, no sum and no arrangement of elements stays in float. */
export interface FixedNetwork {
  readonly prepared: Prepared;
  readonly options: FixedOptions;
  readonly steps: readonly FixedStep[];
  /** tables of constants that steps only pick elements of */
  readonly tables: ReadonlyMap<string, Coded>;
  /** the format of a value where a step reads it in fixed point, by its name */
  readonly formatOf: (name: string) => FixedFormat;
}

/**
 * Brings a network into fixed point after training. Scales are powers of two, so all that happens between layers is
 * rounding, to nearest even.
 *
 * @param seen what the ranges of values are found on
 */
export function fixedNetwork(
  prepared: Prepared,
  seen: Workload,
  options: FixedOptions,
): Result<FixedNetwork> {
  const wrong = optionFaults(options);
  if (wrong.length > 0) return failure(...wrong);
  const found = largestOf(prepared, seen);
  if (!found.ok) return found;
  const { bits, fraction } = options;
  const byRange = (name: string): FixedFormat => {
    if (fraction !== undefined) return { bits, fraction };
    const largest = found.value.get(name) ?? 0;
    return formatFor(prepared.constants.has(name) ? largest : headroom * largest, bits);
  };
  const formats: Formats = { byRange, coded: new Map() };
  const tables = new Map<string, Coded>();
  const steps = findSteps(prepared).flatMap((step) => {
    if (step.kind === 'node') addTable(step.node, prepared, formats, tables);
    return fixedStep(step, formats, options);
  });
  return steps.some(({ kind }) => kind === 'layer')
    ? success({ prepared, options, steps, tables, formatOf: (name) => formatOf(name, formats) })
    : failure(noLayers());
}

/** Formats of values by their ranges, and of those that earlier steps give in fixed point. */
interface Formats {
  readonly byRange: (name: string) => FixedFormat;
  readonly coded: Map<string, FixedFormat>;
}

function formatOf(name: string, { byRange, coded }: Formats): FixedFormat {
  return coded.get(name) ?? byRange(name);
}

/** A table of constants whose elements an operator picks or arranges is kept in fixed point. */
function addTable(
  node: Node,
  { constants }: Prepared,
  { byRange, coded }: Formats,
  tables: Map<string, Coded>,
): void {
  const [name] = node.inputs;
  const tensor = name !== undefined && movesCodes(node) ? constants.get(name) : undefined;
  if (tensor?.type !== 'float32' || tables.has(name!)) return;
  const table = asCoded({ kind: 'tensor', tensor }, byRange(name!));
  tables.set(name!, table);
  coded.set(name!, table.format);
}

function optionFaults({ bits, fraction }: FixedOptions): Diagnostic[] {
  const { least, most } = fixedBits;
  const wide = Number.isInteger(bits) && bits >= least && bits <= most;
  if (!wide) return [fixedWidth(bits, least, most)];
  const fits = fraction === undefined || (Number.isInteger(fraction) && fraction >= 0 && fraction < bits);
  return fits ? [] : [fixedFraction(fraction, bits)];
}

/** The largest magnitude of every value of reals, its constants included. */
function largestOf(prepared: Prepared, seen: Workload): Result<ReadonlyMap<string, number>> {
  if (seen.images.count === 0) return failure(noCalibrationImages());
  const largest = new Map<string, number>();
  for (const { tensor } of batches(seen)) {
    const values = evaluate(prepared, tensor);
    if (!values.ok) return values;
    for (const [name, { type, data }] of values.value) {
      if (type !== 'float32' || (prepared.constants.has(name) && largest.has(name))) continue;
      let most = largest.get(name) ?? 0;
      for (const x of data) most = Math.max(most, Math.abs(x));
      if (!Number.isFinite(most)) return failure(notFinite(name));
      largest.set(name, most);
    }
  }
  return success(largest);
}

function fixedStep(step: Step, formats: Formats, options: FixedOptions): readonly FixedStep[] {
  if (step.kind === 'node') return [fixedNode(step.node, formats)];
  if (step.kind === 'affine') {
    const layer = fixedLayer(step.affine, formats, options);
    formats.coded.set(layer.output, layer.to);
    return [{ kind: 'layer', layer }];
  }
  const { sum } = step;
  if (sum.taps !== undefined || sum.factor !== 1) return sum.nodes.map((node) => fixedNode(node, formats));
  const to = formats.byRange(sum.output);
  formats.coded.set(sum.output, to);
  return [{ kind: 'sum', sum, to, bounds: boundsIn(to, sum) }];
}

function fixedNode(node: Node, formats: Formats): FixedStep {
  const { coded } = formats;
  const given = (to: FixedFormat): void => node.outputs.forEach((name) => void coded.set(name, to));
  const [first] = node.inputs.map((name) => coded.get(name));
  if (node.op === 'Concat' && node.inputs.some((name) => coded.has(name))) {
    const own = node.inputs.map((name) => formatOf(name, formats));
    const to = { bits: own[0]!.bits, fraction: Math.min(...own.map(({ fraction }) => fraction)) };
    given(to);
    return { kind: 'join', node, to };
  }
  const moves = movesCodes(node) && first !== undefined;
  if (moves) given(first);
  return { kind: 'node', node, moves };
}

function fixedLayer(affine: Affine, formats: Formats, { bits, fraction }: FixedOptions): FixedLayer {
  const from = formatOf(affine.input, formats);
  const largest = affine.weights.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const own = fraction === undefined ? formatFor(largest, bits) : { bits, fraction };
  const by = affine.right === undefined ? own : formatOf(affine.right, formats);
  const unit = from.fraction + by.fraction;
  // A result finer than its sum would only have zeros behind.
  const to = { bits, fraction: Math.min(formats.byRange(affine.output).fraction, unit) };
  const weights = toFixed(affine.weights, by);
  const bias = biasOf(affine.bias, unit, bits);
  return {
    ...affine,
    ...{ from, by, to },
    codes: Float64Array.from(weights.codes),
    biasCodes: bias.codes,
    clipped: weights.saturated + bias.saturated,
    shift: unit - to.fraction,
    ...boundsIn(to, affine),
  };
}

/** Biases in units of the sum; what does not fit into 2 · bits bits is saturated. */
function biasOf(
  bias: Float64Array,
  fraction: number,
  bits: number,
): { readonly codes: BigInt64Array; readonly saturated: number } {
  const limit = 1n << BigInt(2 * bits - 1);
  let saturated = 0;
  const codes = BigInt64Array.from(bias, (x) => {
    const code = BigInt(roundHalfEven(x * 2 ** fraction));
    if (code >= -limit && code < limit) return code;
    saturated++;
    return code < 0n ? -limit : limit - 1n;
  });
  return { codes, saturated };
}

/** What a ReLU or a Clip behind a result leaves of its format. */
function boundsIn(
  to: FixedFormat,
  { relu, most }: { readonly relu: boolean; readonly most: number },
): CodeBounds {
  const top = most === Infinity ? Infinity : roundHalfEven(most * 2 ** to.fraction);
  return { low: relu ? 0 : leastFixed(to), high: Math.min(top, mostFixed(to)) };
}
