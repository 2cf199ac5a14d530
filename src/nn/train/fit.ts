import { random, type Random } from '../../base/index.js';
import type { BatchGradient, Gradients } from './gradients.js';
import { optimiser, type OptimiserSpec } from './optimiser.js';
import type { Span } from './replica.js';
import { faultyWeights, isBinary, storedWeights, type BitErrorSpec, type StoredSpec } from './stored.js';

export interface FitOptions {
  readonly epochs: number;
  /** samples per step: a whole number of shards */
  readonly batch: number;
  readonly optimiser: OptimiserSpec;
  /** learning rate of the first step; it falls to 0 along half a cosine */
  readonly rate: number;
  /** steps in which the rate rises from 0 in equal parts */
  readonly warmup: number;
  /** by how much of itself times the learning rate each weight shrinks with a step (offsets do not) */
  readonly weightDecay: number;
  readonly seed: number;
  readonly stored?: StoredSpec;
  /** after every step weights and offsets are drawn into ±clip */
  readonly clip?: number;
  readonly bitErrors?: BitErrorSpec;
}

/** What an epoch did, over its batches as they were trained on. */
export interface Epoch {
  readonly epoch: number;
  readonly loss: number;
  /** share of right answers */
  readonly accuracy: number;
}

/** Everything that the rest of a training depends on; taken between epochs. */
export interface FitState {
  readonly weights: Float32Array;
  /** of the optimiser */
  readonly memory: readonly Float32Array[];
  readonly epochs: readonly Epoch[];
  /** whether bit errors have set in */
  readonly errors: boolean;
}

/** How far a gradient at weights with bit errors may point, element by element (Stutz et al. 2021). */
const mostFaultyGradient = 0.05;

/** How much of the statistics of a batch goes into those that are kept. */
const statisticShare = 0.1;

/** The first state, from starting weights. */
export function startState(weights: Float32Array, spec: OptimiserSpec): FitState {
  return { weights, memory: optimiser(spec, weights.length).memory, epochs: [], errors: false };
}

/**
 * Trains from `start` to the last epoch and gives the last state. The same start, gradients and options give the same
 * numbers, on the same version of the JavaScript engine, whether in one go or from a state in between.
 *
 * @param count how many samples there are
 * @param told is called after every batch with the share of the training that is done
 * @param kept is called after every epoch; training goes on when its promise is fulfilled, if that is true
 */
export async function fit(
  start: FitState,
  spans: readonly Span[],
  gradients: Gradients,
  count: number,
  options: FitOptions,
  told: (share: number) => void,
  kept: (state: FitState) => Promise<boolean>,
): Promise<FitState> {
  const weights = start.weights.slice();
  const step = optimiser(options.optimiser, weights.length);
  step.memory.forEach((memory, i) => memory.set(start.memory[i]!));
  const perEpoch = Math.floor(count / options.batch);
  const steps = options.epochs * perEpoch;
  let state: FitState = { ...start, weights, memory: step.memory };
  for (let epoch = start.epochs.length + 1; epoch <= options.epochs; epoch++) {
    const order = shuffled(count, random(options.seed * 4096 + epoch));
    let [loss, right, errors] = [0, 0, state.errors];
    for (let at = 0; at < perEpoch; at++) {
      const positions = order.subarray(at * options.batch, (at + 1) * options.batch);
      const done = (epoch - 1) * perEpoch + at;
      const slope = await slopeOf(weights, spans, gradients, positions, options, done, errors);
      errors ||= options.bitErrors !== undefined && slope.loss < options.bitErrors.belowLoss;
      const rate = rateOf(options, done, steps);
      observe(weights, spans, slope.gradient);
      step.update(weights, slope.gradient, rate, done + 1);
      project(weights, spans, rate * options.weightDecay, options.clip ?? Infinity);
      loss += slope.loss;
      right += slope.right;
      told((done + 1) / steps);
    }
    const epochs = [
      ...state.epochs,
      { epoch, loss: loss / perEpoch, accuracy: right / (perEpoch * options.batch) },
    ];
    state = { weights, memory: step.memory, epochs, errors };
    if (!(await kept(state))) break;
  }
  return state;
}

/** Loss and gradient of a batch; with bit errors, the mean of the gradients without and with them. */
async function slopeOf(
  weights: Float32Array,
  spans: readonly Span[],
  gradients: Gradients,
  positions: Uint32Array,
  { stored, bitErrors, seed }: FitOptions,
  step: number,
  errors: boolean,
): Promise<BatchGradient> {
  // One key for both passes, so that both see the same samples.
  const key = (seed * 4093 + step) % 2 ** 31;
  const clean = await gradients.ofBatch(storedWeights(weights, spans, stored), positions, key);
  if (!errors || !bitErrors || !stored || isBinary(stored)) return clean;
  const read = faultyWeights(weights, spans, stored, bitErrors.rate, key + 2 ** 31);
  const { gradient: faulty } = await gradients.ofBatch(read, positions, key);
  for (const { parameter, from, to } of spans) {
    if (parameter.kind === 'statistic') continue;
    for (let i = from; i < to; i++) {
      const bounded = Math.min(mostFaultyGradient, Math.max(-mostFaultyGradient, faulty[i]!));
      clean.gradient[i] = 0.5 * (clean.gradient[i]! + bounded);
    }
  }
  return clean;
}

/** Moves statistics towards what the batch observed; nothing is left of them for the optimiser. */
function observe(weights: Float32Array, spans: readonly Span[], gradient: Float32Array): void {
  for (const { parameter, from, to } of spans) {
    if (parameter.kind !== 'statistic') continue;
    for (let i = from; i < to; i++) {
      weights[i]! += statisticShare * (gradient[i]! - weights[i]!);
      gradient[i] = 0;
    }
  }
}

/** Shrinks weights, then draws weights and offsets into ±clip. */
function project(weights: Float32Array, spans: readonly Span[], shrink: number, clip: number): void {
  for (const { parameter, from, to } of spans) {
    if (parameter.kind === 'statistic') continue;
    const keep = parameter.kind === 'weight' ? 1 - shrink : 1;
    for (let i = from; i < to; i++) weights[i] = Math.min(clip, Math.max(-clip, weights[i]! * keep));
  }
}

function rateOf({ rate, warmup }: FitOptions, done: number, steps: number): number {
  const rise = done < warmup ? (done + 1) / warmup : 1;
  return 0.5 * rate * rise * (1 + Math.cos((Math.PI * done) / steps));
}

function shuffled(count: number, source: Random): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = source.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
