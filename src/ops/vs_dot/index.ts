import { wrap } from '../../base/index.js';
import type { Arguments } from '../../builder/index.js';
import { int, roundings, uint, type Rounding } from '../../format/index.js';
import { fixedOf, integerOf } from '../arguments.js';
import type { Operator, Words } from '../operator.js';
import { buildScaled } from './build.js';
import { scaledProduct, type VectorShape } from './reference.js';
import { vectorRules } from './rules.js';
import { inferVectors, scaledType, vectorParameters, vectorPorts } from './shape.js';

/**
 * The inner product of two vectors whose elements share an integer scale each: Σ aₖ·bₖ · a_scale·b_scale, exact, or
 * with the product of the scales rounded to its `scale_bits` top bits, in whose last place the result then counts
 * (Dai et al., "VS-Quant", MLSys 2021). The coarse scales of channels and layers stay outside.
 */
export const vsDot: Operator = {
  name: 'vs_dot',
  about:
    'The inner product of two vectors of codes that have an integer scale each: Σ aₖ·bₖ · a_scale·b_scale / 2^d, exact but for the rounding of the scales’ product by its d low bits.',
  parameters: vectorParameters,
  infer: inferVectors,
  ports: (p) => ({ inputs: vectorPorts(p), outputs: [{ name: 'y', type: scaledType(p) }] }),
  rules: (p) => vectorRules('vs_dot', p),
  latency: () => 0,
  macs: (p) => integerOf(p, 'lanes'),
  reference,
  build: (datapath, p, inputs) => [buildScaled(datapath, p, inputs)],
  samples: [
    {},
    { gate: true },
    { scale_bits: 6 },
    { lanes: 1, a: int(2), b: int(3), a_scale: uint(3), b_scale: uint(4), scale_bits: 3 },
    { lanes: 1, a: int(1), b: int(1), a_scale: uint(1), b_scale: uint(1), gate: true },
    ...roundings.map((mode) => ({
      lanes: 2,
      a: int(2),
      b: uint(1),
      a_scale: uint(4),
      b_scale: uint(3),
      scale_bits: 3,
      mode,
      gate: mode === 'up',
    })),
    { lanes: 2, a: uint(2), b: uint(2), a_scale: uint(3), b_scale: uint(4), scale_bits: 1 },
    { lanes: 3, a: uint(8), b: int(4), a_scale: uint(10), b_scale: uint(6), scale_bits: 10, gate: true },
    { lanes: 7, a: uint(3), b: uint(5), a_scale: uint(2), b_scale: uint(9), scale_bits: 11 },
    { lanes: 33, a: int(8), b: int(8), a_scale: uint(16), b_scale: uint(16) },
    { lanes: 64, a: int(4), b: uint(8), a_scale: uint(6), b_scale: uint(10), scale_bits: 8, gate: true },
  ],
};

function reference(p: Arguments) {
  const shape = vectorShape(p);
  const { width } = scaledType(p);
  return (inputs: readonly Words[]): Words[] => [[wrap(scaledProduct(shape, inputs), width)]];
}

/** What the reference needs to know of the parameters. */
export function vectorShape(p: Arguments): VectorShape {
  return {
    a: fixedOf(p, 'a'),
    b: fixedOf(p, 'b'),
    aScale: fixedOf(p, 'a_scale'),
    bScale: fixedOf(p, 'b_scale'),
    kept: integerOf(p, 'scale_bits'),
    mode: p['mode'] as Rounding,
  };
}
