import { resultPlace } from '../geometry.js';
import { elements } from '../tensor.js';
import { leastFixed, mostFixed, type FixedFormat } from './format.js';
import type { FixedLayer } from './network.js';
import { exactProducts, narrowed } from './products.js';
import type { Coded } from './value.js';

/** What a layer did for a batch. */
export interface FixedPass {
  readonly layer: FixedLayer;
  readonly input: Coded;
  readonly right: Coded | undefined;
  readonly result: Coded;
  /** numbers that did not fit the format in which the layer reads them */
  readonly clipped: number;
}

/** The results of a layer: exact sums, rounded, saturated and held between the layer’s bounds. */
export function runLayer(layer: FixedLayer, input: Coded, right: Coded | undefined): Coded {
  const { geometry: g } = layer;
  const images = input.dims[0] ?? 1;
  const results = elements(g.results);
  const codes = new Int32Array(images * results);
  let saturated = 0;
  const apart = right ? images : 1;
  for (let group = 0; group < g.groups; group++)
    for (let image = 0; image < images; image += images / apart) {
      const together = images / apart;
      const rows = together * g.positions;
      const left = rowsOf(layer, input, image, together, group);
      const weights = right ? rightOf(layer, right, image, group) : weightsOf(layer, group);
      const sums = exactProducts(left, weights, rows, g.columns, layer.depth, layer.to.bits);
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < g.columns; column++) {
          const bias = right ? 0n : layer.biasCodes[group * g.columns + column]!;
          const code = narrowed(sums[row * g.columns + column]!, bias, layer.shift);
          const place = resultPlace(g, group, column, row % g.positions);
          if (outside(code, layer)) saturated++;
          codes[(image + Math.floor(row / g.positions)) * results + place] = clamp(code, layer);
        }
    }
  return { kind: 'codes', dims: [images, ...g.results], codes, format: layer.to, saturated };
}

interface Bounded {
  readonly low: number;
  readonly high: number;
  readonly to: FixedFormat;
}

/** Whether a result is lost to its width, and not to a bound behind it. */
export function outside(code: number, { low, high, to }: Bounded): boolean {
  return (code > high && high === mostFixed(to)) || (code < low && low === leastFixed(to));
}

/** A result between its bounds. */
export function clamp(code: number, { low, high }: Pick<Bounded, 'low' | 'high'>): number {
  return code < low ? low : code > high ? high : code;
}

/** The operands that a layer’s positions read of images, a row for each position. */
function rowsOf(
  { geometry: g, depth }: FixedLayer,
  { codes, dims }: Coded,
  image: number,
  images: number,
  group: number,
): Float64Array {
  const size = elements(dims.slice(1));
  const rows = new Float64Array(images * g.positions * depth);
  for (let i = 0, at = 0; i < images; i++) {
    const base = (image + i) * size + group * g.groupStep;
    for (let k = 0; k < g.positions * depth; k++, at++) {
      const from = g.reads[k]!;
      rows[at] = from < 0 ? 0 : codes[base + from]!;
    }
  }
  return rows;
}

function weightsOf({ codes, geometry: { columns }, depth }: FixedLayer, group: number): Float64Array {
  return codes.subarray(group * columns * depth, (group + 1) * columns * depth);
}

/** The right operand of a product of two values of an image, a row for each column. */
function rightOf(
  { geometry: { right } }: FixedLayer,
  { codes, dims }: Coded,
  image: number,
  group: number,
): Float64Array {
  const base = image * elements(dims.slice(1)) + group * right!.groupStep;
  return Float64Array.from(right!.reads, (from) => codes[base + from]!);
}

/** What one result of a layer is made of, and its place among those of its image. */
export function operandsOf(
  { layer, input, right }: FixedPass,
  image: number,
  { group, position, column }: { readonly group: number; readonly position: number; readonly column: number },
): {
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly bias: bigint;
  readonly place: number;
} {
  const { depth, geometry } = layer;
  const all = right ? rightOf(layer, right, image, group) : weightsOf(layer, group);
  const rows = rowsOf(layer, input, image, 1, group);
  return {
    a: rows.subarray(position * depth, (position + 1) * depth),
    b: all.subarray(column * depth, (column + 1) * depth),
    bias: right ? 0n : layer.biasCodes[group * geometry.columns + column]!,
    place: resultPlace(geometry, group, column, position),
  };
}
