import type { Affine, Step } from '../affine.js';
import { findSteps } from '../affine.js';
import { codeArray, roundHalfEven, type Codes } from '../codes.js';
import type { Coding } from '../coding.js';
import type { NumberFormat } from '../../format/index.js';
import type { Prepared } from '../prepare.js';
import { statedScales } from './constants.js';
import type { StatedValues } from './values.js';

/** The ports that the codes of a layer go through. */
export interface LayerPorts {
  readonly activations: NumberFormat;
  readonly weights: NumberFormat;
}

/** Weights in the codes that their network states. */
export interface StatedWeights {
  /** columns × depth; empty for products of two values */
  readonly weights: Codes;
  readonly weightBits: number;
  /** one for each column */
  readonly weightScales: Float64Array;
}

/** A layer with the codes that its network states, as the ports of its datapath take them. */
export interface StatedLayer extends StatedWeights {
  readonly coding: Coding;
  readonly rightCoding?: Coding;
}

/** What is stated of a layer: all of it; or why not, and what there is of its weights. */
export type Statement = StatedLayer | { readonly why: string; readonly weights?: StatedWeights };

/**
 * What a network states of the codes of each of its layers.
 *
 * @param portsOf the ports of the datapath of a layer; undefined for one that does not take plain integers
 */
export function statedLayers(
  prepared: Prepared,
  steps: readonly Step[],
  values: StatedValues,
  portsOf: (affine: Affine) => LayerPorts | undefined,
): ReadonlyMap<Affine, Statement> {
  const scales = statedScales(prepared);
  // The scales take the same way into the order of an inner product's terms as the weights.
  const inPlace = findSteps({ ...prepared, constants: new Map([...prepared.constants, ...scales]) });
  return new Map(
    steps.flatMap((step, i): [Affine, Statement][] => {
      if (step.kind !== 'affine') return [];
      const ports = portsOf(step.affine);
      const own = inPlace[i] as Step & { readonly kind: 'affine' };
      const known = step.affine.nodes[0]!.inputs[1]!;
      const of = scales.has(known) ? own.affine.weights : undefined;
      return ports ? [[step.affine, layerOf(step.affine, of, values, ports)]] : [];
    }),
  );
}

function layerOf(
  affine: Affine,
  scales: Float32Array | undefined,
  values: StatedValues,
  ports: LayerPorts,
): Statement {
  const { input, right, columns } = affine;
  const coding = values.codings.get(input);
  const unread = values.reasons.get(input) ?? 'nothing states the codes of what it reads';
  if (right !== undefined)
    return coding ? pairOf(affine, coding, values.codings.get(right), ports) : { why: unread };
  const weights = scales
    ? weightCodes(affine, scales, ports.weights)
    : 'nothing states the codes of its weights';
  if (typeof weights === 'string') return { why: coding ? weights : unread };
  if (!coding) return { why: unread, weights };
  const fits = fitted(coding, ports.activations);
  if (!fits) return { why: `codes of ${described(coding)} do not go through its datapath's port`, weights };
  const wide = affine.bias.findIndex(
    (bias, c) => !(Math.abs(bias) < 2 ** 30 * fits.scale * weights.weightScales[c]!),
  );
  if (wide >= 0) return { why: `the bias of its output ${wide} of ${columns} needs more than 31 bits` };
  return { coding: fits, ...weights };
}

function pairOf(
  { columns }: Affine,
  coding: Coding,
  rightCoding: Coding | undefined,
  { activations, weights }: LayerPorts,
): Statement {
  if (!rightCoding) return { why: 'nothing states the codes of the second value that it reads' };
  if (coding.zero !== 0 || rightCoding.zero !== 0)
    return { why: 'a product of two values with zero points other than 0 would need sums of their codes' };
  const wrong = [
    [coding, activations],
    [rightCoding, weights],
  ] as const;
  const unfit = wrong.find(([own, port]) => !goesThrough(own, port));
  if (unfit) return { why: `codes of ${described(unfit[0])} do not go through its datapath's port` };
  return {
    ...{ coding, rightCoding, weights: new Int8Array(), weightBits: rightCoding.bits },
    weightScales: new Float64Array(columns).fill(rightCoding.scale),
  };
}

/** The coding as it is, or moved by half its range, with the zero, where only that goes through the port. */
function fitted(coding: Coding, port: NumberFormat): Coding | undefined {
  const { bits, signed, zero, scale } = coding;
  if (goesThrough(coding, port)) return coding;
  const half = 2 ** (bits - 1);
  const moved = { bits, signed: !signed, zero: signed ? zero + half : zero - half, scale };
  return goesThrough(moved, port) ? moved : undefined;
}

function goesThrough({ bits, signed }: Coding, port: NumberFormat): boolean {
  if (port.kind !== 'fixed' || port.fraction !== 0) return false;
  if (!port.signed) return !signed && bits <= port.width;
  return bits + (signed ? 0 : 1) <= port.width;
}

function described({ bits, signed }: Coding): string {
  return `${bits} bits, ${signed ? 'signed' : 'unsigned'},`;
}

/** Weights over their scales, which are whole numbers: codes less their zero. */
function weightCodes(
  { weights, depth, columns }: Affine,
  scales: Float32Array,
  port: NumberFormat,
): StatedWeights | string {
  const codes = new Float64Array(weights.length);
  const weightScales = new Float64Array(columns);
  for (let c = 0; c < columns; c++) {
    const scale = scales[c * depth]!;
    weightScales[c] = scale > 0 ? scale : 1;
    for (let k = c * depth; k < (c + 1) * depth; k++) {
      if (scales[k] !== scale) return 'its weights have several scales for one output';
      const code = roundHalfEven(weights[k]! / weightScales[c]!);
      if (!(Math.abs(weights[k]! - code * weightScales[c]!) <= Math.abs(weights[k]!) * 2 ** -20))
        return 'its weights are not whole numbers times the scales that it states';
      codes[k] = code;
    }
  }
  const bits = codes.reduce((most, code) => Math.max(most, bitsOf(code)), 2);
  const fits =
    port.kind === 'fixed' && port.fraction === 0 && port.signed && bits <= Math.min(16, port.width);
  if (!fits) return `its weights need ${bits} bits, signed, which do not go through its datapath's port`;
  const narrow = codeArray(bits, codes.length);
  narrow.set(codes);
  return { weights: narrow, weightBits: bits, weightScales };
}

/** Bits of a whole number in two's complement. */
function bitsOf(code: number): number {
  return 1 + Math.ceil(Math.log2(code < 0 ? -code : code + 1));
}
