import { writeNode, type Layer, type Place } from '../layer.js';

/** Layers one behind the other. */
export function chain(layers: readonly Layer[], shape: readonly number[]): Layer {
  return {
    parameters: layers.flatMap((layer) => layer.parameters),
    shape: layers.at(-1)?.shape ?? shape,
    forward: (x, training) => layers.reduce((values, layer) => layer.forward(values, training), x),
    backward(dy, wantInput) {
      // Layers without parameters at the front need no gradient where the input's is not wanted.
      const first = wantInput ? 0 : layers.findIndex((layer) => layer.parameters.length > 0);
      let slope = dy;
      for (let i = layers.length - 1; i >= Math.max(0, first); i--) {
        slope = layers[i]!.backward(slope, wantInput || i > first);
      }
      return slope;
    },
    write: (input, network) => layers.reduce((name, layer) => layer.write(name, network), input),
  };
}

/** The sum of a body and a shortcut, both of the same input; the shortcut may be empty. */
export function residual({ space, rows, shape, name }: Place, body: Layer, shortcut: Layer): Layer {
  const size = (dims: readonly number[]): number => dims.reduce((product, n) => product * n, rows);
  const [y, dx] = [space.floats(size(body.shape)), space.floats(size(shape))];
  return {
    parameters: [...body.parameters, ...shortcut.parameters],
    shape: body.shape,
    forward(x, training) {
      const [left, right] = [body.forward(x, training), shortcut.forward(x, training)];
      for (let i = 0; i < y.length; i++) y[i] = left[i]! + right[i]!;
      return y;
    },
    backward(dy, wantInput) {
      const [left, right] = [body.backward(dy, wantInput), shortcut.backward(dy, wantInput)];
      if (wantInput) for (let i = 0; i < dx.length; i++) dx[i] = left[i]! + right[i]!;
      return dx;
    },
    write: (input, network) =>
      writeNode(network, name, 'Add', [body.write(input, network), shortcut.write(input, network)]),
  };
}
