/** Typed arrays by element type. float16 and bfloat16 are kept as their 16-bit codes. */
export interface ElementArrays {
  readonly float32: Float32Array;
  readonly float64: Float64Array;
  readonly float16: Uint16Array;
  readonly bfloat16: Uint16Array;
  readonly int8: Int8Array;
  readonly uint8: Uint8Array;
  readonly int16: Int16Array;
  readonly uint16: Uint16Array;
  readonly int32: Int32Array;
  readonly uint32: Uint32Array;
  readonly int64: BigInt64Array;
  readonly uint64: BigUint64Array;
  /** one byte each, 0 or 1 */
  readonly bool: Uint8Array;
}

export type ElementType = keyof ElementArrays;

/** Sizes of the dimensions, slowest first; none for a scalar. */
export type Dims = readonly number[];

export interface TensorOf<T extends ElementType> {
  readonly type: T;
  readonly dims: Dims;
  /** row-major */
  readonly data: ElementArrays[T];
}

/** An array of numbers with dimensions; `data.length` is the product of `dims`. */
export type Tensor = { [T in ElementType]: TensorOf<T> }[ElementType];

/** How many elements a tensor of these dimensions has; 1 for a scalar. */
export function elements(dims: Dims): number {
  return dims.reduce((product, size) => product * size, 1);
}

export function floatTensor(dims: Dims, data: Float32Array): TensorOf<'float32'> {
  return { type: 'float32', dims, data };
}

export function int64Tensor(values: readonly number[]): TensorOf<'int64'> {
  return { type: 'int64', dims: [values.length], data: BigInt64Array.from(values.map(BigInt)) };
}

/** The same elements under other dimensions, which must have the same product. Nothing is copied. */
export function withDims(tensor: Tensor, dims: Dims): Tensor {
  return { ...tensor, dims };
}

/** A tensor of any floating-point type as float32; float64 is rounded to nearest even. Others: undefined. */
export function asFloat32(tensor: Tensor): TensorOf<'float32'> | undefined {
  switch (tensor.type) {
    case 'float32':
      return tensor;
    case 'float64':
      return floatTensor(tensor.dims, Float32Array.from(tensor.data));
    case 'float16':
      return floatTensor(tensor.dims, Float32Array.from(tensor.data, halfToNumber));
    case 'bfloat16':
      return floatTensor(tensor.dims, bfloatToFloat32(tensor.data));
    default:
      return undefined;
  }
}

/** The elements of an integer tensor as numbers, exact up to 2^53; undefined for other types. */
export function asIntegers(tensor: Tensor): number[] | undefined {
  return /^u?int/.test(tensor.type)
    ? Array.from(tensor.data as ArrayLike<number | bigint>, Number)
    : undefined;
}

/** IEEE 754 binary16: 1 sign, 5 exponent (bias 15), 10 fraction bits. */
function halfToNumber(code: number): number {
  const sign = code & 0x8000 ? -1 : 1;
  const exponent = (code >> 10) & 0x1f;
  const fraction = code & 0x3ff;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** bfloat16 is the upper half of a float32. */
function bfloatToFloat32(codes: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(codes, (code) => code << 16).buffer);
}

const arrays: { readonly [T in ElementType]: new (length: number) => ElementArrays[T] } = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
};

/** A tensor of zeros, to be filled. */
export function zeros<T extends ElementType>(type: T, dims: Dims): TensorOf<T> {
  return { type, dims, data: new arrays[type](elements(dims)) };
}

/**
 * A tensor of these numbers, stored as typed arrays store them: rounded to float32, integers cut towards zero and
 * wrapped. What is not finite becomes 0 in 64-bit integers.
 */
export function tensorOf(type: ElementType, dims: Dims, numbers: ArrayLike<number>): Tensor {
  const out = zeros(type, dims) as Tensor;
  const { data } = out;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    for (let i = 0; i < data.length; i++) data[i] = wide(numbers[i]!);
  } else {
    for (let i = 0; i < data.length; i++) data[i] = numbers[i]!;
  }
  return out;
}

const wide = (x: number): bigint => (Number.isFinite(x) ? BigInt(Math.trunc(x)) : 0n);

/** The elements as numbers, 64-bit integers exact up to 2^53; float16 and bfloat16 decoded. */
export function numbersOf(tensor: Tensor): ArrayLike<number> {
  const real = asFloat32(tensor);
  if (tensor.type === 'float64') return tensor.data;
  if (real) return real.data;
  const { data } = tensor;
  return data instanceof BigInt64Array || data instanceof BigUint64Array ? Array.from(data, Number) : data;
}
