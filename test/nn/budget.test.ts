import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  calibrate,
  choose,
  exactEngine,
  int8,
  normalisations,
  planByName,
  prepare,
  readImages,
  readOnnx,
  readPlan,
  runQuantised,
  quantise,
  searchBits,
  type BitBudget,
} from '../../src/nn/index.js';
import { faults, need } from './networks.js';

const prepared = need(prepare(need(await readOnnx(readFileSync('models/lenet5.onnx'), 'lenet5'))));
const normalisation = normalisations.unit;
const training = { images: need(readImages('mnist', 'train', choose(16, 60_000, 1))), normalisation };
const tests = { images: need(readImages('mnist', 'test', choose(100, 10_000, 1))), normalisation };
const seen = need(calibrate(prepared, training));
const found = (budget: BitBudget) => searchBits(prepared, seen, () => int8, budget, training, exactEngine());
const weights = 6 * 25 + 16 * 150 + 400 * 120 + 120 * 84 + 84 * 10;

describe('a search for widths', () => {
  const { search, optionsOf } = need(found({ meanWeightBits: 4 }));

  test('measures each layer at each width, narrower ones worse', () => {
    expect(search.sensitivities.length).toBe(5 * 7);
    for (const layer of Object.keys(search.chosen)) {
      const own = search.sensitivities.filter((one) => one.layer === layer);
      expect(own.map(({ weightBits }) => weightBits)).toEqual([8, 7, 6, 5, 4, 3, 2]);
      expect(own[6]!.error).toBeGreaterThan(4 * own[3]!.error);
      expect(own[0]!.error).toBeCloseTo(search.sensitivities[0]!.error, 12);
    }
  });

  test('meets the budget, by no more than the largest layer', () => {
    expect(search.budgetBits).toBe(4 * weights);
    const taken = search.sensitivities.filter((one) => one.weightBits === search.chosen[one.layer]);
    const bits = taken.reduce((sum, one) => sum + one.weights * one.weightBits, 0);
    expect([search.weightBits, search.meanWeightBits]).toEqual([bits, bits / weights]);
    expect(bits).toBeLessThanOrEqual(4 * weights);
    expect(bits).toBeGreaterThan(4 * weights - 48_000);
    expect(search.chosen['conv1']).toBeGreaterThan(search.chosen['dense1']!);
  });

  test('is better than the same bits for all layers', () => {
    const right = (options: typeof optionsOf): number =>
      need(runQuantised(need(quantise(prepared, seen, options)), tests, exactEngine())).accuracy;
    expect(right(optionsOf)).toBeGreaterThan(0.97);
    // One layer at a time, 2 bits for the largest look better than they are with the others narrow too.
    const flat = need(quantise(prepared, seen, () => ({ ...int8, weightBits: 3 })));
    const three = need(runQuantised(flat, tests, exactEngine())).accuracy;
    expect(right(need(found({ meanWeightBits: 3 })).optionsOf)).toBeGreaterThan(three - 0.03);
  });

  test('takes bits of all weights too, and says when there are too few', () => {
    expect(need(found({ weightBits: 3 * weights })).search.chosen['dense1']).toBe(3);
    const few = found({ meanWeightBits: 1.9 });
    expect(faults(few)).toEqual(['nn-budget']);
    expect(few.diagnostics[0]!.message).toContain(`at least ${2 * weights}`);
  });
});

describe('a budget of area', () => {
  // Words of 16 weights; a row of cells costs as much as 50 bits more.
  const areaOf = (words: number, width: number): number => (words + 50) * width;
  const few = { normalisation, images: need(readImages('mnist', 'train', [0, 1, 2, 3])) };
  const within = (weightAreaUm2: number) =>
    searchBits(prepared, seen, () => int8, { weightAreaUm2, memory: 'm' }, few, exactEngine(16), areaOf);
  const areaAt = (bits: (layer: string) => number): number =>
    Object.entries({ conv1: 150, conv2: 2400, dense1: 48000, dense2: 10080, dense3: 840 })
      .map(([layer, count]) => areaOf(Math.ceil(count / 16), 16 * bits(layer)))
      .reduce((a, b) => a + b);

  test('is met by the memories of all layers', () => {
    const limit = areaAt(() => 4.5);
    const { search } = need(within(limit));
    expect(search).toMatchObject({ budgetAreaUm2: limit });
    expect(search.weightAreaUm2).toBe(areaAt((layer) => search.chosen[layer]!));
    expect(search.weightAreaUm2).toBeLessThanOrEqual(limit);
    expect(search.weightAreaUm2).toBeGreaterThan(0.7 * limit);
  });

  test('is too small, or there is no model of memories', () => {
    expect(within(areaAt(() => 1.9)).diagnostics[0]!.message).toContain(String(areaAt(() => 2)));
    expect(faults(found({ weightAreaUm2: 1, memory: 'm' }))).toEqual(['nn-budget']);
  });
});

describe('plans', () => {
  test.each([
    ['int8-mean4.5', { all: { weightBits: 8, activationBits: 8 }, budget: { meanWeightBits: 4.5 } }],
    ['w4a6-tensor-mse', { all: { weightBits: 4, activationBits: 6, weightScales: 'tensor' } }],
    ['int4-entropy', { all: { weightBits: 4, calibration: { method: 'entropy' } } }],
    ['int6-p99.9', { all: { calibration: { method: 'percentile', percent: 99.9 } } }],
    ['ports-ceil-asymmetric', { all: { policy: 'ceil', activations: 'asymmetric' } }],
  ])('%s', (name, plan) => expect(need(planByName(name))).toMatchObject({ layers: {}, ...plan }));

  test.each(['int', 'w4', 'int8-mean', 'int8-mean4-mean5', 'int8-meanx', 'int8-best', 'int8-p'])(
    'not %s',
    (name) => expect(faults(planByName(name)).length).toBe(1),
  );

  test('from JSON, with all faults', () => {
    const plan = { all: { weightBits: 6 }, layers: { a: { float: true } }, budget: { weightBits: 1000 } };
    expect(need(readPlan(plan, 'p.json'))).toEqual(plan);
    const area = { ...plan, budget: { weightAreaUm2: 5e5, memory: 'sg13g2' } };
    expect(need(readPlan(area, 'p.json'))).toEqual(area);
    for (const budget of [
      3,
      {},
      { weightAreaUm2: 5 },
      { meanWeightBits: 0 },
      { meanWeightBits: 2, weightBits: 1 },
      { bits: 3 },
    ])
      expect(faults(readPlan({ ...plan, budget }, 'p.json'))).toHaveLength(1);
    const wrong = {
      all: { weightBits: 2.5, calibration: { method: 'percentile' }, float: 1 },
      layers: { a: { activations: 'signed' }, b: 3 },
      more: 1,
    };
    expect(faults(readPlan(wrong, 'p.json'))).toHaveLength(6);
    expect(faults(readPlan([], 'p.json'))).toHaveLength(1);
  });
});
