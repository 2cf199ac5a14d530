import type { Floats } from '../kernel/space.js';
import {
  parameter,
  writeNode,
  writeParameter,
  type Draft,
  type Layer,
  type Parameter,
  type Place,
} from '../layer.js';
import { chain } from './chain.js';
import { dense } from './dense.js';
import { relu } from './relu.js';

export interface InteractionSizes {
  /** how many of the inputs are numbers; they come first */
  readonly numeric: number;
  /** outputs of fully connected layers with ReLU between the numbers and the one that makes them a vector; none left out */
  readonly bottom?: readonly number[];
  /** entries of each table; the inputs behind the numbers are an entry for each */
  readonly tables: readonly number[];
  /** elements of a vector */
  readonly width: number;
}

/**
 * The front of a recommender (Naumov et al., "Deep Learning Recommendation Model", 2019): numbers become a vector by
 * fully connected layers with ReLU, each table gives the vector of its entry, and the output is the first of these
 * vectors and the inner products of all pairs. It can only stand at the front, as its input has no gradient.
 */
export function interaction(
  place: Place,
  { numeric, bottom: sizes = [], tables, width }: InteractionSizes,
): Layer {
  const { space, rows, source, name } = place;
  const inputs = numeric + tables.length;
  const vectors = tables.length + 1;
  const pairs = pairsOf(vectors);
  const outputs = width + pairs.length;
  const bottom = bottomLayers(place, numeric, [...sizes, width]);
  const deviation = 1 / Math.sqrt(width);
  const own = tables.map((entries, t) =>
    parameter(place, `table${t + 1}`, 'weight', [entries, width], () => deviation * source.normal()),
  );
  const numbers = space.floats(rows * numeric);
  const all = space.floats(rows * vectors * width);
  const slopes = space.floats(rows * vectors * width);
  const [y, bottomSlope, dx] = [outputs, width, inputs].map((size) => space.floats(rows * size)) as [
    Floats,
    Floats,
    Floats,
  ];
  let seen = dx;

  function gather(x: Floats): void {
    for (let row = 0; row < rows; row++) {
      numbers.set(x.subarray(row * inputs, row * inputs + numeric), row * numeric);
      own.forEach(({ value }, t) => {
        const from = x[row * inputs + numeric + t]! * width;
        all.set(value.subarray(from, from + width), (row * vectors + t + 1) * width);
      });
    }
  }

  return {
    parameters: [...bottom.parameters, ...own],
    shape: [outputs],
    forward(x, training) {
      seen = x;
      gather(x);
      const dense = bottom.forward(numbers, training);
      for (let row = 0; row < rows; row++) {
        const vector = dense.subarray(row * width, (row + 1) * width);
        all.set(vector, row * vectors * width);
        y.set(vector, row * outputs);
        pairs.forEach(([a, b], p) => {
          const [left, right] = [(row * vectors + a) * width, (row * vectors + b) * width];
          let sum = 0;
          for (let i = 0; i < width; i++) sum += all[left + i]! * all[right + i]!;
          y[row * outputs + width + p] = sum;
        });
      }
      return y;
    },
    backward(dy) {
      slopes.fill(0);
      for (let row = 0; row < rows; row++) {
        pairs.forEach(([a, b], p) => {
          const slope = dy[row * outputs + width + p]!;
          const [left, right] = [(row * vectors + a) * width, (row * vectors + b) * width];
          for (let i = 0; i < width; i++) {
            slopes[left + i]! += slope * all[right + i]!;
            slopes[right + i]! += slope * all[left + i]!;
          }
        });
        for (let i = 0; i < width; i++) {
          bottomSlope[row * width + i] = slopes[row * vectors * width + i]! + dy[row * outputs + i]!;
        }
      }
      bottom.backward(bottomSlope, false);
      own.forEach(({ gradient }, t) => {
        gradient.fill(0);
        for (let row = 0; row < rows; row++) {
          const [to, from] = [seen[row * inputs + numeric + t]! * width, (row * vectors + t + 1) * width];
          for (let i = 0; i < width; i++) gradient[to + i]! += slopes[from + i]!;
        }
      });
      return dx.fill(0);
    },
    write(input, network) {
      const numbers = column(network, `${name}.numbers`, input, [0, numeric]);
      const vector = bottom.write(numbers, network);
      const found = own.map((table, t) =>
        lookUp(network, `${name}.entry${t + 1}`, input, numeric + t, table),
      );
      const stacked = [vector, ...found].map((each, i) =>
        withList(network, `${name}.row${i}`, 'Unsqueeze', each, [1]),
      );
      const matrix = writeNode(network, `${name}.vectors`, 'Concat', stacked, { axis: 1 });
      const turned = writeNode(network, `${name}.turned`, 'Transpose', [matrix], { perm: [0, 2, 1] });
      const products = writeNode(network, `${name}.products`, 'MatMul', [matrix, turned]);
      const flat = writeNode(network, `${name}.flat`, 'Flatten', [products]);
      const places = pairs.map(([a, b]) => a * vectors + b);
      const chosen = withList(network, `${name}.pairs`, 'Gather', flat, places, { axis: 1 });
      return writeNode(network, name, 'Concat', [vector, chosen], { axis: 1 });
    },
  };
}

/** Fully connected layers with ReLU; the last has the plain name. */
function bottomLayers(place: Place, numeric: number, sizes: readonly number[]): Layer {
  const layers = sizes.flatMap((outputs, i): readonly Layer[] => {
    const number = i === sizes.length - 1 ? '' : String(i + 1);
    const shape = [sizes[i - 1] ?? numeric];
    return [
      dense({ ...place, shape, name: `${place.name}.bottom${number}` }, outputs),
      relu({ ...place, shape: [outputs], name: `${place.name}.relu${number}` }),
    ];
  });
  return chain(layers, [numeric]);
}

/** All pairs a < b of so many vectors. */
function pairsOf(vectors: number): [number, number][] {
  return Array.from({ length: vectors }, (_, b) =>
    Array.from({ length: b }, (_, a): [number, number] => [a, b]),
  ).flat();
}

/** The vectors of a table that a column of the input names. */
function lookUp(network: Draft, name: string, input: string, at: number, table: Parameter): string {
  const entry = column(network, `${name}.column`, input, [at, at + 1]);
  const flat = withList(network, `${name}.flat`, 'Squeeze', entry, [1]);
  const index = writeNode(network, `${name}.index`, 'Cast', [flat], { to: 7 });
  return writeNode(network, name, 'Gather', [writeParameter(network, table), index], { axis: 0 });
}

function column(network: Draft, name: string, input: string, [from, to]: readonly [number, number]): string {
  const bounds = Object.entries({ from, to, axis: 1 }).map(([key, value]) =>
    writeList(network, `${name}.${key}`, [value]),
  );
  return writeNode(network, name, 'Slice', [input, ...bounds]);
}

function withList(
  network: Draft,
  name: string,
  op: string,
  input: string,
  numbers: readonly number[],
  attributes: Readonly<Record<string, number>> = {},
): string {
  return writeNode(network, name, op, [input, writeList(network, `${name}.list`, numbers)], attributes);
}

function writeList(network: Draft, name: string, numbers: readonly number[]): string {
  network.initialisers.set(name, {
    type: 'int64',
    dims: [numbers.length],
    data: BigInt64Array.from(numbers, BigInt),
  });
  return name;
}
