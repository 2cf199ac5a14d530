import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { random } from '../../src/base/index.js';
import { loadDesign } from '../../src/lang/index.js';
import { buildDesign } from '../../src/flow/index.js';
import {
  fixedNetwork,
  formatFor,
  fromFixed,
  measureFixed,
  normalisations,
  operandsOf,
  prepare,
  readOnnx,
  runFixed,
  toFixed,
  type FixedPass,
  type Workload,
} from '../../src/nn/index.js';
import { exactProducts, narrowed } from '../../src/nn/fixed/products.js';
import { interpret } from '../../src/sim/index.js';

/** The recommender on rows drawn at random: two numbers, and an entry of each of its five tables. */
async function recommender(count: number, seed: number) {
  const bytes = readFileSync('models/recommender.onnx');
  const network = await readOnnx(bytes, 'recommender.onnx');
  const prepared = network.ok ? prepare(network.value) : network;
  if (!prepared.ok) throw new Error(prepared.diagnostics[0]!.message);
  const source = random(seed);
  const pixels = Float32Array.from({ length: count * 7 }, (_, i) =>
    i % 7 < 2 ? 2 * source.unit() - 1 : source.below([64, 128, 8, 4, 8][(i % 7) - 2]!),
  );
  const labels = Uint8Array.from({ length: count }, () => source.below(16));
  const images = { count, shape: [7], classes: 16, pixels, labels };
  const workload: Workload = { images, normalisation: normalisations.bytes };
  return {
    prepared: prepared.value,
    workload,
    tensor: { type: 'float32', dims: [count, 7], data: pixels },
  } as const;
}

/** ⌊sum / 2^shift⌉ to nearest even, between two bounds, all in integers. */
function rounded(sum: bigint, shift: number, low: number, high: number): number {
  const unit = 1n << BigInt(shift);
  let floor = sum / unit - (sum % unit < 0n ? 1n : 0n);
  const twice = 2n * (sum - floor * unit);
  if (twice > unit || (twice === unit && floor % 2n !== 0n)) floor++;
  return Number(floor < BigInt(low) ? BigInt(low) : floor > BigInt(high) ? BigInt(high) : floor);
}

test('formats hold what they are made for, with as many bits behind the point as can be', () => {
  const source = random(1);
  for (let i = 0; i < 2000; i++) {
    const bits = 2 + source.below(31);
    const largest = source.unit() * 2 ** (source.below(40) - 20);
    const format = formatFor(largest, bits);
    expect(toFixed([largest, -largest], format).saturated).toBe(0);
    if (format.fraction < 62)
      expect(toFixed([largest], { bits, fraction: format.fraction + 1 }).saturated).toBe(1);
  }
  const ties = toFixed([0.5, 1.5, -0.5, -2.5, 200, -200], { bits: 8, fraction: 0 });
  expect([...ties.codes]).toEqual([0, 2, 0, -2, 127, -128]);
  expect(ties.saturated).toBe(2);
  expect([...fromFixed({ codes: Int32Array.of(-3), format: { bits: 4, fraction: 5 } })]).toEqual([-3 / 32]);
});

