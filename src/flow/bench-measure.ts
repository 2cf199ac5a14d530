import { success, type Result } from '../base/index.js';
import { replay, type Model, type Row } from '../cosim/index.js';

/** Seconds that a measurement of ours takes: as many runs as fit. */
const window = 0.02;
/** How often the peer runs the vectors before it measures. */
const warmUp = 20;

export interface Measured {
  /** Vectors per second. */
  readonly ours: number;
  readonly peer: number;
  readonly ratio: number;
  /** The peer's outputs for the vectors. */
  readonly rows: readonly Row[];
}

/**
 * Runs ours and the peer in turn, and takes the fastest run of each: single runs of a few milliseconds at most are
 * timed, and on a busy machine some of them are interrupted, which makes them slower and never faster.
 */
export async function measure(
  ours: { readonly run: () => void },
  model: Model,
  rows: readonly Row[],
  rounds: number,
): Promise<Result<Measured>> {
  const first = await replay(model, rows);
  if (!first.ok) return first;
  // The first runs tier the code up, which for long code takes a second or two on a busy machine.
  timed(ours.run, 100 * window);
  const speeds: { ours: number; peer: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const seconds = timed(ours.run, window);
    const ran = await replay(model, rows, { repeat: warmUp });
    if (!ran.ok) return ran;
    speeds.push({ ours: rows.length / seconds, peer: rows.length / ran.value.seconds });
  }
  const best = Math.max(...speeds.map((speed) => speed.ours));
  const peer = Math.max(...speeds.map((speed) => speed.peer));
  return success({
    ours: best,
    peer,
    ratio: best / peer,
    rows: first.value.rows,
  });
}

/** Seconds of a run, the fastest of as many as fill the time. */
function timed(run: () => void, least: number): number {
  const seconds: number[] = [];
  const start = performance.now();
  for (let now = start; now - start < 1000 * least;) {
    run();
    const end = performance.now();
    seconds.push((end - now) / 1000);
    now = end;
  }
  return seconds.reduce((least, each) => Math.min(least, each));
}
