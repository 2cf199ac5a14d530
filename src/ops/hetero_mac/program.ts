import { signAt, type HeteroWeights } from '../hetero_dot/weights.js';

/** One step of a time-multiplexed unit: a plane of a chunk of an output's weights. */
export interface Step {
  /** Lane by lane: 1, −1, or 0 where the weight does not have the plane. */
  readonly signs: readonly (-1 | 0 | 1)[];
  readonly plane: number;
  /** Whether the step is the last that the chunk of activations is needed for. */
  readonly chunkEnd: boolean;
  /** Whether the step completes an output's sum. */
  readonly sumEnd: boolean;
}

/**
 * The steps of a layer: output by output, for each its chunks of `lanes` weights, for each chunk its planes up to the
 * most bits that a weight in it has. So planes that no weight of a chunk has take no time.
 */
export function programOf(weights: HeteroWeights, lanes: number): Step[] {
  const chunks = Math.ceil(weights.lanes / lanes);
  return Array.from({ length: weights.outputs }, (_, output) => {
    const steps = Array.from({ length: chunks }, (_, chunk) =>
      stepsOf(weights, output, chunk * lanes, lanes),
    );
    return steps.flatMap((own, chunk) =>
      own.map((step, k) => ({ ...step, sumEnd: chunk === chunks - 1 && k === own.length - 1 })),
    );
  }).flat();
}

function stepsOf(weights: HeteroWeights, output: number, from: number, lanes: number): Step[] {
  const signs = (plane: number): (-1 | 0 | 1)[] =>
    Array.from({ length: lanes }, (_, k) =>
      from + k < weights.lanes ? signAt(weights, output, from + k, plane) : 0,
    );
  const planes = Array.from({ length: weights.planes }, (_, plane) => signs(plane));
  const used = planes.filter((plane) => plane.some((sign) => sign !== 0));
  return used.map((own, plane) => ({
    signs: own,
    plane,
    chunkEnd: plane === used.length - 1,
    sumEnd: false,
  }));
}
