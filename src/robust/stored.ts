import { success, type Result } from '../base/index.js';
import {
  formatName,
  formatOf,
  formatWidth,
  numberDecoder,
  quantise,
  type BlockFormat,
  type NumberFormat,
} from '../format/index.js';
import {
  codeValues,
  decodeWeights,
  encodeWeights,
  ladder,
  ladderNames,
  type CodedTensor,
  type LadderName,
} from '../nn/index.js';
import { codesTooWide } from './problems.js';

/** How weights become codes: by the quantiser ladder, whose codes have as many bits as is asked for, or in a format. */
export type StoredScheme =
  | { readonly kind: 'ladder'; readonly name: LadderName }
  | { readonly kind: 'format'; readonly name: string; readonly format: NumberFormat | BlockFormat };

/** The widest codes. */
export const mostBits = 16;

/** The scheme of a name: of the ladder, or of a number format or a block format. */
export function storedScheme(name: string): Result<StoredScheme> {
  if ((ladderNames as readonly string[]).includes(name))
    return success({ kind: 'ladder', name: name as LadderName });
  const format = formatOf(name);
  if (!format.ok) return format;
  const { value } = format;
  const width = formatWidth(value.kind === 'block' ? value.element : value);
  if (width > mostBits) return { ok: false, diagnostics: [codesTooWide(name, width, mostBits)] };
  return success({
    kind: 'format',
    name: value.kind === 'block' ? value.name : formatName(value),
    format: value,
  });
}

/** How many bits the widest codes of a scheme have, where the ladder's have `bits`. */
export function widestCode(scheme: StoredScheme, bits: number): number {
  if (scheme.kind === 'ladder') return bits;
  const { format } = scheme;
  return format.kind === 'block'
    ? Math.max(formatWidth(format.element), format.scaleBits)
    : formatWidth(format);
}

/** Whether blocks of codes share scales that are stored with them. */
export function hasScales(scheme: StoredScheme): boolean {
  return scheme.kind === 'format' && scheme.format.kind === 'block';
}

type Codes = Uint8Array | Uint16Array;

/** A tensor as its codes in memory. */
export type StoredTensor =
  | { readonly kind: 'ladder'; readonly coded: CodedTensor }
  | {
      readonly kind: 'format';
      readonly format: NumberFormat | BlockFormat;
      readonly elements: Codes;
      readonly scales: Codes | undefined;
      /** float32 factors of so many elements each, which are not stored with the codes */
      readonly factors: Float32Array;
      readonly group: number;
      /** elements to a row; blocks do not reach over its end */
      readonly columns: number;
    };

