import { describe, expect, test } from 'vitest';
import { random, type Random } from '../../src/base/index.js';
import { operators, type Network, type Tensor } from '../../src/nn/index.js';
import { makers, type OperatorCase } from './operator-cases.js';
import { difference, runtimeInstalled } from './onnxruntime.js';

/** Random nodes of an operator: more where attributes combine in many ways. */
function casesOf(op: string): number {
  return Number(process.env['CASES'] ?? (/Conv|Pool|^(Slice|Pad|Resize)$|izeLinear/.test(op) ? 60 : 16));
}

/** A network of one node. Real inputs are inputs or initialisers by chance, others always initialisers. */
function single(op: string, one: OperatorCase, r: Random): [Network, Map<string, Tensor>] {
  const names = one.inputs.map((tensor, i) => (tensor ? `i${i}` : ''));
  const given = new Map<string, Tensor>();
  const initialisers = new Map<string, Tensor>();
  one.inputs.forEach((tensor, i) => {
    if (!tensor) return;
    const asInput =
      tensor.type === 'float32' &&
      tensor.dims.length > 0 &&
      (i === 0 || (!/^(Resize|Upsample)$/.test(op) && r.below(3) === 0));
    (asInput ? given : initialisers).set(names[i]!, tensor);
  });
  const outputs = Array.from({ length: one.outputs ?? 1 }, (_, i) => `y${i}`);
  const attributes = new Map(Object.entries(one.attributes ?? {}));
  const network: Network = {
    name: op,
    producer: 'test',
    opset: one.opset ?? [11, 13, 17, 21, 23, 25, 26][r.below(7)]!,
    inputs: [...given].map(([name, { type, dims }]) => ({ name, type, dims })),
    outputs: outputs.map((name, i) => ({
      name,
      type: op === 'Dropout' && i === 1 ? 'bool' : outputType(op, one),
    })),
    initialisers,
    nodes: [{ name: 'node', op, attributes, inputs: names, outputs }],
    metadata: new Map(),
  };
  return [network, given];
}

/** The runtime wants the element type of outputs stated. */
function outputType(op: string, { inputs, attributes }: OperatorCase): Tensor['type'] {
  if (/^(Equal|Less|Greater)/.test(op)) return 'bool';
  if (/^(ArgMax|Shape|Size)$/.test(op)) return 'int64';
  if (op === 'Cast')
    return ({ 1: 'float32', 6: 'int32', 7: 'int64', 9: 'bool' } as const)[castTo(attributes)]!;
  if (op === 'QuantizeLinear') return inputs[2]?.type ?? 'uint8';
  if (op === 'ConstantOfShape') {
    const value = attributes?.['value'];
    return value?.kind === 'tensor' ? value.value.type : 'float32';
  }
  if (op === 'Where') return 'float32';
  return op === 'DequantizeLinear' ? 'float32' : (inputs[0]?.type ?? 'float32');
}

function castTo(attributes: OperatorCase['attributes']): 1 | 6 | 7 | 9 {
  return (attributes!['to'] as { value: number }).value as 1;
}

describe.skipIf(!runtimeInstalled)('as ONNX Runtime has it', () => {
  test.each(Object.entries(makers))('%s', async (op, make) => {
    const found: string[] = [];
    for (let seed = 0; seed < casesOf(op); seed++) {
      const r = random(seed);
      const one = make(r);
      const [network, given] = single(op, one, r);
      const wrong = await difference(network, given).catch((error: unknown) => String(error));
      const shapes = one.inputs.map((tensor) =>
        tensor ? `${tensor.type} [${tensor.dims.join()}]` : 'nothing',
      );
      const set = Object.entries(one.attributes ?? {}).map(([name, { value }]) => `${name}=${String(value)}`);
      if (wrong !== undefined) found.push(`seed ${seed}, ${shapes.join(', ')}, ${set.join(' ')}: ${wrong}`);
    }
    expect(found).toEqual([]);
  });
});

test('every standard operator is compared', () => {
  const others = [...operators.keys()].filter((op) => !(op in makers));
  expect(others.filter((op) => !op.includes('.'))).toEqual([]);
});
