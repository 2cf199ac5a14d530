import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  batches,
  calibrate,
  exactEngine,
  forward,
  int8,
  prepare,
  quantise,
  range,
  readOnnx,
  readWorkload,
  type ColumnSums,
  type QuantisedLayer,
  type Watch,
} from '../../src/nn/index.js';
import {
  bufferFaults,
  buffersOf,
  faultyBuffers,
  reads,
  wordRead,
  type BufferKind,
  type Buffers,
  type ChipFaults,
} from '../../src/robust/index.js';

const images = 3;
const network = await readOnnx(readFileSync('models/lenet5.onnx'), 'lenet5');
const prepared = network.ok ? prepare(network.value) : network;
const workload = readWorkload('mnist', 'test', () => range(0, images), 'unit');
if (!prepared.ok || !workload.ok) throw new Error('lenet5');
const seen = calibrate(prepared.value, workload.value);
const made = seen.ok ? quantise(prepared.value, seen.value, int8) : seen;
if (!made.ok) throw new Error('not quantised');
const quantised = made.value;
const [batch] = batches(workload.value);

function placed(kind: BufferKind, bits = 24): Buffers {
  const found = buffersOf(quantised, workload.ok ? workload.value : undefined!, kind, bits);
  if (!found.ok) throw new Error(kind);
  return found.value;
}

function faultsAt(cells: readonly (readonly [address: number, effect: number])[]): ChipFaults {
  return {
    addresses: Uint32Array.from(cells, ([address]) => address),
    levels: new Float64Array(cells.length),
    effects: Uint8Array.from(cells, ([, effect]) => effect),
  };
}

/** The sums of each layer as what comes behind sees them: [column][position][image]. */
function sumsWith(watch: Pick<Watch, 'read' | 'sums'>): Map<string, number[]> {
  const all = new Map<string, number[]>();
  const sums = (layer: QuantisedLayer, column: ColumnSums): void => {
    watch.sums?.(layer, column);
    const known = all.get(layer.output) ?? [];
    all.set(layer.output, [...known, ...column.sums.subarray(0, column.positions * images)]);
  };
  const ran = forward(quantised, batch!.tensor, exactEngine(), { ...watch, sums });
  if (!ran.ok) throw new Error('not run');
  return all;
}

const right = sumsWith({});
const layers = quantised.steps.flatMap((step) => (step.kind === 'layer' ? [step.layer] : []));
const last = layers.at(-1)!;

describe('a word that is read', () => {
  it('has its bits turned, or always 0 or 1, and its sign at the top', () => {
    const none = { turned: 0, zeros: 0, ones: 0 };
    expect(wordRead(5, { ...none, turned: 2 }, 4, true)).toBe(7);
    expect(wordRead(5, { ...none, turned: 8 }, 4, true)).toBe(-3);
    expect(wordRead(5, { ...none, turned: 8 }, 4, false)).toBe(13);
    expect(wordRead(-1, { ...none, zeros: 1 }, 8, true)).toBe(-2);
    expect(wordRead(-128, { ...none, ones: 3 }, 8, true)).toBe(-125);
    expect(wordRead(1 << 24, none, 24, true)).toBe(0);
    expect(wordRead(-1, { ...none, turned: 1 << 31 }, 32, true)).toBe(2 ** 31 - 1);
  });
});

