import { failure, success } from '../../base/index.js';
import { flagAttribute, listAttribute, type Node } from '../network.js';
import { shapeFault } from '../problems.js';
import { elements, floatTensor, zeros, type Dims, type Tensor } from '../tensor.js';
import { int, only } from './attributes.js';
import { floats } from './floats.js';
import type { Operator, Value } from './operator.js';
import { windowAttributes, windowOf, type Window } from './window.js';

const attributes = { ...windowAttributes, ceil_mode: int };

export const maxPool: Operator = {
  about: 'the greatest element under a window over 1 or 2 dimensions; padding never is',
  inputs: [1, 1],
  attributes: { ...attributes, storage_order: only(0) },
  moves: true,
  infer: (node, [x]) => pooled(node, x!),
  run: (node, [x], [shape]) => {
    const out = zeros(x!.type, shape!.dims) as Tensor;
    const from = x!.data as Float32Array;
    eachWindow(x!.dims, poolWindow(node, x!.dims) as Window, (at, rows, columns, width, o) => {
      let most = -Infinity;
      for (let y = rows.first; y < rows.end; y += rows.step) {
        for (let i = columns.first; i < columns.end; i += columns.step) {
          const one = from[at + y * width + i]!;
          if (one > most) most = one;
          else if (Number.isNaN(one)) most = NaN;
        }
      }
      out.data[o] = most;
    });
    return [out];
  },
};

export const averagePool: Operator = {
  about: 'the mean under a window over 1 or 2 dimensions, with or without the padding',
  inputs: [1, 1],
  attributes: { ...attributes, count_include_pad: int },
  moves: false,
  infer: (node, [x]) => pooled(node, x!),
  run: (node, [x], [shape]) => {
    const out = floatTensor(shape!.dims, new Float32Array(elements(shape!.dims)));
    const from = floats(x);
    const padded = flagAttribute(node, 'count_include_pad');
    eachWindow(x!.dims, poolWindow(node, x!.dims) as Window, (at, rows, columns, width, o) => {
      let sum = 0;
      for (let y = rows.first; y < rows.end; y += rows.step) {
        for (let i = columns.first; i < columns.end; i += columns.step) sum += from[at + y * width + i]!;
      }
      out.data[o] = sum / (padded ? rows.padded * columns.padded : rows.count * columns.count);
    });
    return [out];
  },
};

export const globalAveragePool = globalPool('the mean of each channel', (x, from, to) => {
  let sum = 0;
  for (let i = from; i < to; i++) sum += x[i]!;
  return sum / (to - from);
});

export const globalMaxPool = globalPool('the greatest element of each channel', (x, from, to) => {
  let most = -Infinity;
  for (let i = from; i < to; i++) most = Math.max(most, x[i]!);
  return most;
});

function globalPool(about: string, of: (x: Float32Array, from: number, to: number) => number): Operator {
  return {
    about,
    inputs: [1, 1],
    attributes: {},
    moves: false,
    infer(node, [x]) {
      const { dims } = x!;
      if (dims.length < 3) return failure(shapeFault(node, [x], 'needs images, channels and sizes'));
      return success([{ type: 'float32', dims: [...dims.slice(0, 2), ...dims.slice(2).map(() => 1)] }]);
    },
    run(_node, [x], [shape]) {
      const out = new Float32Array(elements(shape!.dims));
      const size = elements(x!.dims.slice(2));
      for (let i = 0; i < out.length; i++) out[i] = of(floats(x), i * size, (i + 1) * size);
      return [floatTensor(shape!.dims, out)];
    },
  };
}

function poolWindow(node: Node, dims: Dims): Window | string {
  if (dims.length < 3) return 'needs images, channels and 1 or 2 sizes';
  return windowOf(node, dims.slice(2), listAttribute(node, 'kernel_shape') ?? []);
}

function pooled(node: Node, x: Value): ReturnType<Operator['infer']> {
  const window = poolWindow(node, x.dims);
  if (typeof window === 'string') return failure(shapeFault(node, [x], window));
  const spatial = window.output.slice(4 - x.dims.length);
  return success([{ type: x.type, dims: [...x.dims.slice(0, 2), ...spatial] }]);
}

/** The part of a window along one axis that lies on the input. */
interface Part {
  readonly first: number;
  readonly end: number;
  readonly step: number;
  readonly count: number;
  /** elements on the input or on its padding */
  readonly padded: number;
}

/** Calls for each position of the window: where the plane begins, the part on it, its width, the output's place. */
function eachWindow(
  dims: Dims,
  window: Window,
  look: (at: number, rows: Part, columns: Part, width: number, o: number) => void,
): void {
  const [height, width] = window.input;
  const rows = Array.from({ length: window.output[0] }, (_, i) => partOf(window, 0, i));
  const columns = Array.from({ length: window.output[1] }, (_, i) => partOf(window, 1, i));
  const planes = dims[0]! * dims[1]!;
  let o = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (const row of rows) {
      for (const column of columns) look(plane * height * width, row, column, width, o++);
    }
  }
}

function partOf(window: Window, axis: 0 | 1, position: number): Part {
  const [size, kernel, step] = [window.input[axis], window.kernel[axis], window.dilations[axis]];
  const start = position * window.strides[axis] - window.begin[axis];
  const first = start < 0 ? start + Math.ceil(-start / step) * step : start;
  const end = Math.min(size, start + (kernel - 1) * step + 1);
  const count = Math.max(0, Math.ceil((end - first) / step));
  const reach = Math.min(start + (kernel - 1) * step + 1, size + window.end[axis]);
  return { first, end, step, count, padded: Math.ceil((reach - start) / step) };
}
