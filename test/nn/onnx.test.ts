import { describe, expect, test } from 'vitest';
import { random } from '../../src/base/index.js';
import { readAttribute, writeAttribute } from '../../src/nn/onnx/attributes.js';
import { modelType, type Draft } from '../../src/nn/onnx/schema.js';
import {
  int64Tensor,
  prepare,
  readOnnx,
  writeOnnx,
  type Attribute,
  type Network,
  type Tensor,
} from '../../src/nn/index.js';
import { faults, float, floats, int, need, network, node, twoLayers } from './networks.js';

const read = (bytes: Uint8Array) => readOnnx(bytes, 'small.onnx');

/** The bytes of a model that holds these tensors and hands its input on, after `change`. */
async function model(tensors: readonly Draft<'Tensor'>[], change: Draft<'Model'> = {}): Promise<Uint8Array> {
  const dim = [{ dimParam: 'n' }, { dimValue: 2 }];
  const value = (name: string) => ({ name, type: { tensorType: { elemType: 1, shape: { dim } } } });
  const graph: Draft<'Graph'> = {
    node: [{ opType: 'Identity', input: ['x'], output: ['y'] }],
    input: [value('x')],
    output: [value('y')],
    initializer: tensors,
  };
  const type = await modelType();
  return type.encode({ irVersion: 7, graph, opsetImport: [{ version: 13 }], ...change }).finish();
}

const everything: Network = {
  ...network(
    [3],
    [
      node('Gemm', ['x', 'w', 'b'], 'h', { transB: int(1), alpha: float(0.5) }),
      node('Constant', [], 'shape', { value: { kind: 'tensor', value: int64Tensor([-1, 2]) } }),
      node('Reshape', ['h', 'shape'], 'y'),
    ],
    { w: floats([2, 3], 1, 2, 3, -4, 5, 6.5), b: floats([2], -1, 0.25) },
  ),
  outputs: [{ name: 'y', type: 'float32', dims: ['batch', 2] }],
};

describe('round trip', () => {
  test('gives back everything', async () => {
    const back = await read(await writeOnnx(everything));
    expect(back.diagnostics).toEqual([]);
    expect(need(back)).toEqual({ ...everything, file: 'small.onnx' });
  });

  const attributes: Record<string, Attribute> = {
    ints: { kind: 'ints', value: [0, -1, 2 ** 40] },
    floats: { kind: 'floats', value: [0.5, -2] },
    text: { kind: 'string', value: 'grün' },
    texts: { kind: 'strings', value: ['a', ''] },
  };
  test.each(Object.entries(attributes))('of an attribute: %s', async (name, attribute) => {
    const type = (await modelType()).root.lookupType('Attribute');
    const bytes = type.encode(writeAttribute(name, attribute)).finish();
    const back = type.decode(bytes) as Draft<'Attribute'>;
    expect(back.name).toBe(name);
    expect(need(readAttribute(back, 'node'))).toEqual(attribute);
  });

  const tensors: Tensor[] = [
    floats([], -0.5),
    { type: 'float64', dims: [2], data: Float64Array.of(Math.PI, -1) },
    { type: 'float16', dims: [1], data: Uint16Array.of(0x3c00) },
    { type: 'bfloat16', dims: [1], data: Uint16Array.of(0x3f80) },
    { type: 'int8', dims: [3], data: Int8Array.of(-128, 0, 127) },
    { type: 'uint8', dims: [1, 2], data: Uint8Array.of(0, 255) },
    { type: 'int16', dims: [2], data: Int16Array.of(-32768, 32767) },
    { type: 'uint16', dims: [1], data: Uint16Array.of(65535) },
    { type: 'int32', dims: [2], data: Int32Array.of(-(2 ** 31), 7) },
    { type: 'uint32', dims: [1], data: Uint32Array.of(2 ** 32 - 1) },
    { type: 'int64', dims: [2], data: BigInt64Array.of(-(2n ** 63n), 5n) },
    { type: 'uint64', dims: [1], data: BigUint64Array.of(2n ** 64n - 1n) },
    { type: 'bool', dims: [2], data: Uint8Array.of(0, 1) },
    { type: 'float32', dims: [0, 3], data: new Float32Array() },
  ];
  test.each(tensors)('of a tensor of $type', async (tensor) => {
    const one = network([2], [node('Relu', ['x'], 'y')], { t: tensor });
    expect(need(await read(await writeOnnx(one))).initialisers.get('t')).toEqual(tensor);
  });

  test('writes the same bytes twice', async () => {
    expect(await writeOnnx(everything)).toEqual(await writeOnnx(everything));
  });
});

