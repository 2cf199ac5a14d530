import { failure, success, type Result } from '../base/index.js';
import type { Codes, Numbers } from './elements.js';
import { badNpy } from './problems.js';

/** An array of a .npy file, the last dimension varying fastest. */
export interface NpyArray<Data = Numbers> {
  /** No dimensions: a single number. */
  readonly shape: readonly number[];
  readonly data: Data;
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/**
 * Reads a .npy file (NumPy Enhancement Proposal 1, versions 1.0, 2.0 and 3.0) of little-endian float32 or float64
 * numbers in C order. Nothing in the file is run; a diagnostic for any other file.
 *
 * @param file the name for diagnostics
 */
export function readNpy(file: string, bytes: Uint8Array): Result<NpyArray> {
  return readAs<Numbers>(file, bytes, floats, 'save float32 or float64, as with x.astype("<f4")');
}

/** The same of whole numbers, in any of NumPy's types of integers, bool, or floating point. */
export function readNpyIntegers(file: string, bytes: Uint8Array): Result<NpyArray<Integers>> {
  const array = readAs<Integers>(file, bytes, { ...integers, ...floats }, 'save integers of up to 64 bits');
  if (!array.ok || typeof array.value.data[0] === 'bigint') return array;
  const broken = (array.value.data as Numbers).find((one) => !Number.isSafeInteger(one));
  return broken === undefined ? array : failure(badNpy(file, `${broken} in it is no integer`));
}

function readAs<Data extends Integers>(
  file: string,
  bytes: Uint8Array,
  types: Readonly<Record<string, TypeOf<Data>>>,
  wanted: string,
): Result<NpyArray<Data>> {
  const bad = (why: string, hint?: string): Result<NpyArray<Data>> => failure(badNpy(file, why, hint));
  if (bytes.length < 10 || magic.some((byte, i) => bytes[i] !== byte))
    return bad('it does not begin as such a file does', 'save it with numpy.save');
  const version = bytes[6]!;
  if (version < 1 || version > 3) return bad(`version ${version}.${bytes[7]} is not known`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = version === 1 ? 10 : 12;
  if (bytes.length < start) return bad('it ends within its header');
  const end = start + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (end > bytes.length) return bad('it ends within its header');
  if (end - start > mostHeader) return bad('its header is longer than that of an array of numbers can be');
  const header = parseHeader(new TextDecoder('latin1').decode(bytes.subarray(start, end)));
  if (!header) return bad('its header is damaged', 'save it with numpy.save');
  const Type = Object.hasOwn(types, header.type) ? types[header.type] : undefined;
  if (!Type) return bad(`its elements are \`${header.type}\``, wanted);
  if (header.fortran) return bad('its elements are in Fortran order', 'save numpy.ascontiguousarray(x)');
  const due = header.shape.reduce((product, each) => product * each, 1) * Type.BYTES_PER_ELEMENT;
  if (due !== bytes.length - end)
    return bad(
      `its shape (${header.shape.join(', ')}) needs ${due} bytes, but there are ${bytes.length - end}`,
    );
  // A copy, since a typed array must begin at a multiple of its element's size; `slice` of Node's buffers makes none.
  return success({ shape: header.shape, data: new Type(new Uint8Array(bytes.subarray(end)).buffer) });
}

/** Numbers of any type that NumPy has for whole ones. */
export type Integers = Numbers | Codes | Int8Array | Int16Array | Int32Array | BigInt64Array | BigUint64Array;

interface TypeOf<Data> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer): Data;
}

const mostHeader = 65536;

const floats = { '<f4': Float32Array, '<f8': Float64Array } as const;

const integers = {
  ...{ '|b1': Uint8Array, '|u1': Uint8Array, '<u2': Uint16Array, '<u4': Uint32Array, '<u8': BigUint64Array },
  ...{ '|i1': Int8Array, '<i2': Int16Array, '<i4': Int32Array, '<i8': BigInt64Array },
} as const;

/** The fields of a header, a Python dictionary with these three keys in any order; undefined for anything else. */
function parseHeader(text: string) {
  const order = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1];
  const type = /'descr'\s*:\s*(?:'([^']*)'|(\[[^\]]*\]))/.exec(order ?? '');
  const fortran = /'fortran_order'\s*:\s*(True|False)\b/.exec(order ?? '');
  const shape = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(order ?? '');
  if (!type || !fortran || !shape) return undefined;
  const sizes = shape[1]!.split(',').map((part) => part.trim());
  if (sizes.at(-1) === '') sizes.pop();
  const dimensions = sizes.map((part) => (/^\d{1,15}$/.test(part) ? Number(part) : NaN));
  if (dimensions.some(Number.isNaN)) return undefined;
  return { type: type[1] ?? type[2]!, fortran: fortran[1] === 'True', shape: dimensions };
}

/** The bytes of a .npy file, version 1.0, or 2.0 for a shape too long for that. */
export function writeNpy({ shape, data }: NpyArray<Numbers | Codes>): Uint8Array {
  const type =
    (data instanceof Float32Array || data instanceof Float64Array ? 'f' : 'u') + data.BYTES_PER_ELEMENT;
  const order = data.BYTES_PER_ELEMENT === 1 ? '|' : '<';
  const list = shape.map((each) => `${each},`).join(' ');
  const text = `{'descr': '${order}${type}', 'fortran_order': False, 'shape': (${list}), }`;
  const version = text.length < 60000 ? 1 : 2;
  const start = version === 1 ? 10 : 12;
  const end = Math.ceil((start + text.length + 1) / 64) * 64;
  const bytes = new Uint8Array(end + data.byteLength);
  const header = text.padEnd(end - start - 1) + '\n';
  bytes.set([...magic, version, 0]);
  const view = new DataView(bytes.buffer);
  if (version === 1) view.setUint16(8, end - start, true);
  else view.setUint32(8, end - start, true);
  bytes.set(new TextEncoder().encode(header), start);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), end);
  return bytes;
}
