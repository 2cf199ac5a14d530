import { parameter, writeNode, writeParameter, type Layer, type Place } from '../layer.js';
import { overlaps, windowOver, type Overlap } from './window.js';

export interface ConvSizes {
  readonly channels: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/**
 * A convolution of images [channels, height, width] with square windows: patches are laid out as the columns of a
 * matrix, and outputs are products with it. Weights start as those of `dense`.
 */
export function conv(place: Place, { channels, kernel, stride, padding }: ConvSizes): Layer {
  const { space, rows, source, name } = place;
  const window = windowOver(place.shape, kernel, stride, padding);
  const { outHeight, outWidth } = window;
  const [area, places] = [window.height * window.width, outHeight * outWidth];
  const depth = window.channels * kernel * kernel;
  const deviation = Math.sqrt(2 / depth);
  const dims = [channels, window.channels, kernel, kernel];
  const weight = parameter(place, 'weight', 'weight', dims, () => deviation * source.normal());
  const bias = parameter(place, 'bias', 'offset', [channels], () => 0);
  const [inputSize, outputSize] = [window.channels * area, channels * places];
  const [y, dx] = [space.floats(rows * outputSize), space.floats(rows * inputSize)];
  const pointwise = kernel === 1 && stride === 1 && padding === 0;
  const patches = space.floats(pointwise ? 0 : rows * depth * places);
  const slopes = space.floats(pointwise ? 0 : depth * places);
  const elements = overlaps(window);
  let seen = patches;

  /** Does `each` for every element of the window in every channel: blocks of the patches and of the image. */
  function overPatches(each: (patch: number, image: number, overlap: Overlap) => void) {
    for (let channel = 0; channel < window.channels; channel++) {
      for (const { element, overlap } of elements) {
        const line = channel * kernel * kernel + element;
        each(line * places + overlap.output, channel * area + overlap.image, overlap);
      }
    }
  }

  const image = (data: typeof y, at: number) => ({
    data,
    at,
    row: stride * window.width,
    step: stride,
    plane: inputSize,
  });
  const patch = (data: typeof y, at: number) => ({
    data,
    at,
    row: outWidth,
    step: 1,
    plane: depth * places,
  });

  /** Lays out the patches of all images; what lies in the padding stays 0 from the start. */
  function layOut(x: typeof y): void {
    overPatches((to, from, { columns, rows: height }) =>
      space.copyBlock(patch(patches, to), image(x, from), { width: columns, height, planes: rows }),
    );
  }

  function inputSlope(dy: typeof y, row: number): void {
    const data = pointwise ? dx : slopes;
    const at = pointwise ? row * inputSize : 0;
    const across = { data: weight.value, at: 0, row: 1 };
    const from = { data: dy, at: row * outputSize, row: places };
    space.product(depth, places, channels, across, from, { data, at, row: places }, false, depth);
    if (pointwise) return;
    dx.fill(0, row * inputSize, (row + 1) * inputSize);
    overPatches((from, to, { columns, rows: height }) =>
      space.addBlock(
        image(dx, row * inputSize + to),
        patch(slopes, from),
        { width: columns, height, planes: 1 },
        1,
      ),
    );
  }

  return {
    parameters: [weight, bias],
    shape: [channels, outHeight, outWidth],
    forward(x) {
      seen = pointwise ? x : patches;
      if (!pointwise) layOut(x);
      for (let row = 0; row < rows; row++) {
        for (let channel = 0; channel < channels; channel++) {
          const at = row * outputSize + channel * places;
          y.fill(bias.value[channel]!, at, at + places);
        }
        const from = { data: seen, at: row * depth * places, row: places };
        const to = { data: y, at: row * outputSize, row: places };
        space.product(channels, places, depth, { data: weight.value, at: 0, row: depth }, from, to, true);
      }
      return y;
    },
    backward(dy, wantInput) {
      const sums = bias.gradient.fill(0);
      for (let row = 0; row < rows; row++) {
        const slope = { data: dy, at: row * outputSize, row: places };
        const from = { data: seen, at: row * depth * places, row: places };
        const to = { data: weight.gradient, at: 0, row: depth };
        space.transposed(channels, depth, places, slope, from, to, row > 0);
        for (let channel = 0; channel < channels; channel++) {
          let sum = 0;
          const at = row * outputSize + channel * places;
          for (let i = at; i < at + places; i++) sum += dy[i]!;
          sums[channel]! += sum;
        }
        if (wantInput) inputSlope(dy, row);
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
          kernel_shape: [kernel, kernel],
          strides: [stride, stride],
          pads: [padding, padding, padding, padding],
        },
      ),
  };
}