/** A model that the Python package `onnx` wrote: Gemm, Constant and Reshape with a raw and a typed tensor. */
const foreign = [
  '0808120b6f6e6e782d707974686f6e3ad4010a390a01780a01770a01621201681a056669727374220447656d6d2a0f0a',
  '05616c706861150000003fa001012a0d0a067472616e73421801a001020a301201732208436f6e7374616e742a210a05',
  '76616c75652a15080210073a0bffffffffffffffffff010142027376a001040a120a01680a0173120179220752657368',
  '6170651201672a130801080210014201774a080000c03f000000c02a0d0801100122040000803e4201625a140a017812',
  '0f0a0d080112090a0312016e0a02080262140a0179120f0a0d080112090a0312016d0a02080142040a00100d72060a01',
  '6b120176',
];

test('a file by another writer is read as it was meant', async () => {
  const { nodes, ...one } = need(await read(Buffer.from(foreign.join(''), 'hex')));
  expect(one).toEqual({
    file: 'small.onnx',
    name: 'g',
    producer: 'onnx-python',
    opset: 13,
    inputs: [{ name: 'x', type: 'float32', dims: ['n', 2] }],
    outputs: [{ name: 'y', type: 'float32', dims: ['m', 1] }],
    initialisers: new Map([
      ['w', floats([1, 2], 1.5, -2)],
      ['b', floats([1], 0.25)],
    ]),
    metadata: new Map([['k', 'v']]),
  });
  expect(nodes).toEqual([
    { ...node('Gemm', ['x', 'w', 'b'], 'h', { alpha: float(0.5), transB: int(1) }), name: 'first' },
    {
      ...node('Constant', [], 's', { value: { kind: 'tensor', value: int64Tensor([-1, 1]) } }),
      name: 'Constant_1',
    },
    { ...node('Reshape', ['h', 's'], 'y'), name: 'Reshape_2' },
  ]);
});

describe('tensors in typed fields', () => {
  test.each<[Draft<'Tensor'>, readonly (number | bigint)[]]>([
    [{ dataType: 1, floatData: [1.5, -2] }, [1.5, -2]],
    [{ dataType: 11, doubleData: [Math.E, 0] }, [Math.E, 0]],
    [{ dataType: 10, int32Data: [0x3c00, 0xc000] }, [0x3c00, 0xc000]],
    [{ dataType: 3, int32Data: [-128, 127] }, [-128, 127]],
    [{ dataType: 2, int32Data: [0, 255] }, [0, 255]],
    [{ dataType: 6, int32Data: [-(2 ** 31), 2 ** 31 - 1] }, [-(2 ** 31), 2 ** 31 - 1]],
    [{ dataType: 9, int32Data: [1, 0] }, [1, 0]],
    [{ dataType: 7, int64Data: [-5, 2 ** 40] }, [-5n, 2n ** 40n]],
    [{ dataType: 12, uint64Data: [1, 2 ** 32 - 1] }, [1, 2 ** 32 - 1]],
    [{ dataType: 13, uint64Data: [1, 2 ** 50] }, [1n, 2n ** 50n]],
  ])('%j', async (message, wanted) => {
    const tensor = need(await read(await model([{ name: 't', dims: [2], ...message }]))).initialisers.get(
      't',
    )!;
    expect([...(tensor.data as Iterable<number | bigint>)]).toEqual(wanted);
  });
});

