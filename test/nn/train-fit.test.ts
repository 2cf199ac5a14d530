import { expect, test } from 'vitest';
import {
  fit,
  layersOf,
  plainSpace,
  spansOf,
  startState,
  type FitOptions,
  type FitState,
  type Gradients,
} from '../../src/nn/index.js';

/** One weight and one offset, of a layer that is never run. */
const model = { layers: [{ kind: 'dense', outputs: 1 } as const], shape: [1], shard: 1, seed: 1 };
const spans = spansOf(layersOf(model, plainSpace(64)));

const options: FitOptions = {
  epochs: 2,
  batch: 10,
  optimiser: { kind: 'sgd', momentum: 0 },
  rate: 0.1,
  warmup: 0,
  weightDecay: 0,
  seed: 1,
};

/** Trains from weight 1 and offset 0, if nothing else is said, on 40 samples with the gradients that `answer` gives to each call. */
async function fitted(
  changed: Partial<FitOptions>,
  answer: (call: number, weights: Float32Array) => { loss: number; slope: number } = () => ({
    loss: 1,
    slope: 1,
  }),
  begin: readonly number[] = [1, 0],
): Promise<{ state: FitState; shares: number[]; seen: number[][] }> {
  let call = 0;
  const shares: number[] = [];
  const seen: number[][] = [];
  const gradients: Gradients = {
    ofBatch(weights, positions) {
      seen.push([...positions]);
      const { loss, slope } = answer(call++, weights);
      return Promise.resolve({ loss, right: 5, gradient: Float32Array.of(slope, slope) });
    },
    close: () => undefined,
  };
  const start = startState(Float32Array.from(begin), options.optimiser);
  const told = (share: number): void => void shares.push(share);
  const kept = (): Promise<boolean> => Promise.resolve(true);
  const state = await fit(start, spans, gradients, 40, { ...options, ...changed }, told, kept);
  return { state, shares, seen };
}

const steps = Array.from({ length: 8 }, (_, i) => i);
const cosine = (i: number): number => 0.05 * (1 + Math.cos((Math.PI * i) / 8));
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

test('the rate falls along half a cosine over all epochs, and rises first where there is a warm-up', async () => {
  const { state, shares } = await fitted({});
  expect(state.weights[1]).toBeCloseTo(-sum(steps.map(cosine)), 5);
  expect(state.weights[0]).toBeCloseTo(1 - sum(steps.map(cosine)), 5);
  expect(shares).toEqual(steps.map((i) => (i + 1) / 8));
  expect(state.epochs).toEqual([1, 2].map((epoch) => ({ epoch, loss: 1, accuracy: 0.5 })));
  const warm = await fitted({ warmup: 4 });
  const risen = steps.map((i) => cosine(i) * Math.min(1, (i + 1) / 4));
  expect(warm.state.weights[1]).toBeCloseTo(-sum(risen), 5);
});

test('every sample is seen once an epoch, in another order each time', async () => {
  const { seen } = await fitted({});
  const [first, second] = [seen.slice(0, 4).flat(), seen.slice(4).flat()];
  const all = Array.from({ length: 40 }, (_, i) => i);
  for (const epoch of [first, second]) expect(epoch.toSorted((a, b) => a - b)).toEqual(all);
  expect(first).not.toEqual(second);
});

test('weights shrink by decay and offsets do not; both are drawn into their bound', async () => {
  const still = (): { loss: number; slope: number } => ({ loss: 1, slope: 0 });
  const { state } = await fitted({ weightDecay: 0.5 }, still, [1, 1]);
  const kept = steps.reduce((weight, i) => weight * (1 - 0.5 * cosine(i)), 1);
  expect(state.weights[0]).toBeCloseTo(kept, 5);
  expect(state.weights[1]).toBe(1);
  const { state: bounded } = await fitted({ clip: 0.25 });
  // The weight begins at 1 and is at 0.25 after the first step.
  expect(bounded.weights[0]).toBeCloseTo(Math.max(-0.25, 0.25 - sum(steps.slice(1).map(cosine))), 5);
  expect(bounded.weights[1]).toBe(-0.25);
});

test('with bit errors the gradient is the mean of both, the second clamped, from the first low loss on', async () => {
  const read: number[] = [];
  const { state } = await fitted(
    { stored: { scheme: 'rquant', bits: 8 }, bitErrors: { rate: 0.5, belowLoss: 0.5 }, epochs: 1 },
    (call, weights) => {
      read.push(weights[0]!);
      // The first two batches are above the bound, the third is below; from the fourth on there are two calls.
      return { loss: call < 2 ? 1 : 0.1, slope: call === 4 ? 10 : 1 };
    },
  );
  expect(read).toHaveLength(5);
  const rates = [0, 1, 2, 3].map((i) => 0.05 * (1 + Math.cos((Math.PI * i) / 4)));
  const slopes = [1, 1, 1, 0.5 * (1 + 0.05)];
  const moved = sum(rates.map((rate, i) => rate * slopes[i]!));
  expect(state.weights[0]).toBeCloseTo(1 - moved, 5);
  expect(state.errors).toBe(true);
});

test('Adam moves by its rate where the slope is always the same', async () => {
  const gradients: Gradients = {
    ofBatch: () => Promise.resolve({ loss: 1, right: 0, gradient: Float32Array.of(3, -0.01) }),
    close: () => undefined,
  };
  const adam = { ...options, optimiser: { kind: 'adam' } as const };
  const start = startState(Float32Array.of(1, 0), adam.optimiser);
  const last = await fit(
    start,
    spans,
    gradients,
    40,
    adam,
    () => {},
    () => Promise.resolve(true),
  );
  expect(last.weights[0]).toBeCloseTo(1 - sum(steps.map(cosine)), 4);
  expect(last.weights[1]).toBeCloseTo(sum(steps.map(cosine)), 4);
});
