/** The position of the largest number of each row; of equal ones the first. */
export function largestOfRows(scores: Float32Array | Float64Array, rows: number): Uint32Array {
  const columns = scores.length / rows;
  return Uint32Array.from({ length: rows }, (_, row) => {
    let best = 0;
    for (let c = 1; c < columns; c++) {
      if (scores[row * columns + c]! > scores[row * columns + best]!) best = c;
    }
    return best;
  });
}

/**
 * The interval of Wilson (1927) for a probability of which `hits` of `trials` were seen: 95 % of such intervals
 * hold the true value. [0, 1] without trials.
 */
export function wilson(hits: number, trials: number): readonly [low: number, high: number] {
  if (trials === 0) return [0, 1];
  const z = 1.959963984540054;
  const p = hits / trials;
  const middle = p + (z * z) / (2 * trials);
  const spread = z * Math.sqrt((p * (1 - p)) / trials + (z * z) / (4 * trials * trials));
  const size = 1 + (z * z) / trials;
  return [Math.max(0, (middle - spread) / size), Math.min(1, (middle + spread) / size)];
}
