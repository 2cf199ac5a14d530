import { failure, success } from '../../base/index.js';
import { textAttribute, listAttribute, type Node } from '../network.js';
import { shapeFault } from '../problems.js';
import { asIntegers, numbersOf, zeros, type Dims, type Tensor } from '../tensor.js';
import { float, int, ints, only } from './attributes.js';
import { axesOf } from './axis.js';
import type { Operator, Value } from './operator.js';
import { picked } from './picked.js';

const places = [
  'half_pixel',
  'half_pixel_symmetric',
  'pytorch_half_pixel',
  'align_corners',
  'asymmetric',
] as const;
type Place = (typeof places)[number];

const roundings = {
  round_prefer_floor: (x: number) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x: number) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
} as const;

export const resize: Operator = {
  about: 'other sizes by `scales` or `sizes`, each element the nearest of the input',
  inputs: [1, 4],
  attributes: {
    mode: only('nearest'),
    coordinate_transformation_mode: only(...places),
    nearest_mode: only(...Object.keys(roundings)),
    axes: ints,
    antialias: only(0),
    keep_aspect_ratio_policy: only('stretch'),
    cubic_coeff_a: float,
    exclude_outside: int,
    extrapolation_value: float,
  },
  moves: true,
  infer(node, [x, _region, scales, sizes]) {
    const scaling = scalingOf(node, x!.dims, scales, sizes);
    if (typeof scaling === 'string') return failure(shapeFault(node, [x], scaling));
    return success([{ type: x!.type, dims: scaling.map(({ size }) => size) }]);
  },
  run(node, [x, _region, scales, sizes], [shape]) {
    const scaling = scalingOf(node, x!.dims, asValue(scales), asValue(sizes)) as Scaling[];
    const rounding = textAttribute(node, 'nearest_mode', 'round_prefer_floor') as keyof typeof roundings;
    const place = textAttribute(node, 'coordinate_transformation_mode', 'half_pixel') as Place;
    const sources = scaling.map((one, axis) => sourcesOf(one, x!.dims[axis]!, place, roundings[rounding]));
    const out = zeros(shape!.type, shape!.dims) as Tensor;
    picked(x!, sources, out);
    return [out];
  },
};

export const upsample: Operator = {
  ...resize,
  about: 'other sizes by `scales`, each element the nearest of the input; up to operator set 9',
  inputs: [1, 2],
  attributes: { mode: only('nearest'), scales: { kind: 'floats' } },
  infer: (node, [x, scales]) => resize.infer(asymmetric(node), [x, undefined, scales], 10),
  run: (node, [x, scales], shapes) => resize.run(asymmetric(node), [x, undefined, scales], shapes, 10),
};

function asymmetric(node: Node): Node {
  const text = (value: string) => ({ kind: 'string', value }) as const;
  const more = [
    ['coordinate_transformation_mode', text('asymmetric')],
    ['nearest_mode', text('floor')],
  ] as const;
  return { ...node, attributes: new Map([...node.attributes, ...more]) };
}

/** The new size of an axis, and how many output elements there are for each of the input. */
interface Scaling {
  readonly size: number;
  readonly scale: number;
}

const asValue = (one: Tensor | undefined): Value | undefined =>
  one && { type: one.type, dims: one.dims, constant: one };

function scalingOf(
  node: Node,
  dims: Dims,
  scales: Value | undefined,
  sizes: Value | undefined,
): Scaling[] | string {
  const axes = axesOf(listAttribute(node, 'axes') ?? dims.map((_, axis) => axis), dims.length);
  if (!axes) return '`axes` must be different and be there';
  if (sizes && sizes.dims[0] !== 0) {
    const wanted = sizes.constant && asIntegers(sizes.constant);
    if (!wanted || wanted.length !== axes.length) return 'needs one constant size for each axis';
    return checked(
      dims.map((size, axis) => {
        const to = axes.includes(axis) ? wanted[axes.indexOf(axis)]! : size;
        return { size: to, scale: to / size };
      }),
    );
  }
  const stated = scales ? scales.constant && numbersOf(scales.constant) : listAttribute(node, 'scales');
  if (!stated || stated.length !== axes.length) return 'needs one constant scale for each axis';
  return checked(
    dims.map((size, axis) => {
      const scale = axes.includes(axis) ? stated[axes.indexOf(axis)]! : 1;
      return { size: Math.floor(size * scale), scale };
    }),
  );
}

function checked(scaling: Scaling[]): Scaling[] | string {
  const sound = scaling.every(({ size, scale }) => Number.isSafeInteger(size) && size >= 1 && scale > 0);
  return sound ? scaling : 'the new sizes must be at least 1';
}

/** For each output element of an axis which one of the input it is. */
function sourcesOf(
  { size, scale }: Scaling,
  from: number,
  place: Place,
  round: (x: number) => number,
): Int32Array {
  return Int32Array.from({ length: size }, (_, i) => {
    const at = round(placeOf(i, size, from, Math.fround(scale), place));
    return Math.min(from - 1, Math.max(0, at));
  });
}

function placeOf(i: number, size: number, from: number, scale: number, place: Place): number {
  switch (place) {
    case 'asymmetric':
      return i / scale;
    case 'align_corners':
      return size === 1 ? 0 : (i * (from - 1)) / (size - 1);
    case 'pytorch_half_pixel':
      return size === 1 ? 0 : (i + 0.5) / scale - 0.5;
    case 'half_pixel_symmetric': {
      const shift = (from * (1 - size / (from * scale))) / 2;
      return shift + (i + 0.5) / scale - 0.5;
    }
    default:
      return (i + 0.5) / scale - 0.5;
  }
}
