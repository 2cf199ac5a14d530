import { bitLength, clog2, maximum, minimum, signedWidth } from '../../base/index.js';
import { vec, type Arguments, type Parameter, type Type } from '../../builder/index.js';
import { int, roundings, roundShift, uint, type Fixed, type Rounding } from '../../format/index.js';
import { elementFormat, fixedOf, integerOf, scalarFormat } from '../arguments.js';
import type { OperatorPort } from '../operator.js';

/** The parameters that inner products with a scale for each vector have in common. */
export const vectorParameters: readonly Parameter[] = [
  { kind: 'integer', name: 'lanes', about: 'elements of a vector', least: 1, most: 1024, default: 16 },
  { kind: 'format', of: 'fixed', name: 'a', about: 'format of the codes of a, an integer', default: int(4) },
  { kind: 'format', of: 'fixed', name: 'b', about: 'format of the codes of b, an integer', default: int(4) },
  {
    kind: 'format',
    of: 'fixed',
    name: 'a_scale',
    about: 'format of the scale of a, `uint`',
    default: uint(4),
  },
  {
    kind: 'format',
    of: 'fixed',
    name: 'b_scale',
    about: 'format of the scale of b, `uint`',
    default: uint(4),
  },
  {
    kind: 'integer',
    name: 'scale_bits',
    about: 'how many of its top bits the product of both scales is rounded to; 0: not rounded',
    least: 0,
    most: 64,
    default: 0,
  },
  {
    kind: 'choice',
    name: 'mode',
    about: 'how the product of the scales is rounded',
    options: roundings,
    default: 'nearest_even',
  },
  {
    kind: 'flag',
    name: 'gate',
    about: 'hold the codes at 0 in front of the multipliers while a scale is 0; the result is the same',
    default: false,
  },
];

/** What follows from the types of a, b and their scales. */
export function inferVectors([a, b, aScale, bScale]: readonly Type[]): Arguments {
  return {
    ...(a?.kind === 'vector' && { lanes: a.length }),
    ...elementFormat('a', a),
    ...elementFormat('b', b),
    ...scalarFormat('a_scale', aScale),
    ...scalarFormat('b_scale', bScale),
  };
}

/** Two vectors and their scales. */
export function vectorPorts(p: Arguments): OperatorPort[] {
  return [
    { name: 'a', type: vec(fixedOf(p, 'a'), integerOf(p, 'lanes')) },
    { name: 'b', type: vec(fixedOf(p, 'b'), integerOf(p, 'lanes')) },
    { name: 'a_scale', type: fixedOf(p, 'a_scale') },
    { name: 'b_scale', type: fixedOf(p, 'b_scale') },
  ];
}

/** How many low bits of the product of the scales are rounded off. */
export function scaleDrop(p: Arguments): number {
  const kept = integerOf(p, 'scale_bits');
  return kept === 0 ? 0 : fixedOf(p, 'a_scale').width + fixedOf(p, 'b_scale').width - kept;
}

/** The product of the scales, rounded: just as wide as its greatest value, which may be 2^scale_bits. */
export function scaleType(p: Arguments): Fixed {
  return uint(Math.max(1, bitLength(greatestScale(p))));
}

/** The inner product of the codes times the rounded scale, at full width. */
export function scaledType(p: Arguments): Fixed {
  const [a, b] = [fixedOf(p, 'a'), fixedOf(p, 'b')];
  const width = a.width + b.width + clog2(integerOf(p, 'lanes')) + scaleType(p).width;
  return a.signed || b.signed ? int(width) : uint(width);
}

/** The narrowest format that holds `vectors` scaled inner products, whatever their operands. */
export function sumOfVectors(p: Arguments, vectors: number): Fixed {
  const [a, b] = [fixedOf(p, 'a'), fixedOf(p, 'b')];
  const products = ends(a).flatMap((x) => ends(b).map((y) => x * y));
  const times = greatestScale(p) * BigInt(integerOf(p, 'lanes')) * BigInt(vectors);
  const extremes = products.map((product) => product * times);
  if (a.signed || b.signed) return int(Math.max(...extremes.map(signedWidth)));
  return uint(Math.max(1, ...extremes.map(bitLength)));
}

function greatestScale(p: Arguments): bigint {
  const [a, b] = [fixedOf(p, 'a_scale'), fixedOf(p, 'b_scale')];
  const most = maximum(a.width, false) * maximum(b.width, false);
  return roundShift(most, scaleDrop(p), p['mode'] as Rounding);
}

function ends({ width, signed }: Fixed): bigint[] {
  return [minimum(width, signed), maximum(width, signed)];
}
