import { sizeOf, writeNode, type Layer, type Place } from '../layer.js';

/** All numbers of an input in one dimension. */
export function flatten({ shape, name }: Place): Layer {
  return {
    parameters: [],
    shape: [sizeOf(shape)],
    forward: (x) => x,
    backward: (dy) => dy,
    write: (input, network) => writeNode(network, name, 'Flatten', [input]),
  };
}
