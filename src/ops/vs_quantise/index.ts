import type { Diagnostic } from '../../base/index.js';
import { vec, type Arguments } from '../../builder/index.js';
import { int, roundings, uint, type Rounding } from '../../format/index.js';
import { elementFormat, fixedOf, integerOf, scalarFormat } from '../arguments.js';
import type { Operator } from '../operator.js';
import { buildQuantise } from './build.js';
import { notUnsigned, notWhole, tooFewBits } from './problems.js';
import { quantiseReference } from './reference.js';

/**
 * The post-processing of per-vector scaling (Dai et al., "VS-Quant", MLSys 2021): from accumulators x to codes that
 * share an integer scale. With Q the greatest code, 2^(N−1) − 1 or for unsigned codes 2^N − 1, m the greatest |x| of
 * the vector (for unsigned codes, negative x count as 0), the coarse scale γ = 2^shift / multiplier in units of x, and
 * ⌊ ⌉ rounding by `mode`:
 *
 * - scale = ⌊m / (Q · γ)⌉, at most its greatest number;
 * - codes `exact_scale`: ⌊x · Q / m⌉, 0 where m is 0: by the vector's scale before it was rounded, as in the paper;
 * - codes `stored_scale`: ⌊x / (scale · γ)⌉ cut to −Q … Q, 0 where the scale is 0: by what they will be multiplied
 *   with, which leaves less error.
 *
 * Quotients are exact, by restoring division: on ties, too, they are what the definition says.
 */
export const vsQuantise: Operator = {
  name: 'vs_quantise',
  about:
    'Brings a vector of accumulators to narrow codes with an integer scale: its greatest magnitude over the greatest code and the coarse scale 2^shift / multiplier, by exact division.',
  parameters: [
    { kind: 'integer', name: 'lanes', about: 'elements of a vector', least: 1, most: 256, default: 16 },
    {
      kind: 'format',
      of: 'fixed',
      name: 'x',
      about: 'format of the accumulators, an integer',
      default: int(24),
    },
    {
      kind: 'format',
      of: 'fixed',
      name: 'multiplier',
      about: 'format of the multiplier, `uint`',
      default: uint(16),
    },
    { kind: 'integer', name: 'shift', about: 'the power of two divided by', least: 0, most: 63, default: 24 },
    {
      kind: 'format',
      of: 'fixed',
      name: 'to',
      about: 'format of the codes, an integer; for unsigned ones negative accumulators count as 0',
      default: int(4),
    },
    { kind: 'format', of: 'fixed', name: 'scale', about: 'format of the scale, `uint`', default: uint(4) },
    {
      kind: 'choice',
      name: 'codes',
      about: 'whether codes are found by the scale before it is rounded, or by the one that is stored',
      options: ['exact_scale', 'stored_scale'],
      default: 'exact_scale',
    },
    {
      kind: 'choice',
      name: 'mode',
      about: 'how scale and codes are rounded',
      options: roundings,
      default: 'nearest_even',
    },
  ],
  infer: ([x, multiplier]) => ({
    ...(x?.kind === 'vector' && { lanes: x.length }),
    ...elementFormat('x', x),
    ...scalarFormat('multiplier', multiplier),
  }),
  ports: (p) => ({
    inputs: [
      { name: 'x', type: vec(fixedOf(p, 'x'), integerOf(p, 'lanes')) },
      { name: 'multiplier', type: fixedOf(p, 'multiplier') },
    ],
    outputs: [
      { name: 'y', type: vec(fixedOf(p, 'to'), integerOf(p, 'lanes')) },
      { name: 'y_scale', type: fixedOf(p, 'scale') },
    ],
  }),
  rules,
  latency: () => 0,
  reference: (p) =>
    quantiseReference({
      x: fixedOf(p, 'x'),
      shift: integerOf(p, 'shift'),
      to: fixedOf(p, 'to'),
      scale: fixedOf(p, 'scale'),
      stored: p['codes'] === 'stored_scale',
      mode: p['mode'] as Rounding,
    }),
  build: buildQuantise,
  samples: [
    {},
    { codes: 'stored_scale' },
    ...roundings.flatMap((mode) => [
      { lanes: 2, x: int(5), multiplier: uint(3), shift: 2, to: int(3), scale: uint(2), mode },
      {
        lanes: 2,
        x: int(5),
        multiplier: uint(3),
        shift: 2,
        to: int(3),
        scale: uint(2),
        codes: 'stored_scale',
        mode,
      },
    ]),
    { lanes: 1, x: uint(8), multiplier: uint(6), shift: 8, to: uint(2), scale: uint(3) },
    {
      lanes: 1,
      x: int(8),
      multiplier: uint(6),
      shift: 6,
      to: uint(3),
      scale: uint(4),
      codes: 'stored_scale',
    },
    { lanes: 3, x: int(4), multiplier: uint(2), shift: 0, to: int(2), scale: uint(1), codes: 'stored_scale' },
    {
      lanes: 3,
      x: int(12),
      multiplier: uint(8),
      shift: 8,
      to: int(8),
      scale: uint(6),
      codes: 'stored_scale',
    },
    { lanes: 5, x: int(32), multiplier: uint(16), shift: 63, to: int(4), scale: uint(6) },
    { lanes: 4, x: int(1), multiplier: uint(1), shift: 0, to: int(2), scale: uint(1) },
    { lanes: 8, x: int(20), multiplier: uint(12), shift: 16, to: uint(8), scale: uint(10) },
  ],
};

function rules(p: Arguments): Diagnostic[] {
  const whole = ['x', 'multiplier', 'to', 'scale']
    .filter((name) => fixedOf(p, name).fraction > 0)
    .map(notWhole);
  const unsigned = ['multiplier', 'scale'].filter((name) => fixedOf(p, name).signed).map(notUnsigned);
  const { signed, width } = fixedOf(p, 'to');
  return [...whole, ...unsigned, ...(signed && width < 2 ? [tooFewBits()] : [])];
}
