import { success, type Result } from '../base/index.js';
import { replay, type Model, type Row } from '../cosim/index.js';

/** Seconds that one measurement of ours takes at least; the peer's takes about as long. */
const window = 0.02;
/** The most copies of the vectors in the peer's sequence. */
const mostCopies = 16;

export interface Measured {
  /** Vectors per second. */
  readonly ours: number;
  readonly peer: number;
  readonly ratio: number;
  /** The peer's outputs for the vectors. */
  readonly rows: readonly Row[];
}

/** Runs ours and the peer in turn; medians of the speeds and of the rounds' ratios. */
export async function measure(
  ours: { readonly run: () => void },
  model: Model,
  rows: readonly Row[],
  rounds: number,
): Promise<Result<Measured>> {
  const first = await replay(model, rows, { repeat: 3 });
  if (!first.ok) return first;
  const copies = Math.min(mostCopies, Math.max(1, Math.ceil(window / first.value.seconds)));
  const sequence = Array.from({ length: copies }, () => rows).flat();
  // The first runs tier the code up.
  timed(ours.run, 10 * window);
  const speeds: { ours: number; peer: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const seconds = timed(ours.run, window);
    const ran = await replay(model, sequence, { repeat: 2 });
    if (!ran.ok) return ran;
    speeds.push({ ours: rows.length / seconds, peer: sequence.length / ran.value.seconds });
  }
  return success({
    ours: median(speeds.map((speed) => speed.ours)),
    peer: median(speeds.map((speed) => speed.peer)),
    ratio: median(speeds.map((speed) => speed.ours / speed.peer)),
    rows: first.value.rows,
  });
}

/** Seconds of a run, the mean of as many as fill the time. */
function timed(run: () => void, least: number): number {
  const start = performance.now();
  let [count, seconds] = [0, 0];
  while (seconds < least) {
    run();
    count++;
    seconds = (performance.now() - start) / 1000;
  }
  return seconds / count;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
