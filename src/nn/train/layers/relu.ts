import { sizeOf, writeNode, type Layer, type Place } from '../layer.js';

/** max(0, x); the gradient at 0 is 0. */
export function relu({ space, rows, shape, name }: Place): Layer {
  const size = rows * sizeOf(shape);
  const [y, dx] = [space.floats(size), space.floats(size)];
  return {
    parameters: [],
    shape,
    forward(x) {
      space.relu(y, x);
      return y;
    },
    backward(dy) {
      space.reluSlope(dx, y, dy);
      return dx;
    },
    write: (input, network) => writeNode(network, name, 'Relu', [input]),
  };
}
