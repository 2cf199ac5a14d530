import { ladderBits, type LadderScheme } from './scheme.js';

/** A tensor as its codes in memory. */
export interface CodedTensor {
  readonly scheme: LadderScheme;
  readonly bits: number;
  /** what the least and the greatest code stand for, up to one part in 1,000 that is left over */
  readonly low: number;
  readonly high: number;
  /** a word of `bits` bits for each weight; the bits above are 0 */
  readonly codes: Uint8Array | Uint16Array;
}

/**
 * The codes of all tensors of a network. With the ends `low` and `high` of a tensor (equal ends: all weights are the
 * same, and any code stands for them) and m bits:
 *
 *     x = 2 (w − low) / (high − low) − 1,   D = (1 + 10⁻³) / (2^(m−1) − 1)
 *     q = round(x / D)                                 two's complement
 *     q = round(min(x / D + 2^(m−1), 2^m − 1))         unsigned
 *
 * In float64. The weights must be finite.
 *
 * @param bits m, from 2 to 16
 * @param most weights are clamped to ±most first
 */
export function encodeWeights(
  tensors: readonly Float32Array[],
  scheme: LadderScheme,
  bits: number,
  most = Infinity,
): CodedTensor[] {
  if (!Number.isInteger(bits) || bits < ladderBits.least || bits > ladderBits.most) {
    throw new Error(`codes of ${bits} bits`);
  }
  const own = tensors.map((values) => ends(values, most));
  const all = own.reduce(([a, b], [c, d]) => [Math.min(a, c), Math.max(b, d)], [Infinity, -Infinity]);
  return tensors.map((values, i) => {
    const [low, high] = range(scheme.range === 'network' ? all : own[i]!, scheme.symmetric);
    return { scheme, bits, low, high, codes: encode(values, { scheme, bits, low, high }, most) };
  });
}

/**
 * The weights that codes of `bits` bits stand for, as float32: q · D clamped to −1 … 1, drawn to the tensor's ends and
 * clamped to these. Every code is a weight, also those that encoding never gives.
 *
 * @param codes others than the tensor's own, as a faulty memory gives them
 * @param out where to write to
 */
export function decodeWeights(
  tensor: CodedTensor,
  codes: Uint8Array | Uint16Array = tensor.codes,
  out = new Float32Array(codes.length),
): Float32Array {
  const table = codeValues(tensor);
  for (let i = 0; i < codes.length; i++) out[i] = table[codes[i]!]!;
  return out;
}

/** What each of the 2^bits codes of a tensor stands for. */
export function codeValues({ scheme, bits, low, high }: Omit<CodedTensor, 'codes'>): Float32Array {
  const middle = 2 ** (bits - 1);
  const step = stepOf(bits);
  return Float32Array.from({ length: 2 ** bits }, (_, code) => {
    const q = scheme.unsigned ? code - middle : code >= middle ? code - 2 * middle : code;
    const x = Math.min(1, Math.max(-1, q * step));
    return Math.min(high, Math.max(low, ((x + 1) / 2) * (high - low) + low));
  });
}

function encode(
  values: Float32Array,
  { scheme, bits, low, high }: Omit<CodedTensor, 'codes'>,
  most: number,
): Uint8Array | Uint16Array {
  const codes = bits <= 8 ? new Uint8Array(values.length) : new Uint16Array(values.length);
  const middle = 2 ** (bits - 1);
  const greatest = 2 * middle - 1;
  const step = stepOf(bits);
  const width = high - low;
  const round = scheme.rounding === 'truncate' ? Math.trunc : nearestEven;
  for (let i = 0; i < values.length; i++) {
    const w = Math.min(most, Math.max(-most, values[i]!));
    const x = width === 0 ? 0 : (2 * (w - low)) / width - 1;
    codes[i] = scheme.unsigned ? round(Math.min(x / step + middle, greatest)) : round(x / step) & greatest;
  }
  return codes;
}

/** D: a little more than needed, so that both ends have a code. */
function stepOf(bits: number): number {
  return (1 + 1e-3) / (2 ** (bits - 1) - 1);
}

/** The nearest whole number, of two the even one. */
function nearestEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}

function ends(values: Float32Array, most: number): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const clamp = (x: number): number => Math.min(most, Math.max(-most, x));
  return values.length === 0 ? [0, 0] : [clamp(low), clamp(high)];
}

function range([low, high]: readonly [number, number], symmetric: boolean): [number, number] {
  const most = Math.max(-low, high);
  return symmetric ? [-most, most] : [low, high];
}
