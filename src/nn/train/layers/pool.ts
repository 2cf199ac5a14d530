import { sizeOf, writeNode, type Layer, type Place } from '../layer.js';
import { windowOver } from './window.js';

/** The largest number of each window of size × size, windows side by side; the gradient goes to the first such. */
export function maxpool(place: Place, size: number, stride = size): Layer {
  const { space, rows, name } = place;
  const { channels, height, width, outHeight, outWidth } = windowOver(place.shape, size, stride, 0);
  const [area, places] = [height * width, outHeight * outWidth];
  const planes = rows * channels;
  const [y, dx] = [space.floats(planes * places), space.floats(planes * area)];
  const from = space.indices(planes * places);
  return {
    parameters: [],
    shape: [channels, outHeight, outWidth],
    forward(x) {
      for (let line = 0; line < planes * outHeight; line++) {
        const [plane, oy] = [Math.floor(line / outHeight), line % outHeight];
        const at = line * outWidth;
        const first = plane * area + oy * stride * width;
        const image = { data: x, at: first, row: width, step: stride, plane: 0 };
        space.maxRow({ data: y, at, row: outWidth }, { data: from, at }, image, size, outWidth);
      }
      return y;
    },
    backward(dy, wantInput) {
      if (!wantInput) return dx;
      dx.fill(0);
      for (let i = 0; i < dy.length; i++) dx[from[i]!]! += dy[i]!;
      return dx;
    },
    write: (input, network) =>
      writeNode(network, name, 'MaxPool', [input], { kernel_shape: [size, size], strides: [stride, stride] }),
  };
}

/** The mean of each window of size × size. */
export function avgpool(place: Place, size: number, stride = size): Layer {
  const { space, rows, name } = place;
  const { channels, height, width, outHeight, outWidth } = windowOver(place.shape, size, stride, 0);
  const [area, places] = [height * width, outHeight * outWidth];
  const planes = rows * channels;
  const [y, dx] = [space.floats(planes * places), space.floats(planes * area)];
  const share = 1 / (size * size);
  const over = (each: (image: number, output: number) => void): void => {
    for (let output = 0; output < planes * places; output++) {
      const [plane, place] = [Math.floor(output / places), output % places];
      const [oy, ox] = [Math.floor(place / outWidth), place % outWidth];
      const corner = plane * area + oy * stride * width + ox * stride;
      for (let ky = 0; ky < size; ky++) {
        for (let kx = 0; kx < size; kx++) each(corner + ky * width + kx, output);
      }
    }
  };
  return {
    parameters: [],
    shape: [channels, outHeight, outWidth],
    forward(x) {
      y.fill(0);
      over((image, output) => (y[output]! += share * x[image]!));
      return y;
    },
    backward(dy) {
      dx.fill(0);
      over((image, output) => (dx[image]! += share * dy[output]!));
      return dx;
    },
    write: (input, network) =>
      writeNode(network, name, 'AveragePool', [input], {
        kernel_shape: [size, size],
        strides: [stride, stride],
      }),
  };
}

/** The mean of each channel: [channels, height, width] to [channels]. */
export function globalpool(place: Place): Layer {
  const { space, rows, name } = place;
  const channels = place.shape[0]!;
  const area = sizeOf(place.shape) / channels;
  const [y, dx] = [space.floats(rows * channels), space.floats(rows * channels * area)];
  return {
    parameters: [],
    shape: [channels],
    forward(x) {
      for (let plane = 0; plane < y.length; plane++) {
        let sum = 0;
        for (let i = plane * area; i < (plane + 1) * area; i++) sum += x[i]!;
        y[plane] = sum / area;
      }
      return y;
    },
    backward(dy) {
      for (let plane = 0; plane < y.length; plane++) {
        dx.fill(dy[plane]! / area, plane * area, (plane + 1) * area);
      }
      return dx;
    },
    write(input, network) {
      const means = writeNode(network, name, 'GlobalAveragePool', [input]);
      return writeNode(network, `${name}.flat`, 'Flatten', [means]);
    },
  };
}

/** The mean over the tokens: [tokens, width] to [width]. */
export function tokenmean(place: Place): Layer {
  const { space, rows, name } = place;
  const [tokens, width] = place.shape as readonly [number, number];
  const [y, dx] = [space.floats(rows * width), space.floats(rows * tokens * width)];
  return {
    parameters: [],
    shape: [width],
    forward(x) {
      y.fill(0);
      for (let row = 0; row < rows; row++) {
        for (let i = 0; i < tokens * width; i++) {
          y[row * width + (i % width)]! += x[row * tokens * width + i]! / tokens;
        }
      }
      return y;
    },
    backward(dy) {
      for (let row = 0; row < rows; row++) {
        for (let i = 0; i < tokens * width; i++) {
          dx[row * tokens * width + i] = dy[row * width + (i % width)]! / tokens;
        }
      }
      return dx;
    },
    write(input, network) {
      const axes = BigInt64Array.of(1n);
      network.initialisers.set(`${name}.axes`, { type: 'int64', dims: [1], data: axes });
      return writeNode(network, name, 'ReduceMean', [input, `${name}.axes`], { keepdims: 0 });
    },
  };
}
