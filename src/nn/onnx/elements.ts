import type { ElementType } from '../tensor.js';

/** Numbers of TensorProto.DataType by element type. */
export const elementCodes: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
};

/** Element types of ONNX that are known by name but not read. */
const unread: Readonly<Record<number, string>> = {
  8: 'string',
  14: 'complex64',
  15: 'complex128',
  17: 'float8e4m3fn',
  18: 'float8e4m3fnuz',
  19: 'float8e5m2',
  20: 'float8e5m2fnuz',
  21: 'uint4',
  22: 'int4',
  23: 'float4e2m1',
  24: 'float8e8m0',
  25: 'uint2',
  26: 'int2',
  27: 'float6e2m3',
  28: 'float6e3m2',
};

const types = new Map(Object.entries(elementCodes).map(([type, code]) => [code, type as ElementType]));

/** The element type of a number of TensorProto.DataType; undefined if it is not read. */
export function elementType(code: number): ElementType | undefined {
  return types.get(code);
}

/** What to call a type that is not read. */
export function elementName(code: number): string {
  return types.get(code) ?? unread[code] ?? `number ${code}`;
}