test('sums of the greatest codes are exact, and ties go to the even number at any width', () => {
  const source = random(2);
  for (const bits of [16, 21, 32]) {
    const [least, most] = [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
    const depth = 300;
    const codes = (rows: number): Float64Array =>
      Float64Array.from({ length: rows * depth }, () =>
        source.below(3) > 0 ? (source.below(2) ? least : most) : least + source.below(2 ** bits),
      );
    const [a, b] = [codes(3), codes(5)];
    exactProducts(a, b, 3, 5, depth, bits).forEach((sum: number | bigint, i: number) => {
      const [row, column] = [Math.floor(i / 5) * depth, (i % 5) * depth];
      let due = 0n;
      for (let k = 0; k < depth; k++) due += BigInt(a[row + k]!) * BigInt(b[column + k]!);
      expect(BigInt(sum)).toBe(due);
    });
  }
  for (let halves = -9; halves <= 9; halves++)
    for (const shift of [1, 5, 40]) {
      const sum = BigInt(halves) << BigInt(shift - 1);
      const due = rounded(sum, shift, -100, 100);
      expect(narrowed(sum - 7n, 7n, shift)).toBe(due);
      expect(narrowed(Number(sum) - 7, 7n, shift) + 0).toBe(due);
    }
});

for (const { bits, fraction } of [
  { bits: 16 },
  { bits: 32 },
  { bits: 16, fraction: 9 },
  { bits: 32, fraction: 20 },
])
  test(`every result of a layer is the rounded sum: ${bits} bits, ${fraction ?? 'by range'}`, async () => {
    const { prepared, workload, tensor } = await recommender(12, 3);
    const made = fixedNetwork(prepared, workload, { bits, ...(fraction !== undefined && { fraction }) });
    if (!made.ok) throw new Error(made.diagnostics[0]!.message);
    const passes: FixedPass[] = [];
    const ran = runFixed(made.value, tensor, { layer: (pass) => passes.push(pass) });
    expect(ran.ok).toBe(true);
    expect(passes.map(({ layer }) => layer.kind)).toEqual(['Gemm', 'MatMul', 'Gemm', 'Gemm']);
    let compared = 0;
    for (const pass of passes) {
      const { layer, result } = pass;
      const { positions, columns } = layer.geometry;
      const size = result.codes.length / 12;
      for (let image = 0; image < 12; image++)
        for (let position = 0; position < positions; position++)
          for (let column = 0; column < columns; column++) {
            const { a, b, bias, place } = operandsOf(pass, image, { group: 0, position, column });
            const sum = a.reduce((all, x, k) => all + BigInt(x) * BigInt(b[k]!), bias);
            expect(result.codes[image * size + place]).toBe(rounded(sum, layer.shift, layer.low, layer.high));
            compared++;
          }
    }
    expect(compared).toBe(12 * (12 + 36 + 32 + 16));
  });

test('the neuron of the examples gives these results', async () => {
  const text = readFileSync('examples/fixed-neuron.dp', 'utf8');
  const loaded = loadDesign(text, 'fixed-neuron.dp');
  if (!loaded.ok) throw new Error(loaded.diagnostics[0]!.message);
  const { prepared, workload, tensor } = await recommender(1, 4);
  const made = fixedNetwork(prepared, workload, { bits: 32 });
  if (!made.ok) throw new Error(made.diagnostics[0]!.message);
  const passes: FixedPass[] = [];
  runFixed(made.value, tensor, { layer: (pass) => passes.push(pass) });
  for (const pass of passes) {
    const { layer, result } = pass;
    const built = buildDesign(loaded.value.at(-1)!, { bits: 32, lanes: 64, shift: layer.shift, stages: 0 });
    if (!built.ok) throw new Error(built.diagnostics[0]!.message);
    const design = built.value.simplified;
    const column = layer.geometry.columns - 1;
    const { a, b, bias, place } = operandsOf(pass, 0, { group: 0, position: 0, column });
    const packed = (codes: Float64Array) =>
      codes.reduceRight<bigint>((word, code) => (word << 32n) | BigInt.asUintN(32, BigInt(code)), 0n);
    const { low, high } = layer;
    const words = {
      ...{ a: packed(a), b: packed(b), bias, low: BigInt(low), high: BigInt(high) },
      ...{ first: 1n, valid: 1n },
    };
    const neuron = interpret(design);
    neuron.step(words);
    const { y } = neuron.step(words);
    expect(Number(BigInt.asIntN(32, y!)), layer.name).toBe(result.codes[place]);
  }
});

test('wider formats are nearer to float', async () => {
  const { prepared, workload } = await recommender(100, 5);
  const ratios = [8, 16, 32].map((bits) => {
    const made = fixedNetwork(prepared, workload, { bits });
    const report = made.ok ? measureFixed(made.value, workload) : made;
    if (!report.ok) throw new Error(report.diagnostics[0]!.message);
    expect(report.value.layers.filter(({ macs }) => macs > 0).map(({ saturated }) => saturated)).toEqual([
      0, 0, 0, 0,
    ]);
    expect(report.value.macs).toBe(100 * (2 * 12 + 36 * 12 + 27 * 32 + 32 * 16));
    return report.value.scoreSnrDb!;
  });
  expect(ratios[0]).toBeGreaterThan(10);
  expect(ratios[1]! - ratios[0]!).toBeGreaterThan(40);
  expect(ratios[2]).toBeGreaterThan(120);
});

test('what formats cannot be is told', async () => {
  const { prepared, workload } = await recommender(1, 6);
  const wrong = [{ bits: 33 }, { bits: 1 }, { bits: 16, fraction: 16 }].map((options) => {
    const made = fixedNetwork(prepared, workload, options);
    return made.ok ? '' : made.diagnostics[0]!.message;
  });
  expect(wrong).toEqual([
    'fixed-point numbers can have 2 to 32 bits, not 33',
    'fixed-point numbers can have 2 to 32 bits, not 1',
    'numbers of 16 bits can have 0 to 15 bits behind the point, not 16',
  ]);
});
