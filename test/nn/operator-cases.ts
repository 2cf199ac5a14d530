import type { Random } from '../../src/base/index.js';
import {
  elements,
  floatTensor,
  int64Tensor,
  tensorOf,
  type Attribute,
  type Dims,
  type ElementType,
  type Tensor,
} from '../../src/nn/index.js';

/** One node with its inputs. */
export interface OperatorCase {
  readonly inputs: readonly (Tensor | undefined)[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly opset?: number;
  readonly outputs?: number;
}

type Make = (r: Random) => OperatorCase;

export const ints = (...value: readonly number[]): Attribute => ({ kind: 'ints', value });
export const int = (value: number): Attribute => ({ kind: 'int', value });
export const float = (value: number): Attribute => ({ kind: 'float', value });
export const text = (value: string): Attribute => ({ kind: 'string', value });

const between = (r: Random, least: number, most: number): number => least + r.below(most - least + 1);
const coin = (r: Random): boolean => r.below(2) === 0;
const one = <T>(r: Random, ...of: readonly T[]): T => of[r.below(of.length)]!;
const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const dimsOf = (r: Random, rank: number, most = 5): number[] => times(rank, () => between(r, 1, most));

/** Numbers from −range to range with some round ones among them. */
function reals(r: Random, dims: Dims, range = 3): Tensor {
  const number = (): number =>
    r.below(8) === 0 ? between(r, -2, 2) : (r.below(2 ** 24) / 2 ** 23 - 1) * range;
  return floatTensor(dims, Float32Array.from({ length: elements(dims) }, number));
}

function positives(r: Random, dims: Dims): Tensor {
  return floatTensor(
    dims,
    Float32Array.from({ length: elements(dims) }, () => 0.1 + r.below(1000) / 300),
  );
}

function whole(r: Random, type: ElementType, dims: Dims, least: number, most: number): Tensor {
  return tensorOf(
    type,
    dims,
    times(elements(dims), () => between(r, least, most)),
  );
}

/** Dimensions that repeat to `dims`: some in front left out, some 1. */
function repeating(r: Random, dims: Dims): number[] {
  return dims.slice(r.below(dims.length + 1)).map((size) => (coin(r) ? size : 1));
}

const unary =
  (range = 3): Make =>
  (r) => ({ inputs: [reals(r, dimsOf(r, between(r, 1, 4)), range)] });
const ofPositives: Make = (r) => ({ inputs: [positives(r, dimsOf(r, between(r, 1, 4)))] });

function binary(r: Random, make: (dims: Dims) => Tensor, other = make): OperatorCase {
  const dims = dimsOf(r, between(r, 1, 4));
  const inputs = [make(dims), other(repeating(r, dims))];
  return { inputs: coin(r) ? inputs : [make(repeating(r, dims)), other(dims)] };
}

const arithmetic: Make = (r) =>
  r.below(3) === 0
    ? binary(r, (dims) => whole(r, one(r, 'int64', 'int64'), dims, -9, 9))
    : binary(r, (dims) => reals(r, dims));

const dividing: Make = (r) =>
  coin(r)
    ? binary(
        r,
        (dims) => whole(r, 'int64', dims, -20, 20),
        (dims) => whole(r, 'int64', dims, 1, 7),
      )
    : binary(
        r,
        (dims) => reals(r, dims),
        (dims) => positives(r, dims),
      );

const comparing: Make = (r) => binary(r, (dims) => whole(r, one(r, 'int64'), dims, -2, 2));
const logical: Make = (r) => binary(r, (dims) => whole(r, 'bool', dims, 0, 1));

const several: Make = (r) => {
  const dims = dimsOf(r, between(r, 1, 3));
  return { inputs: times(between(r, 1, 4), () => reals(r, repeating(r, dims))) };
};

function windowAttributes(r: Random, rank: number, kernel: readonly number[]): Record<string, Attribute> {
  const list = (least: number, most: number) => ints(...times(rank, () => between(r, least, most)));
  const auto = one(r, 'NOTSET', 'NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID');
  const pads = times(2 * rank, (i) => between(r, 0, kernel[i % rank]! - 1));
  const dilated = auto === 'NOTSET' || auto === 'VALID';
  return {
    kernel_shape: ints(...kernel),
    // The runtime refuses negative padding, which longer strides would lead to.
    ...(coin(r) && {
      strides: auto.startsWith('SAME') ? ints(...kernel.map((size) => between(r, 1, size))) : list(1, 3),
    }),
    ...(dilated && coin(r) && { dilations: list(1, 2) }),
    ...(auto === 'NOTSET' ? coin(r) && { pads: ints(...pads) } : { auto_pad: text(auto) }),
  };
}

const conv: Make = (r) => {
  const rank = one(r, 1, 2, 2, 2);
  const kernel = times(rank, () => between(r, 1, 4));
  const depthwise = r.below(3) === 0;
  const group = depthwise ? between(r, 2, 5) : between(r, 1, 2);
  const [inputs, outputs] = [
    depthwise ? 1 : between(r, 1, 4),
    depthwise ? between(r, 1, 2) : between(r, 1, 6),
  ];
  const x = reals(r, [between(r, 1, 3), inputs * group, ...times(rank, () => between(r, 8, 14))]);
  const w = reals(r, [outputs * group, inputs, ...kernel]);
  const b = coin(r) ? [reals(r, [outputs * group])] : [];
  return { inputs: [x, w, ...b], attributes: { ...windowAttributes(r, rank, kernel), group: int(group) } };
};

const convTranspose: Make = (r) => {
  const rank = one(r, 1, 2);
  const kernel = times(rank, () => between(r, 1, 3));
  const group = between(r, 1, 2);
  const [inputs, outputs] = [between(r, 1, 3), between(r, 1, 3)];
  const x = reals(r, [between(r, 1, 2), inputs * group, ...times(rank, () => between(r, 4, 6))]);
  const w = reals(r, [inputs * group, outputs, ...kernel]);
  const b = coin(r) ? [reals(r, [outputs * group])] : [];
  const strides = times(rank, () => between(r, 1, 3));
  const padded = coin(r) && {
    pads: ints(...times(2 * rank, (i) => between(r, 0, kernel[i % rank]! - 1))),
    output_padding: ints(...times(rank, (i) => between(r, 0, strides[i]! - 1))),
  };
  const attributes = {
    strides: ints(...strides),
    group: int(group),
    kernel_shape: ints(...kernel),
    ...padded,
  };
  return { inputs: [x, w, ...b], attributes };
};

const pooling =
  (more: (r: Random) => Record<string, Attribute>): Make =>
  (r) => {
    const rank = one(r, 1, 2, 2);
    const kernel = times(rank, () => between(r, 1, 4));
    const x = reals(r, [between(r, 1, 2), between(r, 1, 3), ...times(rank, () => between(r, 8, 12))]);
    const { dilations: _dilations, ...attributes } = windowAttributes(r, rank, kernel);
    const up = coin(r) && !('auto_pad' in attributes) && { ceil_mode: int(1) };
    return { inputs: [x], attributes: { ...attributes, ...up, ...more(r) }, opset: 19 };
  };

const dilatedPooling: Make = (r) => {
  const kernel = [between(r, 1, 3), between(r, 1, 3)];
  const x = reals(r, [between(r, 1, 2), between(r, 1, 3), between(r, 8, 12), between(r, 8, 12)]);
  return { inputs: [x], attributes: windowAttributes(r, 2, kernel), opset: 19 };
};

const reducing =
  (since: number): Make =>
  (r) => {
    const rank = between(r, 1, 4);
    const x = reals(r, dimsOf(r, rank));
    const axes = times(rank, (i) => i)
      .filter(() => coin(r))
      .map((axis) => (coin(r) ? axis : axis - rank));
    const keep = coin(r) && { keepdims: int(r.below(2)) };
    if (axes.length === 0) {
      const noop = coin(r) && { noop_with_empty_axes: int(1) };
      return { inputs: [x], attributes: { ...keep, ...noop }, opset: Math.max(since, 13) };
    }
    return coin(r)
      ? { inputs: [x, int64Tensor(axes)], attributes: { ...keep }, opset: Math.max(since, 18) }
      : { inputs: [x], attributes: { ...keep, axes: ints(...axes) }, opset: since === 18 ? 13 : 11 };
  };

function gemm(r: Random): OperatorCase {
  const [rows, columns, depth] = [between(r, 1, 9), between(r, 1, 9), between(r, 1, 9)];
  const [ta, tb] = [coin(r), coin(r)];
  const a = reals(r, ta ? [depth, rows] : [rows, depth]);
  const b = reals(r, tb ? [columns, depth] : [depth, columns]);
  const c = coin(r) ? [reals(r, repeating(r, [rows, columns]))] : [];
  const attributes = { transA: int(ta ? 1 : 0), transB: int(tb ? 1 : 0), alpha: float(0.5), beta: float(-2) };
  return { inputs: [a, b, ...c], attributes };
}

function matmul(r: Random): OperatorCase {
  const [rows, columns, depth] = [between(r, 1, 9), between(r, 1, 9), between(r, 1, 9)];
  const outer = dimsOf(r, r.below(3), 3);
  const a = r.below(5) === 0 ? [depth] : [...repeating(r, outer), rows, depth];
  const b = r.below(5) === 0 ? [depth] : [...(coin(r) ? outer : []), depth, columns];
  return { inputs: [reals(r, a), reals(r, b)] };
}

function batchNorm(r: Random): OperatorCase {
  const dims = dimsOf(r, between(r, 2, 4));
  const channel = () => reals(r, [dims[1]!]);
  const inputs = [reals(r, dims), channel(), channel(), channel(), positives(r, [dims[1]!])];
  return { inputs, attributes: coin(r) ? { epsilon: float(0.01) } : {}, opset: 15 };
}

function layerNorm(r: Random): OperatorCase {
  const dims = dimsOf(r, between(r, 1, 4)).map((size) => size + 1);
  const axis = r.below(dims.length);
  const scale = reals(r, dims.slice(axis));
  const bias = coin(r) ? [reals(r, dims.slice(axis))] : [];
  const attributes = { axis: int(coin(r) ? axis : axis - dims.length), epsilon: float(1e-3) };
  return { inputs: [reals(r, dims), scale, ...bias], attributes, opset: 17 };
}

function softmax(r: Random): OperatorCase {
  const dims = dimsOf(r, between(r, 1, 4));
  const axis = between(r, -dims.length, dims.length - 1);
  return { inputs: [reals(r, dims, 8)], attributes: { axis: int(axis) }, opset: one(r, 11, 13) };
}

function concat(r: Random): OperatorCase {
  const dims = dimsOf(r, between(r, 1, 4));
  const axis = r.below(dims.length);
  const type = one(r, 'float32', 'int64');
  const part = () => {
    const own = dims.with(axis, between(r, 1, 4));
    return type === 'float32' ? reals(r, own) : whole(r, 'int64', own, -9, 9);
  };
  return {
    inputs: times(between(r, 1, 4), part),
    attributes: { axis: int(coin(r) ? axis : axis - dims.length) },
  };
}

function slice(r: Random): OperatorCase {
  const rank = between(r, 1, 4);
  const dims = dimsOf(r, rank, 7);
  const axes = times(rank, (i) => i).filter(() => coin(r));
  if (axes.length === 0) axes.push(0);
  const huge = 2 ** 31;
  // Backwards from a place in front of everything there is one element.
  if (r.below(4) === 0) {
    const [start, end, by] = [-huge, -huge, -1].map((x) => int64Tensor([x]));
    return { inputs: [reals(r, dims), start, end, int64Tensor([0]), by] };
  }
  const bounds = () =>
    int64Tensor(axes.map(() => (r.below(3) === 0 ? one(r, -huge, huge) : between(r, -8, 8))));
  const steps = int64Tensor(axes.map(() => one(r, 1, 1, 2, 3, -1, -2)));
  const named = int64Tensor(axes.map((axis) => (coin(r) ? axis : axis - rank)));
  return { inputs: [reals(r, dims), bounds(), bounds(), named, ...(coin(r) ? [steps] : [])] };
}

function split(r: Random): OperatorCase {
  const sizes = times(between(r, 1, 4), () => between(r, 1, 3));
  const rank = between(r, 1, 3);
  const axis = r.below(rank);
  const total = sizes.reduce((a, b) => a + b);
  const x = reals(r, dimsOf(r, rank).with(axis, total));
  const attributes = { axis: int(axis) };
  const outputs = sizes.length;
  switch (r.below(3)) {
    case 0:
      return { inputs: [x], attributes: { ...attributes, split: ints(...sizes) }, outputs, opset: 11 };
    case 1:
      return { inputs: [x, int64Tensor(sizes)], attributes, outputs, opset: 13 };
    default:
      // With fewer elements than parts, runtimes differ.
      return { inputs: [x], attributes: { ...attributes, num_outputs: int(2) }, outputs: 2, opset: 18 };
  }
}

function pad(r: Random): OperatorCase {
  const rank = between(r, 1, 4);
  const dims = dimsOf(r, rank).map((size) => size + 3);
  const mode = one(r, 'constant', 'reflect', 'edge', 'wrap');
  const amounts = times(2 * rank, () => between(r, mode === 'constant' ? -1 : 0, 3));
  const value = mode === 'constant' && coin(r) ? [floatTensor([], Float32Array.of(1.5))] : [];
  const opset = mode === 'wrap' ? 19 : 13;
  return {
    inputs: [reals(r, dims), int64Tensor(amounts), ...value],
    attributes: { mode: text(mode) },
    opset,
  };
}

function resize(r: Random): OperatorCase {
  const x = reals(r, dimsOf(r, 4));
  const attributes = {
    mode: text('nearest'),
    coordinate_transformation_mode: text(
      one(r, 'half_pixel', 'pytorch_half_pixel', 'align_corners', 'asymmetric'),
    ),
    nearest_mode: text(one(r, 'round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil')),
  };
  // Powers of two and sizes: with other scales the place is at the mercy of rounding.
  if (coin(r)) {
    const scales = floatTensor([4], Float32Array.of(1, 1, one(r, 1, 2, 4), one(r, 1, 2, 0.5)));
    const even = reals(r, [...x.dims.slice(0, 2), 4, 6]);
    return { inputs: [even, undefined, scales], attributes, opset: 13 };
  }
  const sizes = int64Tensor([x.dims[0]!, x.dims[1]!, 2 * x.dims[2]!, 4 * x.dims[3]!]);
  return { inputs: [x, undefined, undefined, sizes], attributes, opset: 13 };
}

function transpose(r: Random): OperatorCase {
  const dims = dimsOf(r, between(r, 1, 4));
  const order = times(dims.length, (i) => i);
  for (let i = order.length - 1; i > 0; i--) {
    const j = r.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return { inputs: [reals(r, dims)], attributes: coin(r) ? { perm: ints(...order) } : {} };
}

function reshape(r: Random): OperatorCase {
  const [a, b, c] = dimsOf(r, 3) as [number, number, number];
  const shape = one(r, [a * b, c], [-1], [0, -1], [0, 0, c], [c, -1, a], [a, b, 1, c]);
  return { inputs: [reals(r, [a, b, c]), int64Tensor(shape)] };
}

function squeeze(r: Random): OperatorCase {
  const x = reals(r, [1, between(r, 2, 4), 1, between(r, 2, 4)]);
  const axes = one(r, [0], [2], [0, -2], [-4]);
  if (r.below(4) === 0) return { inputs: [x], opset: 13 };
  return coin(r)
    ? { inputs: [x], attributes: { axes: ints(...axes) }, opset: 11 }
    : { inputs: [x, int64Tensor(axes)], opset: 13 };
}

function unsqueeze(r: Random): OperatorCase {
  const x = reals(r, dimsOf(r, 2));
  const axes = one(r, [0], [2], [0, -1], [1, 3], [-2]);
  return coin(r)
    ? { inputs: [x], attributes: { axes: ints(...axes) }, opset: 11 }
    : { inputs: [x, int64Tensor(axes)], opset: 13 };
}

function gather(r: Random): OperatorCase {
  const dims = dimsOf(r, between(r, 1, 4));
  const axis = r.below(dims.length);
  const size = dims[axis]!;
  const indices = whole(r, one(r, 'int64', 'int32'), dimsOf(r, r.below(3), 3), -size, size - 1);
  return { inputs: [reals(r, dims), indices], attributes: { axis: int(axis) } };
}

function expand(r: Random): OperatorCase {
  const dims = dimsOf(r, between(r, 1, 4));
  return { inputs: [reals(r, repeating(r, dims)), int64Tensor(dims)] };
}

function range(r: Random): OperatorCase {
  const scalar = (x: number): Tensor => ({ ...int64Tensor([x]), dims: [] }) as Tensor;
  const step = one(r, 1, 2, 3, -1, -2);
  return { inputs: [scalar(between(r, -5, 5)), scalar(between(r, -5, 15) * Math.sign(step)), scalar(step)] };
}

function cast(r: Random): OperatorCase {
  const from = one(
    r,
    reals(r, dimsOf(r, 2), 100),
    whole(r, 'int64', dimsOf(r, 2), -100, 100),
    whole(r, 'bool', [5], 0, 1),
  );
  return { inputs: [from], attributes: { to: int(one(r, 1, 6, 7, 9)) } };
}

function where(r: Random): OperatorCase {
  const dims = dimsOf(r, between(r, 1, 3));
  const condition = whole(r, 'bool', repeating(r, dims), 0, 1);
  return { inputs: [condition, reals(r, dims), reals(r, repeating(r, dims))] };
}

function clip(r: Random): OperatorCase {
  const scalar = (x: number): Tensor => floatTensor([], Float32Array.of(x));
  const [least, most] = [coin(r) ? scalar(-0.7) : undefined, coin(r) ? scalar(1.2) : undefined];
  return { inputs: [reals(r, dimsOf(r, 3)), least, most] };
}

const quantising =
  (quantise: boolean): Make =>
  (r) => {
    const dims = dimsOf(r, between(r, 1, 4)).map((size) => size + 1);
    const axis = r.below(dims.length);
    const perAxis = coin(r);
    const scaleDims = perAxis ? [dims[axis]!] : [];
    const type = one(r, 'int8', 'uint8');
    const [least, most] = type === 'int8' ? [-128, 127] : [0, 255];
    const scale = floatTensor(
      scaleDims,
      Float32Array.from({ length: elements(scaleDims) }, () => one(r, 0.25, 0.5, 0.037, 0.1)),
    );
    const zero =
      r.below(3) === 0 && (quantise || type === 'uint8') ? [] : [whole(r, type, scaleDims, least, most)];
    const attributes = { axis: int(coin(r) ? axis : axis - dims.length) };
    // Many values lie half way between two codes, if the quotient is rounded to float32 or not.
    const step = one(r, 0.25, 0.1, 0.037);
    const halves = tensorOf(
      'float32',
      dims,
      times(elements(dims), () => (between(r, -300, 300) / 2) * step),
    );
    const x = quantise
      ? coin(r)
        ? halves
        : reals(r, dims, 20)
      : whole(r, zero.length === 0 ? 'uint8' : type, dims, zero.length === 0 ? 0 : least, most);
    return { inputs: [x, scale, ...zero], attributes, opset: one(r, 13, 19, 21) };
  };

const dequantiseWide: Make = (r) => ({
  inputs: [whole(r, 'int32', dimsOf(r, 3), -1e6, 1e6), floatTensor([], Float32Array.of(0.01))],
  opset: 13,
});

/** Random nodes of every operator that ONNX Runtime knows too. */
export const makers: Readonly<Record<string, Make>> = {
  Abs: unary(),
  Add: arithmetic,
  And: logical,
  ArgMax: (r) => {
    const dims = dimsOf(r, 3);
    const attributes = {
      axis: int(r.below(3)),
      keepdims: int(r.below(2)),
      select_last_index: int(r.below(2)),
    };
    return {
      inputs: [
        tensorOf(
          'float32',
          dims,
          times(elements(dims), () => r.below(3)),
        ),
      ],
      attributes,
      opset: 13,
    };
  },
  AveragePool: pooling((r) => (coin(r) ? { count_include_pad: int(1) } : {})),
  BatchNormalization: batchNorm,
  Cast: cast,
  Ceil: unary(),
  Clip: clip,
  Concat: concat,
  Constant: (r) => ({ inputs: [], attributes: { value: { kind: 'tensor', value: reals(r, dimsOf(r, 2)) } } }),
  ConstantOfShape: (r) => ({
    inputs: [int64Tensor(dimsOf(r, 3))],
    ...(coin(r) && {
      attributes: { value: { kind: 'tensor', value: whole(r, one(r, 'int64', 'float32'), [1], -4, 4) } },
    }),
  }),
  Conv: conv,
  ConvTranspose: convTranspose,
  Cos: unary(),
  DequantizeLinear: (r) => (r.below(4) === 0 ? dequantiseWide(r) : quantising(false)(r)),
  Div: dividing,
  Dropout: (r) => ({ inputs: [reals(r, dimsOf(r, 2))], outputs: between(r, 1, 2), opset: 13 }),
  Elu: (r) => ({ ...unary()(r), attributes: { alpha: float(0.7) } }),
  Equal: comparing,
  Erf: unary(7),
  Exp: unary(),
  Expand: expand,
  Flatten: (r) => ({ inputs: [reals(r, dimsOf(r, 4))], attributes: { axis: int(between(r, -4, 4)) } }),
  Floor: unary(),
  Gather: gather,
  Gelu: (r) => ({ ...unary(3)(r), attributes: { approximate: text(one(r, 'none', 'tanh')) }, opset: 20 }),
  Gemm: gemm,
  GlobalAveragePool: (r) => ({ inputs: [reals(r, dimsOf(r, between(r, 3, 4)))] }),
  GlobalMaxPool: (r) => ({ inputs: [reals(r, dimsOf(r, between(r, 3, 4)))] }),
  Greater: comparing,
  GreaterOrEqual: (r) => ({ ...comparing(r), opset: 13 }),
  HardSigmoid: (r) => ({
    ...unary(6)(r),
    attributes: coin(r) ? { alpha: float(0.3), beta: float(0.4) } : {},
  }),
  HardSwish: (r) => ({ ...unary(6)(r), opset: 14 }),
  Identity: unary(),
  InstanceNormalization: (r) => {
    const dims = dimsOf(r, between(r, 3, 4)).map((size) => size + 1);
    return { inputs: [reals(r, dims), reals(r, [dims[1]!]), reals(r, [dims[1]!])] };
  },
  LayerNormalization: layerNorm,
  LeakyRelu: (r) => ({ ...unary()(r), attributes: coin(r) ? { alpha: float(0.2) } : {} }),
  Less: comparing,
  LessOrEqual: (r) => ({ ...comparing(r), opset: 13 }),
  Log: ofPositives,
  LogSoftmax: softmax,
  MatMul: matmul,
  Max: several,
  MaxPool: (r) => (r.below(3) === 0 ? dilatedPooling(r) : pooling(() => ({}))(r)),
  Min: several,
  Mish: (r) => ({ ...unary()(r), opset: 18 }),
  Mod: (r) =>
    binary(
      r,
      (dims) => whole(r, 'int64', dims, -20, 20),
      (dims) => whole(r, 'int64', dims, 1, 6),
    ),
  Mul: arithmetic,
  Neg: unary(),
  Not: (r) => ({ inputs: [whole(r, 'bool', dimsOf(r, 2), 0, 1)] }),
  Or: logical,
  PRelu: (r) => {
    const dims = dimsOf(r, 3);
    return { inputs: [reals(r, dims), reals(r, repeating(r, dims))] };
  },
  Pad: pad,
  Pow: (r) =>
    binary(
      r,
      (dims) => positives(r, dims),
      (dims) =>
        tensorOf(
          'float32',
          dims,
          times(elements(dims), () => one(r, 2, 0.5, -1, 1.7)),
        ),
    ),
  QuantizeLinear: quantising(true),
  Range: range,
  Reciprocal: ofPositives,
  ReduceL1: reducing(18),
  ReduceL2: reducing(18),
  ReduceMax: reducing(18),
  ReduceMean: reducing(18),
  ReduceMin: reducing(18),
  ReduceProd: reducing(18),
  ReduceSum: (r) => {
    const { inputs, attributes = {}, opset } = reducing(18)(r);
    const { axes, ...others } = attributes;
    return axes ? { inputs, attributes, opset: 11 } : { inputs, attributes: others, opset: opset! };
  },
  ReduceSumSquare: reducing(18),
  Relu: unary(),
  Reshape: reshape,
  Resize: resize,
  Round: (r) => ({
    inputs: [
      tensorOf(
        'float32',
        [9],
        times(9, () => between(r, -9, 9) / 2),
      ),
    ],
  }),
  Shape: (r) => ({
    inputs: [reals(r, dimsOf(r, 4))],
    attributes: coin(r) ? { start: int(between(r, -5, 2)), end: int(between(r, -2, 5)) } : {},
    opset: 15,
  }),
  // Far out the runtime's own approximation is off by more than 1e-4.
  Sigmoid: unary(6),
  Sign: unary(),
  Sin: unary(),
  Size: unary(),
  Slice: slice,
  Softmax: softmax,
  Softplus: unary(20),
  Softsign: unary(),
  Split: split,
  Sqrt: ofPositives,
  Squeeze: squeeze,
  Sub: arithmetic,
  Sum: several,
  Tanh: unary(),
  Tile: (r) => {
    const dims = dimsOf(r, between(r, 1, 3));
    return { inputs: [reals(r, dims), int64Tensor(times(dims.length, () => between(r, 1, 3)))] };
  },
  Transpose: transpose,
  Unsqueeze: unsqueeze,
  Upsample: (r) => ({
    inputs: [reals(r, dimsOf(r, 4)), floatTensor([4], Float32Array.of(1, 1, 2, one(r, 1, 3)))],
    attributes: { mode: text('nearest') },
    opset: 9,
  }),
  Where: where,
};
