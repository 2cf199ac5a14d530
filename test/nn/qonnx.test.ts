import { describe, expect, test } from 'vitest';
import {
  evaluate,
  floatTensor,
  prepare,
  readOnnx,
  writeOnnx,
  type Attribute,
  type Tensor,
} from '../../src/nn/index.js';
import { faults, int, need, network, node } from './networks.js';

const text = (value: string): Attribute => ({ kind: 'string', value });
const scalar = (x: number): Tensor => floatTensor([], Float32Array.of(x));

/** The results of a node with these parameters behind x, after a way through a file. */
async function results(
  op: string,
  x: readonly number[],
  parameters: readonly (number | Tensor)[],
  attributes: Record<string, Attribute> = {},
  domain = 'qonnx.custom_op.general',
): Promise<number[]> {
  const names = parameters.map((_, i) => `p${i}`);
  const tensors = parameters.map((one) => (typeof one === 'number' ? scalar(one) : one));
  const one = network(
    [x.length],
    [node(`${domain}.${op}`, ['x', ...names], 'y', attributes)],
    Object.fromEntries(names.map((name, i) => [name, tensors[i]!])),
  );
  const read = need(await readOnnx(await writeOnnx(one), 'q.onnx'));
  const images = floatTensor([1, x.length], Float32Array.from(x));
  return [...(need(evaluate(need(prepare(read)), images)).get('y')!.data as Float32Array)];
}

describe('rounding modes, as the description of IntQuant tabulates them', () => {
  const numbers = [5.5, 2.5, 1.6, 1.1, 1, -1, -1.1, -1.6, -2.5, -5.5];
  test.each<[string, readonly number[]]>([
    ['ROUND', [6, 2, 2, 1, 1, -1, -1, -2, -2, -6]],
    ['CEIL', [6, 3, 2, 2, 1, -1, -1, -1, -2, -5]],
    ['FLOOR', [5, 2, 1, 1, 1, -1, -2, -2, -3, -6]],
    ['UP', [6, 3, 2, 2, 1, -1, -2, -2, -3, -6]],
    ['DOWN', [5, 2, 1, 1, 1, -1, -1, -1, -2, -5]],
    ['HALF_UP', [6, 3, 2, 1, 1, -1, -1, -2, -3, -6]],
    ['HALF_DOWN', [5, 2, 2, 1, 1, -1, -1, -2, -2, -5]],
  ])('%s', async (mode, wanted) => {
    for (const name of [mode, mode.toLowerCase()]) {
      expect(await results('IntQuant', numbers, [1, 0, 8], { rounding_mode: text(name) })).toEqual(wanted);
    }
  });
});

describe('IntQuant', () => {
  const numbers = [-100, -8.6, -8, -7.4, -0.5, 0, 0.5, 1.5, 6.6, 7.5, 8.5, 15.4, 100];
  test.each<[string, Record<string, Attribute>, readonly number[]]>([
    ['signed', { signed: int(1) }, [-8, -8, -8, -7, 0, 0, 0, 2, 7, 7, 7, 7, 7]],
    ['narrow', { narrow: int(1) }, [-7, -7, -7, -7, 0, 0, 0, 2, 7, 7, 7, 7, 7]],
    ['unsigned', { signed: int(0) }, [0, 0, 0, 0, 0, 0, 0, 2, 7, 8, 8, 15, 15]],
    ['unsigned, narrow', { signed: int(0), narrow: int(1) }, [0, 0, 0, 0, 0, 0, 0, 2, 7, 8, 8, 14, 14]],
  ])('4 bits, %s', async (_about, attributes, wanted) => {
    const got = await results('IntQuant', numbers, [1, 0, 4], attributes);
    expect(got.map((x) => x + 0)).toEqual(wanted);
    const scaled = await results(
      'Quant',
      numbers.map((x) => x / 4),
      [0.25, 0, 4],
      attributes,
      'onnx.brevitas',
    );
    expect(scaled.map((x) => 4 * x)).toEqual(wanted);
  });

  test('a zero point moves the range, not the numbers', async () => {
    // Codes of x / 0.5 + 3 from 0 to 15 stand for −1.5 to 6.
    const got = await results('Quant', [-9, -1.5, -0.6, 0, 0.3, 5.9, 9], [0.5, 3, 4], { signed: int(0) });
    expect(got).toEqual([-1.5, -1.5, -0.5, 0, 0.5, 6, 6]);
  });

  test('a scale for each channel', async () => {
    const scales = floatTensor([1, 3], Float32Array.of(1, 0.5, 2));
    expect(await results('Quant', [1.2, 1.2, 1.2], [scales, 0, 8])).toEqual([1, 1, 2]);
  });

  test('of one bit is bipolar', async () => {
    expect(await results('Quant', [-3, -0.1, 0, 2], [0.5, 0, 1])).toEqual([-0.5, -0.5, 0.5, 0.5]);
  });
});

