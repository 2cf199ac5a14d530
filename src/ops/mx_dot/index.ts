import type { Diagnostic } from '../../base/index.js';
import { vec, type Arguments, type Type } from '../../builder/index.js';
import {
  bool,
  floats,
  roundings,
  type Fixed,
  type Float,
  type NumberFormat,
  type Rounding,
} from '../../format/index.js';
import { integerOf } from '../arguments.js';
import type { Operator } from '../operator.js';
import { buildMxDot } from './build.js';
import { badScale, noNan, noSign, notWholeBlocks, noZero } from './problems.js';
import { mxReference } from './reference.js';
import { samples } from './samples.js';

/**
 * The inner product of two block-scaled vectors: of MX formats (OCP Microscaling 1.0: E8M0 scales, blocks of 32) and
 * NVFP4 (ue4m3 scales, blocks of 16 fp4_e2m1; the tensors' fp32 scales stay outside). Inside a block everything is
 * exact: products are added in fixed point that holds all of them, and multiplied by both scales. Between blocks, by
 * the format `to`:
 *
 * - floating point: from block 0 on, the exact term of each block is added to the sum and that rounded once, as a fused
 *   multiply-add does, by `mode`; beyond the greatest number it is an infinity (or NaN, where `to` has none). A sum of
 *   exactly zero is positive. NaN in an element or scale gives NaN; infinities follow IEEE 754, so that one times zero,
 *   or the sum of two of opposite signs, is NaN.
 * - `fixed(i, f)`: the window of 2^−f to 2^(i−1). Each block's term is rounded once to a multiple of 2^−f by `mode` and
 *   saturated to the window; the terms are added exactly and the sum is saturated. `overflow` tells that a term or the
 *   sum was beyond; `invalid` that an element or scale was NaN or infinite, and y is 0 then.
 */
export const mxDot: Operator = {
  name: 'mx_dot',
  about:
    'The inner product of two vectors in blocks that share a scale (MX, NVFP4): exact inside a block; between blocks in floating point, rounded after every block, or in a fixed-point window.',
  parameters: [
    { kind: 'integer', name: 'length', about: 'elements of each vector', least: 1, most: 4096, default: 32 },
    {
      kind: 'integer',
      name: 'block',
      about: 'elements that share a scale',
      least: 1,
      most: 1024,
      default: 32,
    },
    {
      kind: 'format',
      of: 'number',
      name: 'a',
      about: 'format of the elements of a: floating point, or for MXINT8 fixed(2, 6)',
      default: floats['fp4_e2m1']!,
    },
    {
      kind: 'format',
      of: 'number',
      name: 'b',
      about: 'format of the elements of b; it may be another',
      default: floats['fp4_e2m1']!,
    },
    {
      kind: 'format',
      of: 'float',
      name: 'a_scale',
      about: 'format of the scales of a: e8m0, or for NVFP4 ue4m3',
      default: floats['e8m0']!,
    },
    {
      kind: 'format',
      of: 'float',
      name: 'b_scale',
      about: 'format of the scales of b',
      default: floats['e8m0']!,
    },
    {
      kind: 'format',
      of: 'number',
      name: 'to',
      about:
        'what blocks are added up in: floating point, rounded after every block, or a fixed-point window',
      default: floats['fp32']!,
    },
    {
      kind: 'choice',
      name: 'mode',
      about: 'how is rounded between blocks',
      options: roundings,
      default: 'nearest_even',
    },
  ],
  infer,
  ports: (p) => ({
    inputs: [
      { name: 'a', type: vec(p['a'] as NumberFormat, integerOf(p, 'length')) },
      { name: 'b', type: vec(p['b'] as NumberFormat, integerOf(p, 'length')) },
      { name: 'a_scale', type: vec(p['a_scale'] as Float, blocksOf(p)) },
      { name: 'b_scale', type: vec(p['b_scale'] as Float, blocksOf(p)) },
    ],
    outputs: [
      { name: 'y', type: p['to'] as NumberFormat },
      ...((p['to'] as NumberFormat).kind === 'fixed'
        ? [
            { name: 'invalid', type: bool },
            { name: 'overflow', type: bool },
          ]
        : []),
    ],
  }),
  rules,
  latency: () => 0,
  macs: (p) => integerOf(p, 'length'),
  reference: (p) =>
    mxReference({
      a: p['a'] as NumberFormat,
      b: p['b'] as NumberFormat,
      aScale: p['a_scale'] as Float,
      bScale: p['b_scale'] as Float,
      block: integerOf(p, 'block'),
      to: p['to'] as Float | Fixed,
      mode: p['mode'] as Rounding,
    }),
  build: buildMxDot,
  samples,
};

function blocksOf(p: Arguments): number {
  return Math.floor(integerOf(p, 'length') / integerOf(p, 'block'));
}

/** Lengths and formats; the block's length where whole blocks have as many scales as are given. */
function infer([a, b, aScale, bScale]: readonly Type[]): Arguments {
  const format = (name: string, type: Type | undefined): Arguments =>
    type?.kind === 'vector' && (type.element.kind === 'fixed' || type.element.kind === 'float')
      ? { [name]: type.element }
      : {};
  const block = a?.kind === 'vector' && aScale?.kind === 'vector' ? a.length / aScale.length : NaN;
  return {
    ...(a?.kind === 'vector' && { length: a.length }),
    ...(Number.isInteger(block) && { block }),
    ...format('a', a),
    ...format('b', b),
    ...format('a_scale', aScale),
    ...format('b_scale', bScale),
  };
}

function rules(p: Arguments): Diagnostic[] {
  const [length, block] = [integerOf(p, 'length'), integerOf(p, 'block')];
  const scales = ['a_scale', 'b_scale'].filter((name) => {
    const { signed, specials } = p[name] as Float;
    return signed || specials === 'ieee';
  });
  const elements = ['a', 'b'].filter((name) => {
    const format = p[name] as NumberFormat;
    return format.kind === 'float' && format.lowest === 'normal';
  });
  return [
    ...(length % block === 0 ? [] : [notWholeBlocks(length, block)]),
    ...elements.map((name) => noZero(name, p[name] as Float)),
    ...scales.map((name) => badScale(name, p[name] as Float)),
    ...resultRules(p['to'] as NumberFormat),
  ];
}

function resultRules(to: NumberFormat): Diagnostic[] {
  if (to.kind === 'fixed') return to.signed ? [] : [noSign(to)];
  return to.signed && to.specials !== 'finite' && to.lowest !== 'normal' ? [] : [noNan(to)];
}