describe('activations in a faulty buffer', () => {
  const buffers = placed('activations');

  it('lie one layer behind the other, as many codes as it reads of an image', () => {
    expect(buffers.list.map(({ elements, bits }) => [elements, bits])).toEqual([
      [784, 8],
      [1176, 8],
      [400, 8],
      [120, 8],
      [84, 8],
    ]);
    expect(buffers.list.map(({ start }) => start)).toEqual([0, 6272, 15680, 18880, 19840]);
    expect(buffers.dataBits).toBe(20512);
  });

  it('change nothing without faults', () => {
    const none = bufferFaults(buffers, faultsAt([]), 1, 0);
    expect(sumsWith(faultyBuffers(buffers, () => none, Infinity))).toEqual(right);
  });

  it('change the sums of a layer by the weights of the code that is wrong', () => {
    const [element, bit] = [17, 6];
    const { start } = buffers.list.at(-1)!;
    const faults = bufferFaults(buffers, faultsAt([[start + 8 * element + bit, reads.other]]), 1, 0);
    expect(faults.cells).toBe(1);
    const codes: number[] = [];
    const { read } = faultyBuffers(buffers, () => faults, Infinity);
    const found = sumsWith({
      read(layer, given, count, operand) {
        if (layer === last) codes.push(...given.subarray(element * images, (element + 1) * images));
        return read!(layer, given, count, operand);
      },
    });
    const due = right.get(last.output)!.map((sum, i) => {
      const code = codes[i % images]!;
      const step = (code & 64) === 0 ? 64 : -64;
      return sum + step * last.weights[Math.floor(i / images) * last.depth + element]!;
    });
    expect(found.get(last.output)).toEqual(due);
    expect(found.get(layers[0]!.output)).toEqual(right.get(layers[0]!.output));
  });

  it('spare hardened bits', () => {
    const cells = range(0, 8).map((bit) => [bit, reads.other] as const);
    const { words, cells: failing } = bufferFaults(buffers, faultsAt(cells), 1, 3);
    expect([...words[0]!]).toEqual([[0, { turned: 0b11111, zeros: 0, ones: 0 }]]);
    expect(failing).toBe(5);
  });
});

describe('sums in a faulty buffer', () => {
  const bits = 24;
  const buffers = placed('sums', bits);
  const { start } = buffers.list[0]!;
  /** Of the first layer, column 2, position 3. */
  const element = 2 * 784 + 3;
  const cells = [
    [start + bits * element + 11, reads.other] as const,
    [start + bits * element, reads.one] as const,
  ];
  const faults = bufferFaults(buffers, faultsAt(cells), 1, 0);

  it('are so many of each layer', () => {
    expect(buffers.list.map(({ elements }) => elements)).toEqual([4704, 1600, 120, 84, 10]);
  });

  it.each([1, 7, 25, Infinity])('are wrong whenever %d products have come to them', (terms) => {
    const products: number[][] = [];
    const { sums } = faultyBuffers(buffers, () => faults, terms);
    const found = sumsWith({
      sums(layer, column) {
        const p = 3 - column.position;
        if (layer === layers[0] && column.column === 2 && p >= 0 && p < column.positions)
          for (let image = 0; image < images; image++) {
            const { activations, weights, stride } = column.session;
            products.push(
              range(0, layer.depth).map((k) => activations[k * stride + p * images + image]! * weights[k]!),
            );
          }
        sums!(layer, column);
      },
    }).get(layers[0]!.output)!;
    const due = products.map((list) => {
      let sum = 0n;
      for (let from = 0; from < list.length; from += terms) {
        for (const product of list.slice(from, from + terms)) sum += BigInt(product);
        sum = BigInt.asIntN(bits, (sum ^ 2048n) | 1n);
      }
      return Number(sum);
    });
    expect(due).toHaveLength(images);
    expect(found.slice(element * images, (element + 1) * images)).toEqual(due);
    const others = found.filter((sum, i) => sum !== right.get(layers[0]!.output)![i]);
    expect(others.length).toBeLessThanOrEqual(images);
    expect(others.length).toBeGreaterThan(0);
  });

  it('that may not fit their words are told, each layer with what it needs', () => {
    const narrow = buffersOf(quantised, workload.ok ? workload.value : undefined!, 'sums', 12);
    expect(narrow.ok).toBe(false);
    expect(narrow.diagnostics.length).toBeGreaterThan(1);
    expect(narrow.diagnostics[0]!.message).toMatch(/may need \d+ bits, and a word has 12/);
  });
});