describe('damaged and unsuitable files give diagnostics', () => {
  test('cut at every length', async () => {
    // Text about the model stands last, and a file that lacks only that is whole.
    const bytes = await writeOnnx({ ...everything, metadata: new Map() });
    for (let length = 0; length < bytes.length; length++) {
      const result = await read(bytes.subarray(0, length));
      expect(result.ok, `the first ${length} bytes`).toBe(false);
      expect(result.diagnostics[0]!.place?.file).toBe('small.onnx');
    }
  });

  test('any byte changed at random never throws', async () => {
    const source = random(5);
    const bytes = await writeOnnx(everything);
    for (let i = 0; i < 1000; i++) {
      const wild = Uint8Array.from(bytes);
      wild[source.below(wild.length)] = source.below(256);
      expect(await read(wild)).toHaveProperty('diagnostics');
    }
  });

  test('random bytes, text, and messages nested without end', async () => {
    const source = random(6);
    for (let i = 0; i < 300; i++) {
      const result = await read(Uint8Array.from({ length: source.below(200) }, () => source.below(256)));
      expect(faults(result)).toEqual(['onnx-unreadable']);
    }
    expect(faults(await read(new TextEncoder().encode('#!/bin/sh\necho no model\n')))).toEqual([
      'onnx-unreadable',
    ]);
    expect(faults(await read(new Uint8Array(100_000).fill(0x3a)))).toEqual(['onnx-unreadable']);
  });

  test('small files that would take much memory, and more faults than anybody reads', async () => {
    const many = new Array<Draft<'Node'>>(1_100_000).fill({});
    const numbers = new Array<number>(1_100_000).fill(0);
    const large = [
      await model([], { graph: { node: many } }),
      await model([{ name: 't', dataType: 7, dims: [numbers.length], int64Data: numbers }]),
    ];
    for (const bytes of large) {
      const result = await read(bytes);
      expect(faults(result)).toEqual(['onnx-unreadable']);
      expect(result.diagnostics[0]!.message).toContain('parts');
    }
    expect(faults(await read(await model([], { graph: { node: many.slice(0, 500) } })))).toHaveLength(100);
  });

  test.each<[string, Draft<'Tensor'>]>([
    ['onnx-elements', { dataType: 8, stringData: [] }],
    ['onnx-elements', { dataType: 22, rawData: Uint8Array.of(1) }],
    ['onnx-elements', { dataType: 99 }],
    ['onnx-external', { dataType: 1, dataLocation: 1 }],
    ['onnx-tensor-size', { dataType: 1, dims: [3], floatData: [1, 2] }],
    ['onnx-tensor-size', { dataType: 1, dims: [1], rawData: Uint8Array.of(1, 2, 3) }],
    ['onnx-tensor-size', { dataType: 1, dims: [2 ** 40, 2 ** 20] }],
    ['onnx-tensor-size', { dataType: 1, dims: [-1, -1], floatData: [1] }],
  ])('%s: %j', async (code, message) => {
    expect(faults(await read(await model([{ name: 't', ...message }])))).toEqual([code]);
  });

  test('several at once', async () => {
    const wrong = network([2], [node('Convolve', ['x'], 'a'), node('Gem', ['a'], 'y')]);
    const result = await read(await writeOnnx({ ...wrong, opset: 3 }));
    expect(faults(result)).toEqual(['onnx-opset', 'nn-operator', 'nn-operator']);
    expect(result.diagnostics[1]!.message).toBe('operator `Convolve` of node `the-a` is not supported');
    expect(result.diagnostics[2]!.hint).toMatch(
      /^the nearest is `Gemm`; docs\/networks.md lists those that run: /,
    );
  });

  test('attributes that do not run are named with their node and file, all of them', async () => {
    const nodes = [
      node('Resize', ['x', '', 's'], 'a', { mode: { kind: 'string', value: 'cubic' } }),
      node('Flatten', ['a'], 'b', { axis: { kind: 'string', value: 'one' } }),
      node('Softmax', ['b'], 'y', { colour: int(3) }),
    ];
    const result = await read(await writeOnnx(network([2], nodes, { s: floats([2], 1, 2) })));
    expect(faults(result)).toEqual(['nn-attribute', 'nn-attribute', 'nn-attribute']);
    expect(result.diagnostics.map(({ message }) => message)).toEqual([
      'node `the-a` (Resize) with `mode` = cubic is not supported',
      'attribute `axis` of node `the-b` (Flatten) is of kind string, and must be int',
      'node `the-y` (Softmax) has an attribute `colour`, which is not known here',
    ]);
    expect(result.diagnostics[0]!.hint).toContain('`mode` may be nearest');
    expect(result.diagnostics.every(({ place }) => place?.file === 'small.onnx')).toBe(true);
  });

  test('what operators would need is said', async () => {
    const nodes = [node('If', ['x'], 'a'), node('LSTM', ['a'], 'b'), node('QLinearConv', ['b'], 'y')];
    const result = await read(await writeOnnx(network([2], nodes)));
    expect(result.diagnostics.map(({ hint }) => /: (it needs )?(\w+)/.exec(hint!)?.[2])).toEqual([
      'subgraphs',
      'state',
      'export',
    ]);
  });

  test('shapes that do not fit are placed in the file', async () => {
    const one = network([3], [node('Add', ['x', 'w'], 'y')], { w: floats([2], 1, 2) });
    const result = prepare(need(await read(await writeOnnx(one))));
    expect(faults(result)).toEqual(['nn-shape']);
    expect(result.diagnostics[0]!.place?.file).toBe('small.onnx');
  });

  test('operators of other domains are named with their domain', async () => {
    const one = await read(await writeOnnx(network([2], [node('com.microsoft.Gelu', ['x'], 'y')])));
    expect(faults(one)).toEqual(['nn-operator']);
    expect(one.diagnostics[0]!.message).toContain('com.microsoft.Gelu');
    expect(one.diagnostics[0]!.hint).toContain('before a runtime optimised it');
  });

  test('missing initialisers, with what is near', async () => {
    const one = twoLayers();
    const initialisers = new Map(
      [...one.initialisers].map(([name, tensor]) => [name.replace('b2', 'b3'), tensor]),
    );
    const result = await read(await writeOnnx({ ...one, initialisers }));
    expect(faults(result)).toEqual(['nn-value-missing']);
    expect(result.diagnostics[0]!.message).toBe('node `the-y` reads `b2`, which nothing gives');
  });

  test.each([
    ['nn-cycle', [node('Add', ['x', 'b'], 'a'), node('Relu', ['a'], 'b'), node('Relu', ['b'], 'y')]],
    ['nn-double-name', [node('Relu', ['x'], 'y'), node('Relu', ['x'], 'y')]],
    ['nn-input-count', [node('Add', ['x'], 'y')]],
    ['nn-input-count', [node('Add', ['x', ''], 'y')]],
    ['nn-output-count', [{ ...node('Relu', ['x'], 'y'), outputs: ['y', 'z'] }]],
    ['nn-value-missing', [node('Relu', ['x'], 'z')]],
  ])('%s', async (code, nodes) => {
    expect(faults(await read(await writeOnnx(network([2], nodes))))).toEqual([code]);
  });

  test('an output without a name', async () => {
    const one = { ...everything, outputs: [{ name: '', type: 'float32' }] } as const;
    expect(faults(await read(await writeOnnx(one)))).toEqual(['nn-value-missing']);
  });

  test('a newer operator set is only a warning', async () => {
    const result = await read(await writeOnnx({ ...everything, opset: 99 }));
    expect(result.ok).toBe(true);
    expect(result.diagnostics.map(({ severity, code }) => [severity, code])).toEqual([
      ['warning', 'onnx-opset-newer'],
    ]);
  });
});

test('nodes out of order are put in order', async () => {
  const one = twoLayers();
  const back = need(await read(await writeOnnx({ ...one, nodes: one.nodes.toReversed() })));
  expect(back.nodes.map(({ op }) => op)).toEqual(['Gemm', 'Relu', 'MatMul', 'Add']);
});

test('an attribute that states a type but no value is empty', () => {
  expect(need(readAttribute({ name: 'a', type: 3 }, 'node'))).toEqual({ kind: 'string', value: '' });
  expect(need(readAttribute({ name: 'a', type: 1 }, 'node'))).toEqual({ kind: 'float', value: 0 });
});

test('nodes without a name are called by operator and number', async () => {
  expect(need(await read(await model([]))).nodes[0]!.name).toBe('Identity_0');
});
