// What repeated runs with other seeds say of a difference.

/** Mean, and the standard deviation of a single run. */
export function spread(values) {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
  return { mean, deviation: Math.sqrt(variance) };
}

/**
 * P(A > B): the share of all pairs of a run of each in which A is better, equal ones counting a half; and between which
 * shares 95 % of the resamplings of both lists of runs lie (after X. Bouthillier et al., "Accounting for Variance in
 * Machine Learning Benchmarks", MLSys 2021).
 */
export function fractionAbove({ random }, a, b, rounds, seed = 1) {
  const source = random(seed);
  const again = (values) => values.map(() => values[source.below(values.length)]);
  const shares = Array.from({ length: rounds }, () => share(again(a), again(b))).sort((x, y) => x - y);
  const at = (part) => shares[Math.floor(part * (rounds - 1))];
  return { chance: share(a, b), ci95: [at(0.025), at(0.975)] };
}

function share(a, b) {
  const better = (x, y) => (x > y ? 1 : x === y ? 0.5 : 0);
  return a.reduce((sum, x) => sum + b.reduce((own, y) => own + better(x, y), 0), 0) / (a.length * b.length);
}
