import { erf } from '../../operators/erf.js';
import { sizeOf, writeNode, type Layer, type Place } from '../layer.js';

/** x · Φ(x), with Φ the distribution function of the standard normal (Hendrycks and Gimpel 2016). */
export function gelu({ space, rows, shape, name }: Place): Layer {
  const size = rows * sizeOf(shape);
  const [y, below, dx] = [space.floats(size), space.floats(size), space.floats(size)];
  let seen = y;
  return {
    parameters: [],
    shape,
    forward(x) {
      seen = x;
      for (let i = 0; i < size; i++) {
        below[i] = 0.5 * (1 + erf(x[i]! / Math.SQRT2));
        y[i] = x[i]! * below[i]!;
      }
      return y;
    },
    backward(dy) {
      for (let i = 0; i < size; i++) {
        const density = Math.exp(-0.5 * seen[i]! * seen[i]!) / Math.sqrt(2 * Math.PI);
        dx[i] = dy[i]! * (below[i]! + seen[i]! * density);
      }
      return dx;
    },
    write: (input, network) => writeNode(network, name, 'Gelu', [input]),
  };
}
