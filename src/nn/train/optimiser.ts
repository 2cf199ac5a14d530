/** How weights follow their gradients. */
export type OptimiserSpec =
  | { readonly kind: 'adam' }
  /** v ← momentum · v + gradient; w ← w − rate · v */
  | { readonly kind: 'sgd'; readonly momentum: number };

/** A flat list of numbers in training, with what the optimiser remembers of each. */
export interface Optimiser {
  /** as long as the weights each; kept in checkpoints */
  readonly memory: readonly Float32Array[];
  /** moves the weights one step; `step` counts from 1 */
  readonly update: (weights: Float32Array, gradient: Float32Array, rate: number, step: number) => void;
}

export function optimiser(spec: OptimiserSpec, size: number): Optimiser {
  return spec.kind === 'adam' ? adam(size) : momentum(spec.momentum, size);
}

/** Adam (Kingma and Ba 2015) with its customary constants: decay of the means 0.9 and 0.999, ε = 10⁻⁸. */
function adam(size: number): Optimiser {
  const [mean, square] = [new Float32Array(size), new Float32Array(size)];
  return {
    memory: [mean, square],
    update(weights, gradient, rate, step) {
      const by = (rate * Math.sqrt(1 - 0.999 ** step)) / (1 - 0.9 ** step);
      for (let i = 0; i < size; i++) {
        const slope = gradient[i]!;
        mean[i] = 0.9 * mean[i]! + 0.1 * slope;
        square[i] = 0.999 * square[i]! + 0.001 * slope * slope;
        weights[i]! -= (by * mean[i]!) / (Math.sqrt(square[i]!) + 1e-8);
      }
    },
  };
}

function momentum(keep: number, size: number): Optimiser {
  const speed = new Float32Array(size);
  return {
    memory: [speed],
    update(weights, gradient, rate) {
      for (let i = 0; i < size; i++) {
        speed[i] = keep * speed[i]! + gradient[i]!;
        weights[i]! -= rate * speed[i]!;
      }
    },
  };
}
