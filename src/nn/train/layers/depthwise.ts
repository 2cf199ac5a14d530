import { parameter, writeNode, writeParameter, type Layer, type Place } from '../layer.js';
import type { BlockSize } from '../kernel/space.js';
import type { ConvSizes } from './conv.js';
import { overlaps, windowOver, type Overlap } from './window.js';

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
  const ones = { data: space.floats(places).fill(1), at: 0, row: 0, step: 1, plane: 0 };
  let seen = dx;

  const image = (data: typeof y, channel: number, at: number) => ({
    data,
    at: channel * area + at,
    row: stride * window.width,
    step: stride,
    plane: channels * area,
  });
  const output = (data: typeof y, channel: number, at: number) => ({
    data,
    at: channel * places + at,
    row: outWidth,
    step: 1,
    plane: channels * places,
  });

  /** Does `each` for every element of every channel's window, with the size of its overlap in all images. */
  function overWeights(each: (at: number, channel: number, overlap: Overlap, size: BlockSize) => void): void {
    for (let channel = 0; channel < channels; channel++) {
      for (const { element, overlap } of elements) {
        const block = { width: overlap.columns, height: overlap.rows, planes: rows };
        each(channel * size + element, channel, overlap, block);
      }
    }
  }

  return {
    parameters: [weight, bias],
    shape: [channels, outHeight, outWidth],
    forward(x) {
      seen = x;
      for (let plane = 0; plane < rows * channels; plane++) {
        y.fill(bias.value[plane % channels]!, plane * places, (plane + 1) * places);
      }
      overWeights((at, channel, overlap, block) => {
        const [to, from] = [output(y, channel, overlap.output), image(x, channel, overlap.image)];
        space.addBlock(to, from, block, weight.value[at]!);
      });
      return y;
    },
    backward(dy, wantInput) {
      if (wantInput) dx.fill(0);
      for (let channel = 0; channel < channels; channel++) {
        const all = { width: places, height: 1, planes: rows };
        bias.gradient[channel] = space.dotBlock(output(dy, channel, 0), ones, all);
      }
      overWeights((at, channel, overlap, block) => {
        const slope = output(dy, channel, overlap.output);
        weight.gradient[at] = space.dotBlock(slope, image(seen, channel, overlap.image), block);
        if (wantInput) space.addBlock(image(dx, channel, overlap.image), slope, block, weight.value[at]!);
      });
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
