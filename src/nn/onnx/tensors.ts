import { failure, success, type Result } from '../../base/index.js';
import { externalTensor, tensorSize, unreadElements } from '../problems.js';
import { elements, type ElementArrays, type ElementType, type Tensor } from '../tensor.js';
import { elementCodes, elementName, elementType } from './elements.js';
import type { Draft, Int64 } from './schema.js';

/** Where a TensorProto holds its numbers if not in `raw_data`, and the typed array that they become. */
interface Encoding {
  readonly field: 'floatData' | 'int32Data' | 'int64Data' | 'doubleData' | 'uint64Data';
  readonly array: Construct;
}

type Elements = ElementArrays[ElementType];
type Construct = { new (buffer: ArrayBuffer): Elements; readonly BYTES_PER_ELEMENT: number };

const encodings: Readonly<Record<ElementType, Encoding>> = {
  float32: { field: 'floatData', array: Float32Array },
  float64: { field: 'doubleData', array: Float64Array },
  float16: { field: 'int32Data', array: Uint16Array },
  bfloat16: { field: 'int32Data', array: Uint16Array },
  int8: { field: 'int32Data', array: Int8Array },
  uint8: { field: 'int32Data', array: Uint8Array },
  int16: { field: 'int32Data', array: Int16Array },
  uint16: { field: 'int32Data', array: Uint16Array },
  int32: { field: 'int32Data', array: Int32Array },
  bool: { field: 'int32Data', array: Uint8Array },
  int64: { field: 'int64Data', array: BigInt64Array },
  uint32: { field: 'uint64Data', array: Uint32Array },
  uint64: { field: 'uint64Data', array: BigUint64Array },
};

/**
 * A TensorProto as a tensor: from `raw_data` (little-endian) or from the typed field. Element types that are not
 * read, data in other files and a number of elements that does not agree with the dimensions are faults.
 *
 * @param name what messages call it
 */
export function readTensor(message: Draft<'Tensor'>, name: string): Result<Tensor> {
  const code = message.dataType ?? 0;
  const type = elementType(code);
  if (type === undefined) return failure(unreadElements(name, elementName(code), Object.keys(elementCodes)));
  if (message.dataLocation || message.externalData?.length) return failure(externalTensor(name));
  const dims = (message.dims ?? []).map(Number);
  const data = fromRaw(message.rawData, type) ?? fromField(message, type);
  const wanted = elements(dims);
  const sound = dims.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (!sound || data?.length !== wanted) return failure(tensorSize(name, dims, data?.length));
  return success({ type, dims, data } as Tensor);
}

/** A tensor as a TensorProto, its numbers in `raw_data`. */
export function writeTensor(tensor: Tensor, name: string): Draft<'Tensor'> {
  const { buffer, byteOffset, byteLength } = tensor.data;
  const rawData = new Uint8Array(buffer, byteOffset, byteLength);
  return { name, dims: tensor.dims, dataType: elementCodes[tensor.type], rawData };
}

/** Undefined if there are no raw bytes, or half an element. */
function fromRaw(raw: Uint8Array | undefined, type: ElementType): Elements | undefined {
  const { array } = encodings[type];
  if (!raw?.length || raw.length % array.BYTES_PER_ELEMENT !== 0) return undefined;
  return new array(new Uint8Array(raw).buffer);
}

function fromField(message: Draft<'Tensor'>, type: ElementType): Elements | undefined {
  if (message.rawData?.length) return undefined;
  const { field, array } = encodings[type];
  const values: readonly Int64[] = message[field] ?? [];
  const data = new array(new ArrayBuffer(values.length * array.BYTES_PER_ELEMENT));
  const wide = data instanceof BigInt64Array || data instanceof BigUint64Array;
  for (let i = 0; i < values.length; i++) data[i] = wide ? BigInt(String(values[i])) : Number(values[i]);
  return data;
}
