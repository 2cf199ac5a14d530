import type { Type } from 'protobufjs';

/**
 * The part of ONNX's protocol buffers that is read and written: message → field → [number, type], `*` behind the
 * type of a repeated field. Numbers as in onnx.proto (ONNX IR 3 to 13); fields that are not here are skipped.
 */
export const messages = {
  Model: {
    irVersion: [1, 'int64'],
    producerName: [2, 'string'],
    producerVersion: [3, 'string'],
    domain: [4, 'string'],
    modelVersion: [5, 'int64'],
    graph: [7, 'Graph'],
    opsetImport: [8, 'OperatorSet*'],
    metadataProps: [14, 'StringEntry*'],
  },
  OperatorSet: { domain: [1, 'string'], version: [2, 'int64'] },
  StringEntry: { key: [1, 'string'], value: [2, 'string'] },
  Graph: {
    node: [1, 'Node*'],
    name: [2, 'string'],
    initializer: [5, 'Tensor*'],
    input: [11, 'ValueInfo*'],
    output: [12, 'ValueInfo*'],
    valueInfo: [13, 'ValueInfo*'],
    sparseInitializer: [15, 'SparseTensor*'],
  },
  Node: {
    input: [1, 'string*'],
    output: [2, 'string*'],
    name: [3, 'string'],
    opType: [4, 'string'],
    attribute: [5, 'Attribute*'],
    domain: [7, 'string'],
  },
  Attribute: {
    name: [1, 'string'],
    f: [2, 'float'],
    i: [3, 'int64'],
    s: [4, 'bytes'],
    t: [5, 'Tensor'],
    floats: [7, 'float*'],
    ints: [8, 'int64*'],
    strings: [9, 'bytes*'],
    type: [20, 'int32'],
  },
  Tensor: {
    dims: [1, 'int64*'],
    dataType: [2, 'int32'],
    floatData: [4, 'float*'],
    int32Data: [5, 'int32*'],
    stringData: [6, 'bytes*'],
    int64Data: [7, 'int64*'],
    name: [8, 'string'],
    rawData: [9, 'bytes'],
    doubleData: [10, 'double*'],
    uint64Data: [11, 'uint64*'],
    externalData: [13, 'StringEntry*'],
    dataLocation: [14, 'int32'],
  },
  SparseTensor: { values: [1, 'Tensor'] },
  ValueInfo: { name: [1, 'string'], type: [2, 'ValueType'] },
  ValueType: { tensorType: [1, 'TensorType'] },
  TensorType: { elemType: [1, 'int32'], shape: [2, 'Shape'] },
  Shape: { dim: [1, 'Dimension*'] },
  Dimension: { dimValue: [1, 'int64'], dimParam: [2, 'string'] },
} as const satisfies Record<string, Record<string, readonly [number, string]>>;

/** Numbers of AttributeProto.AttributeType. */
export const attributeTypes = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  floats: 6,
  ints: 7,
  strings: 8,
} as const;

let loaded: Promise<Type> | undefined;

/** ModelProto; protobufjs is loaded on the first call. */
export function modelType(): Promise<Type> {
  return (loaded ??= loadModelType());
}

async function loadModelType(): Promise<Type> {
  const protobuf = (await import('protobufjs/light.js')).default;
  const nested = Object.entries(messages).map(([name, fields]) => [name, { fields: fieldsOf(fields) }]);
  return protobuf.Root.fromJSON({ nested: Object.fromEntries(nested) }).lookupType('Model');
}

type Messages = typeof messages;

/** A message as it is decoded: absent fields are empty, 0, or null for messages. */
export type Message<Name extends keyof Messages> = {
  readonly [F in keyof Messages[Name]]: Messages[Name][F] extends readonly [number, infer T]
    ? Field<T>
    : never;
};

/** A message to write: any of its fields. */
export type Draft<Name extends keyof Messages> = Partial<Message<Name>>;

/** Whole numbers of 64 bits are decoded to `Long` objects, whose text is the number. */
export type Int64 = number | { readonly low: number; readonly high: number; toString(): string };

type Field<T> = T extends `${infer Element}*` ? readonly Value<Element>[] : Single<T>;
type Single<T> = T extends keyof Messages ? Draft<T> | null : Value<T>;
type Value<T> = T extends keyof Messages ? Draft<T> : T extends keyof Scalars ? Scalars[T] : never;

interface Scalars {
  readonly int32: number;
  readonly int64: Int64;
  readonly uint64: Int64;
  readonly float: number;
  readonly double: number;
  readonly string: string;
  readonly bytes: Uint8Array;
}

function fieldsOf(fields: Record<string, readonly [number, string]>) {
  return Object.fromEntries(
    Object.entries(fields).map(([name, [id, type]]) => {
      const repeated = type.endsWith('*');
      return [name, { id, type: type.replace('*', ''), ...(repeated && { rule: 'repeated' as const }) }];
    }),
  );
}