/** Weights as they are before they are stored. */
export interface Weights {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/**
 * The codes of a network's tensors. In formats, blocks lie along what follows a tensor's first dimension (in a list:
 * along all of it); integers with integer scales have a float32 factor for each such row, others one for the tensor.
 *
 * @param bits of the ladder's codes
 */
export function storeWeights(
  tensors: readonly Weights[],
  scheme: StoredScheme,
  bits: number,
): Result<StoredTensor[]> {
  if (scheme.kind === 'ladder') {
    const coded = encodeWeights(
      tensors.map(({ data }) => data),
      ladder[scheme.name],
      bits,
    );
    return success(coded.map((one) => ({ kind: 'ladder', coded: one })));
  }
  const stored: StoredTensor[] = [];
  for (const tensor of tensors) {
    const made = inFormat(tensor, scheme.format);
    if (!made.ok) return made;
    stored.push(made.value);
  }
  return success(stored);
}

function inFormat({ data, dims }: Weights, format: NumberFormat | BlockFormat): Result<StoredTensor> {
  const columns = dims.length > 1 ? data.length / dims[0]! : data.length;
  const isByRow = format.kind === 'block' && format.scale.kind === 'fixed';
  const group = isByRow ? columns : data.length;
  const plain = format.kind === 'block' ? {} : { policy: 'max' as const };
  const made = quantise(data, format, { columns, group, ...plain });
  if (!made.ok) return made;
  const { codes, scales, tensorScales } = made.value;
  return success({
    ...{ kind: 'format', format, group, columns },
    elements: codes as Codes,
    scales: scales as Codes | undefined,
    factors: tensorScales ?? Float32Array.of(1),
  });
}

/** Codes of one width that lie one behind the other in a memory. */
export interface CodeRun {
  readonly what: 'elements' | 'scales';
  readonly codes: Codes;
  readonly bits: number;
  /** what is read in the place of a code that was lost: (about) 0 */
  readonly zero: number;
}

/** The codes of a tensor as they lie in a memory: its elements, then its scales where it has any. */
export function codeRuns(tensor: StoredTensor): CodeRun[] {
  if (tensor.kind === 'ladder') {
    const { codes, bits } = tensor.coded;
    return [{ what: 'elements', codes, bits, zero: zeroCode(tensor.coded) }];
  }
  const { format, elements, scales } = tensor;
  const element = format.kind === 'block' ? format.element : format;
  const run: CodeRun = { what: 'elements', codes: elements, bits: formatWidth(element), zero: 0 };
  if (format.kind !== 'block' || !scales) return [run];
  return [run, { what: 'scales', codes: scales, bits: format.scaleBits, zero: 0 }];
}

/**
 * The weights that codes stand for, as float32, each rounded once. A code that is no number gives 0; what lies beyond the
 * greatest float32 is that.
 *
 * @param runs codes in the places of the tensor's own runs, as a faulty memory gives them
 */
export function weightsOf(tensor: StoredTensor, runs: readonly Codes[]): Float32Array {
  if (tensor.kind === 'ladder') return decodeWeights(tensor.coded, runs[0]!);
  const { format, factors, group, columns } = tensor;
  const element = format.kind === 'block' ? format.element : format;
  const elements = codeNumbers(element);
  const [codes, scaleCodes] = [runs[0]!, runs[1]];
  const values = new Float32Array(codes.length);
  if (format.kind !== 'block' || !scaleCodes) {
    for (let i = 0; i < codes.length; i++)
      values[i] = bounded(elements[codes[i]!]! * factors[Math.floor(i / group)]!);
    return values;
  }
  const scales = codeNumbers(format.scale);
  let block = 0;
  for (let row = 0; row < codes.length; row += columns) {
    const factor = factors[Math.floor(row / group)]!;
    for (let from = row; from < row + columns; from += format.block) {
      // A byte may hold more than the scale's format has bits for.
      const scale = scales[scaleCodes[block++]! % scales.length]! * factor;
      const end = Math.min(from + format.block, row + columns);
      for (let i = from; i < end; i++) values[i] = bounded(elements[codes[i]!]! * scale);
    }
  }
  return values;
}

const greatest = (2 - 2 ** -23) * 2 ** 127;

function bounded(value: number): number {
  return Number.isNaN(value) ? 0 : Math.max(-greatest, Math.min(greatest, value));
}

const known = new Map<string, Float64Array>();

/** What each code of a format stands for; 0 for one that is no number. */
function codeNumbers(format: NumberFormat): Float64Array {
  const name = JSON.stringify(format);
  let numbers = known.get(name);
  if (!numbers) {
    const decode = numberDecoder(format);
    numbers = Float64Array.from({ length: 2 ** formatWidth(format) }, (_, code) => {
      const value = decode(code);
      return Number.isNaN(value) ? 0 : value;
    });
    known.set(name, numbers);
  }
  return numbers;
}

/** The code of the number nearest to 0; of two the lower code. */
export function zeroCode(tensor: CodedTensor): number {
  const values = codeValues(tensor);
  return values.reduce((best, value, i) => (Math.abs(value) < Math.abs(values[best]!) ? i : best), 0);
}