test('BipolarQuant', async () => {
  const got = await results('BipolarQuant', [-2, -1e-9, 0, 3], [0.25], {}, 'finn.custom_op.general');
  expect(got).toEqual([-0.25, -0.25, 0.25, 0.25]);
});

describe('Trunc', () => {
  test('version 1 drops low bits and keeps the scale', async () => {
    // Codes 100, 103, −100, −103 of scale 0.5, from 8 to 4 bits: divided by 16.
    const x = [50, 51.5, -50, -51.5];
    expect(await results('Trunc', x, [0.5, 0, 8, 4])).toEqual([3, 3, -3.5, -3.5]);
    const round = { rounding_mode: text('ROUND') };
    expect(await results('Trunc', x, [0.5, 0, 8, 4], round)).toEqual([3, 3, -3, -3]);
    expect(await results('Trunc', x, [0.5, 0, 8, 4], { rounding_mode: text('ceil') })).toEqual([
      3.5, 3.5, -3, -3,
    ]);
  });

  test('version 2 goes by the scales and saturates', async () => {
    // Codes 100, −100 and 200 of scale 0.5; scale 4 is 8 times as much: 12.5, −12.5 and 25, in 5 bits.
    const x = [50, -50, 100];
    expect(await results('Trunc', x, [0.5, 0, 8, 4, 5])).toEqual([48, -52, 60]);
    const narrow = { signed: int(0), narrow: int(1) };
    expect(await results('Trunc', x, [0.5, 0, 8, 4, 4], narrow)).toEqual([48, 0, 56]);
  });
});

describe('FloatQuant', () => {
  test('to E2M1 gives its numbers, ties to even, saturating', async () => {
    const x = [0, 0.2, 0.25, 0.26, 0.75, 1.25, 1.75, 2.5, 3.5, 5, 5.1, 100, -2.4];
    const wanted = [0, 0, 0, 0.5, 1, 1, 2, 2, 4, 4, 6, 6, -2];
    expect(await results('FloatQuant', x, [1, 2, 1, 1, 6])).toEqual(wanted);
    const scaled = await results(
      'FloatQuant',
      x.map((one) => one / 8),
      [0.125, 2, 1, 1, 6],
    );
    expect(scaled).toEqual(wanted.map((one) => one / 8));
  });

  test('to E4M3 keeps all its numbers and rounds between them', async () => {
    const all: number[] = [];
    for (let e = 0; e < 16; e++) {
      for (let m = 0; m < 8; m++) {
        const number = e === 0 ? m * 2 ** -9 : (8 + m) * 2 ** (e - 10);
        if (number <= 448) all.push(number, -number);
      }
    }
    const same = await results('FloatQuant', all, [1, 4, 3, 7, 448]);
    expect(same.map((x) => x + 0)).toEqual(all.map((x) => x + 0));
    const up = all.filter((x) => x > 0 && x < 448).map((x) => x * (1 + 2 ** -20));
    const rounded = await results('FloatQuant', up, [1, 4, 3, 7, 448]);
    expect(rounded).toEqual(all.filter((x) => x > 0 && x < 448));
  });

  test('is limited by the format where the greatest number is not', async () => {
    expect(await results('FloatQuant', [1000, -1000], [1, 2, 1, 1, 1e9])).toEqual([6, -6]);
  });
});

test('what does not repeat to the input is a fault, as are other inputs and modes', async () => {
  const wide = { p: floatTensor([3, 2], new Float32Array(6).fill(1)), z: scalar(0), b: scalar(4) };
  const quant = node('qonnx.custom_op.general.Quant', ['x', 'p', 'z', 'b'], 'y');
  expect(faults(prepare(network([2], [quant], wide)))).toEqual(['nn-shape']);
  const few = { ...quant, inputs: ['x', 'p'] };
  expect(faults(prepare(network([2], [few], wide)))).toEqual(['nn-input-count']);
  const mode = { ...quant, attributes: new Map([['rounding_mode', text('STOCHASTIC')]]) };
  expect(faults(prepare(network([2], [mode], wide)))).toEqual(['nn-attribute']);
});
