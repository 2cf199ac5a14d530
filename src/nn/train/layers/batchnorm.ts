import { parameter, sizeOf, writeNode, writeParameter, type Layer, type Place } from '../layer.js';

const epsilon = 1e-5;

/**
 * Batch normalisation of channels (Ioffe and Szegedy 2015): in training by mean and variance of the rows at hand, later
 * by those that were observed on the way.
 */
export function batchnorm(place: Place): Layer {
  const { space, rows, shape, name } = place;
  const channels = shape[0]!;
  const area = sizeOf(shape) / channels;
  const count = rows * area;
  const scale = parameter(place, 'scale', 'offset', [channels], () => 1);
  const shift = parameter(place, 'shift', 'offset', [channels], () => 0);
  const mean = parameter(place, 'mean', 'statistic', [channels], () => 0);
  const variance = parameter(place, 'variance', 'statistic', [channels], () => 1);
  const [y, normal, dx] = [0, 1, 2].map(() => space.floats(rows * channels * area)) as [
    typeof mean.value,
    typeof mean.value,
    typeof mean.value,
  ];
  const inverse = space.floats(channels);

  /** Does `each` for all elements of a channel, row by row. */
  function over(channel: number, each: (i: number) => void): void {
    for (let row = 0; row < rows; row++) {
      const from = (row * channels + channel) * area;
      for (let i = from; i < from + area; i++) each(i);
    }
  }

  function observe(x: typeof y, channel: number): void {
    let [sum, squares] = [0, 0];
    over(channel, (i) => (sum += x[i]!));
    const middle = sum / count;
    over(channel, (i) => (squares += (x[i]! - middle) ** 2));
    mean.gradient[channel] = middle;
    variance.gradient[channel] = squares / count;
  }

  return {
    parameters: [scale, shift, mean, variance],
    shape,
    forward(x, training) {
      for (let channel = 0; channel < channels; channel++) {
        if (training) observe(x, channel);
        const middle = (training ? mean.gradient : mean.value)[channel]!;
        const by = 1 / Math.sqrt((training ? variance.gradient : variance.value)[channel]! + epsilon);
        const [factor, offset] = [scale.value[channel]!, shift.value[channel]!];
        inverse[channel] = by;
        over(channel, (i) => {
          const value = (x[i]! - middle) * by;
          normal[i] = value;
          y[i] = value * factor + offset;
        });
      }
      return y;
    },
    backward(dy) {
      for (let channel = 0; channel < channels; channel++) {
        let [sum, product] = [0, 0];
        over(channel, (i) => {
          sum += dy[i]!;
          product += dy[i]! * normal[i]!;
        });
        shift.gradient[channel] = sum;
        scale.gradient[channel] = product;
        const factor = (scale.value[channel]! * inverse[channel]!) / count;
        over(channel, (i) => (dx[i] = factor * (count * dy[i]! - sum - normal[i]! * product)));
      }
      return dx;
    },
    write: (input, network) =>
      writeNode(
        network,
        name,
        'BatchNormalization',
        [input, ...[scale, shift, mean, variance].map((each) => writeParameter(network, each))],
        { epsilon },
      ),
  };
}
