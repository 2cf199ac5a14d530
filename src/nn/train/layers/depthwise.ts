import { parameter, writeNode, writeParameter, type Layer, type Place } from '../layer.js';
import type { ConvSizes } from './conv.js';
import { overlaps, windowOver } from './window.js';

/** A convolution of each channel with a window of its own: images [channels, height, width] to as many channels. */
export function depthwise(place: Place, { kernel, stride, padding }: Omit<ConvSizes, 'channels'>): Layer {
  const { space, rows, source, name } = place;
  const window = windowOver(place.shape, kernel, stride, padding);
  const { channels, outHeight, outWidth } = window;
  const [area, places] = [window.height * window.width, outHeight * outWidth];
  const size = kernel * kernel;
  const deviation = Math.sqrt(2 / size);
  const dims = [channels, 1, kernel, kernel];
  const weight = parameter(place, 'weight', 'weight', dims, () => deviation * source.normal());
  const bias = parameter(place, 'bias', 'offset', [channels], () => 0);
  const [y, dx] = [space.floats(rows * channels * places), space.floats(rows * channels * area)];
  const elements = overlaps(window);
  let seen = dx;

  const image = (data: typeof y, plane: number, at: number) => ({
    data,
    at: plane * area + at,
    row: stride * window.width,
    step: stride,
  });
  const output = (data: typeof y, plane: number, at: number) => ({
    data,
    at: plane * places + at,
    row: outWidth,
    step: 1,
  });

  return {
    parameters: [weight, bias],
    shape: [channels, outHeight, outWidth],
    forward(x) {
      seen = x;
      for (let plane = 0; plane < rows * channels; plane++) {
        const channel = plane % channels;
        y.fill(bias.value[channel]!, plane * places, (plane + 1) * places);
        for (const { element, overlap } of elements) {
          const [to, from] = [output(y, plane, overlap.output), image(x, plane, overlap.image)];
          space.addBlock(to, from, overlap.columns, overlap.rows, weight.value[channel * size + element]!);
        }
      }
      return y;
    },
    backward(dy, wantInput) {
      const [slopes, sums] = [weight.gradient.fill(0), bias.gradient.fill(0)];
      if (wantInput) dx.fill(0);
      for (let plane = 0; plane < rows * channels; plane++) {
        const channel = plane % channels;
        let sum = 0;
        for (let i = plane * places; i < (plane + 1) * places; i++) sum += dy[i]!;
        sums[channel]! += sum;
        for (const { element, overlap } of elements) {
          const { columns, rows: lines } = overlap;
          const [slope, at] = [output(dy, plane, overlap.output), channel * size + element];
          slopes[at]! += space.dotBlock(slope, image(seen, plane, overlap.image), columns, lines);
          if (wantInput) {
            const to = image(dx, plane, overlap.image);
            space.addBlock(to, slope, columns, lines, weight.value[at]!);
          }
        }
      }
      return dx;
    },
    write: (input, network) =>
      writeNode(
        network,
        name,
        'Conv',
        [input, ...[weight, bias].map((each) => writeParameter(network, each))],
        {
          group: channels,
          kernel_shape: [kernel, kernel],
          strides: [stride, stride],
          pads: [padding, padding, padding, padding],
        },
      ),
  };
}
