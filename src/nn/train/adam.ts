import type { Parameter } from './layer.js';

/** Moves the parameters one step against their gradients at this learning rate. */
export type Optimiser = (rate: number) => void;

/** Adam (Kingma and Ba 2015) with its customary constants: decay of the means 0.9 and 0.999, ε = 10⁻⁸. */
export function adam(parameters: readonly Parameter[]): Optimiser {
  const states = parameters.map(({ value }) => ({
    mean: new Float32Array(value.length),
    square: new Float32Array(value.length),
  }));
  let steps = 0;
  return (rate) => {
    steps++;
    const size = (rate * Math.sqrt(1 - 0.999 ** steps)) / (1 - 0.9 ** steps);
    parameters.forEach((parameter, p) => update(parameter, states[p]!.mean, states[p]!.square, size));
  };
}

function update(
  { value, gradient }: Parameter,
  mean: Float32Array,
  square: Float32Array,
  size: number,
): void {
  for (let i = 0; i < value.length; i++) {
    const slope = gradient[i]!;
    mean[i] = 0.9 * mean[i]! + 0.1 * slope;
    square[i] = 0.999 * square[i]! + 0.001 * slope * slope;
    value[i]! -= (size * mean[i]!) / (Math.sqrt(square[i]!) + 1e-8);
  }
}
