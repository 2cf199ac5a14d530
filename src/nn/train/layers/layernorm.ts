import { parameter, sizeOf, writeNode, writeParameter, type Layer, type Place } from '../layer.js';

const epsilon = 1e-5;

/** Layer normalisation over the last dimension (Ba, Kiros and Hinton 2016). */
export function layernorm(place: Place): Layer {
  const { space, shape, name } = place;
  const width = shape.at(-1)!;
  const count = place.rows * sizeOf(shape.slice(0, -1));
  const scale = parameter(place, 'scale', 'offset', [width], () => 1);
  const shift = parameter(place, 'shift', 'offset', [width], () => 0);
  const [y, normal, dx] = [
    space.floats(count * width),
    space.floats(count * width),
    space.floats(count * width),
  ];
  const inverse = space.floats(count);

  /** Normalises one row of x and says by how much it was stretched. */
  function normalise(x: typeof y, from: number): number {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < width; i++) sum += x[from + i]!;
    const mean = sum / width;
    for (let i = 0; i < width; i++) squares += (x[from + i]! - mean) ** 2;
    const by = 1 / Math.sqrt(squares / width + epsilon);
    for (let i = 0; i < width; i++) normal[from + i] = (x[from + i]! - mean) * by;
    return by;
  }

  return {
    parameters: [scale, shift],
    shape,
    forward(x) {
      for (let row = 0; row < count; row++) {
        inverse[row] = normalise(x, row * width);
        for (let i = 0; i < width; i++) {
          y[row * width + i] = normal[row * width + i]! * scale.value[i]! + shift.value[i]!;
        }
      }
      return y;
    },
    backward(dy) {
      scale.gradient.fill(0);
      shift.gradient.fill(0);
      for (let row = 0; row < count; row++) {
        const from = row * width;
        let [sum, product] = [0, 0];
        for (let i = 0; i < width; i++) {
          const slope = dy[from + i]! * scale.value[i]!;
          sum += slope;
          product += slope * normal[from + i]!;
          scale.gradient[i]! += dy[from + i]! * normal[from + i]!;
          shift.gradient[i]! += dy[from + i]!;
        }
        for (let i = 0; i < width; i++) {
          const slope = dy[from + i]! * scale.value[i]!;
          dx[from + i] = inverse[row]! * (slope - (sum + normal[from + i]! * product) / width);
        }
      }
      return dx;
    },
    write: (input, network) =>
      writeNode(
        network,
        name,
        'LayerNormalization',
        [input, ...[scale, shift].map((each) => writeParameter(network, each))],
        { axis: -1, epsilon },
      ),
  };
}
