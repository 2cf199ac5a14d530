/**
 * The error function, to about 1e-15: a series of positive terms up to 3, a continued fraction above
 * (Abramowitz and Stegun, 7.1.6 and 7.1.14).
 */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size < 3) return series(x);
  if (size > 6) return Math.sign(x);
  return Math.sign(x) * (1 - fraction(size));
}

/** 2/√π · exp(−x²) · Σ 2^n x^(2n+1) / (1·3·…·(2n+1)) */
function series(x: number): number {
  const square = x * x;
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
    term *= (2 * square) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-square) * sum;
}

/** 1 − erf(x) = exp(−x²)/√π · 1/(x + (1/2)/(x + (2/2)/(x + …))) */
function fraction(x: number): number {
  let below = x;
  for (let n = 40; n >= 1; n--) below = x + n / 2 / below;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * below);
}
