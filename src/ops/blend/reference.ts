import { maximum, minimum, read, wrap } from '../../base/index.js';
import { clamp, roundShift, type Fixed, type Rounding } from '../../format/index.js';

/** What the definition goes by. */
export interface BlendDefinition {
  readonly w: Fixed;
  readonly c: Fixed;
  readonly shift: number;
  readonly to: Fixed;
  readonly mode: Rounding;
}

/** For each lane Σ_d c_d · w_d / 2^shift, rounded, then the nearest number that `to` has. */
export function blendReference({ w, c, shift, to, mode }: BlendDefinition) {
  const [least, most] = [minimum(to.width, to.signed), maximum(to.width, to.signed)];
  return ([weights, coefficients]: readonly (readonly bigint[])[]): bigint[][] => {
    const lanes = weights!.length / coefficients!.length;
    const blended = Array.from({ length: lanes }, (_, lane) => {
      const sum = coefficients!.reduce((total, coefficient, domain) => {
        const weight = read(weights![domain * lanes + lane]!, w.width, w.signed);
        return total + read(coefficient, c.width, c.signed) * weight;
      }, 0n);
      return wrap(clamp(roundShift(sum, shift, mode), least, most), to.width);
    });
    return [blended];
  };
}
