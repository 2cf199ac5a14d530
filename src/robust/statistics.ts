import { random } from '../base/index.js';

/** What a sample says of the mean of what it was drawn from. */
export interface MeanEstimate {
  readonly mean: number;
  /** Student's interval for the mean; from a single value, nothing is known: −∞ to ∞ */
  readonly ci95: readonly [low: number, high: number];
  /** of the values, with n − 1; NaN of a single value */
  readonly deviation: number;
}

/** Mean and 95 % interval of values that are independent and of one distribution. */
export function estimateMean(values: readonly number[]): MeanEstimate {
  const n = values.length;
  const mean = values.reduce((sum, x) => sum + x, 0) / n;
  if (n < 2) return { mean, ci95: [-Infinity, Infinity], deviation: NaN };
  const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1));
  const spread = (studentQuantile(n - 1) * deviation) / Math.sqrt(n);
  return { mean, ci95: [mean - spread, mean + spread], deviation };
}

/** How many values are needed for a 95 % interval of mean ± `within` at this deviation; undefined above a million. */
export function samplesFor(deviation: number, within: number): number | undefined {
  const width = (n: number): number => (studentQuantile(n - 1) * deviation) / Math.sqrt(n);
  let high = 2;
  while (width(high) > within) if ((high *= 2) > 2 ** 20) return undefined;
  let low = Math.max(2, high / 2);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (width(middle) <= within) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Whether the values of a are greater than those of b, which were measured on the same chips. */
export interface PairedComparison {
  /** of a − b */
  readonly difference: MeanEstimate;
  /** the share of resamplings of the chips in which the mean of a is greater; equal means count half */
  readonly probabilityGreater: number;
}

/**
 * Compares values chip by chip, by their differences; the probability is a bootstrap's.
 *
 * @param b as many as there are in a
 */
export function comparePaired(
  a: readonly number[],
  b: readonly number[],
  seed: number,
  resamplings = 10_000,
): PairedComparison {
  const differences = a.map((x, i) => x - b[i]!);
  const source = random(seed);
  let greater = 0;
  for (let i = 0; i < resamplings; i++) {
    let sum = 0;
    for (let k = 0; k < differences.length; k++) sum += differences[source.below(differences.length)]!;
    greater += sum > 0 ? 1 : sum === 0 ? 0.5 : 0;
  }
  return { difference: estimateMean(differences), probabilityGreater: greater / resamplings };
}

/** The 0.975 quantile of Student's distribution. */
export function studentQuantile(freedom: number): number {
  // With so much freedom the first term of the expansion about the normal quantile is right to six digits.
  const z = 1.959963984540054;
  if (freedom > 5000) return z + (z ** 3 + z) / (4 * freedom);
  let [low, high] = [z, 13];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (withinStudent(middle, freedom) < 0.95) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The chance that |T| < t, by the finite series for whole degrees (Abramowitz and Stegun, 26.7.3 and 26.7.4). */
function withinStudent(t: number, freedom: number): number {
  const angle = Math.atan(t / Math.sqrt(freedom));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const odd = freedom % 2 === 1;
  if (freedom === 1) return (2 / Math.PI) * angle;
  let term = odd ? cosine : 1;
  let sum = term;
  for (let k = odd ? 3 : 2; k < freedom; k += 2) {
    term *= (cosine * cosine * (k - 1)) / k;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}
