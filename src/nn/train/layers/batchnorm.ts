import type { Block } from '../kernel/space.js';
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
  const ones = { data: space.floats(area).fill(1), at: 0, row: 0, step: 1, plane: 0 };
  const all = { width: area, height: rows, planes: 1 };
  /** A channel of all rows. */
  const block = (data: typeof y, channel: number) => ({
    data,
    at: channel * area,
    row: channels * area,
    step: 1,
    plane: 0,
  });

  return {
    parameters: [scale, shift, mean, variance],
    shape,
    forward(x, training) {
      for (let channel = 0; channel < channels; channel++) {
        const [from, middle, to] = [x, normal, y].map((data) => block(data, channel)) as [
          Block,
          Block,
          Block,
        ];
        const centre = training ? space.dotBlock(from, ones, all) / count : mean.value[channel]!;
        space.mapBlock(middle, from, all, 1, -centre);
        const spread = training ? space.dotBlock(middle, middle, all) / count : variance.value[channel]!;
        if (training) [mean.gradient[channel], variance.gradient[channel]] = [centre, spread];
        inverse[channel] = 1 / Math.sqrt(spread + epsilon);
        space.mapBlock(middle, middle, all, inverse[channel]!, 0);
        space.mapBlock(to, middle, all, scale.value[channel]!, shift.value[channel]!);
      }
      return y;
    },
    backward(dy) {
      for (let channel = 0; channel < channels; channel++) {
        const [slope, middle, to] = [dy, normal, dx].map((data) => block(data, channel)) as [
          Block,
          Block,
          Block,
        ];
        const sum = space.dotBlock(slope, ones, all);
        const product = space.dotBlock(slope, middle, all);
        shift.gradient[channel] = sum;
        scale.gradient[channel] = product;
        const factor = scale.value[channel]! * inverse[channel]!;
        space.mapBlock(to, slope, all, factor, (-factor * sum) / count);
        space.addBlock(to, middle, all, (-factor * product) / count);
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
