// Least squares without negative coefficients.

/**
 * The coefficients that come closest to `value` in all rows `{terms, value}`, none below zero, by coordinate descent: one after
 * the other to its best until nothing moves. What no row has stays as it was at the start.
 */
export function leastSquares(rows, size, start = new Array(size).fill(0)) {
  const products = Array.from({ length: size }, () => new Float64Array(size));
  const aims = new Float64Array(size);
  for (const { terms, value } of rows)
    for (let i = 0; i < size; i++) {
      if (terms[i] === 0) continue;
      aims[i] += terms[i] * value;
      for (let j = 0; j < size; j++) products[i][j] += terms[i] * terms[j];
    }
  const times = Float64Array.from(start);
  for (let round = 0; round < 5000; round++) {
    let moved = 0;
    for (let i = 0; i < size; i++) {
      const square = products[i][i];
      if (square === 0) continue;
      const slope = aims[i] - products[i].reduce((sum, product, j) => sum + product * times[j], 0);
      const next = Math.max(0, times[i] + slope / square);
      moved = Math.max(moved, Math.abs(next - times[i]) * Math.sqrt(square));
      times[i] = next;
    }
    if (moved < 1e-9) break;
  }
  return [...times];
}
