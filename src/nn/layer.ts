import { beatsOf } from './beats.js';
import { codeArray, type Codes } from './codes.js';
import { leastCode, mostCode, type Coding } from './coding.js';
import { exactSums, type DotEngine, type DotSession } from './engine.js';
import type { LayerPass, Watch } from './forward.js';
import type { Geometry } from './geometry.js';
import { asCodes, imagesOf, type Activation } from './layout.js';
import { eachRun, fillRight, fillTile, tilePositions, tiles, type Tile } from './products.js';
import type { QuantisedLayer } from './quantised-layer.js';
import { requantise } from './requantise.js';

type Sums = Int32Array | Float64Array;

/** A layer of inner products in integers on a datapath, for all images of its input. */
export function runLayer(
  layer: QuantisedLayer,
  input: Activation,
  right: Activation | undefined,
  engine: DotEngine,
  { read = (_, codes) => codes, sums: change }: Pick<Watch, 'read' | 'sums'> = {},
): LayerPass {
  const images = imagesOf(input);
  const left = asCodes(input, layer.coding);
  const other = right && asCodes(right, layer.rightCoding!);
  const planes = read(layer, left.planes, images, 'left');
  const rightPlanes = other && read(layer, other.planes, images, 'right');
  const out = results(layer, images);
  let overflows = 0;
  eachColumn(layer, engine, planes, rightPlanes, images, (sums, tile, column, session) => {
    overflows += overflowsOf(layer, engine, session, sums, tile.positions * images);
    change?.(layer, { ...tile, column, images, sums, session });
    const global = layer.right === undefined ? tile.group * layer.geometry.columns + column : column;
    out.take(sums, tile, column, global);
  });
  return {
    ...{ layer, engine, images, overflows },
    result: out.result(),
    saturated: out.saturated(),
    clipped: clippedOf(input, left) + (right ? clippedOf(right, other!) : 0),
    bits: { activations: layer.coding.bits, weights: layer.weightBits },
    roundings: roundingsOf(layer),
    products: () => productsOf(layer, engine, planes, rightPlanes),
  };
}

function roundingsOf({ result }: QuantisedLayer): string[] {
  if (result.kind === 'numbers') return ['(acc + bias) · scales to float32'];
  const { to, multiplierBits, shift } = result.requantisation;
  return [`(acc + bias) · ${multiplierBits}-bit multiplier / 2^${shift} to ${to.bits} bits, nearest even`];
}

function clippedOf(from: Activation, codes: Activation & { readonly kind: 'codes' }): number {
  return from.kind === 'codes' ? 0 : codes.saturated;
}

/** Calls with the sums of each column of each tile: tiles in order, in each its columns. */
function eachColumn(
  layer: QuantisedLayer,
  engine: DotEngine,
  planes: Codes,
  right: Codes | undefined,
  images: number,
  take: (sums: Sums, tile: Tile, column: number, session: DotSession) => void,
): void {
  const { geometry: g, depth } = layer;
  const session = engine.open(depth, tilePositions(g, images) * images, right !== undefined);
  for (const tile of tiles(g, images)) {
    fillTile(session.activations, session.stride, planes, images, g, tile, layer.coding.zero);
    for (let column = 0; column < g.columns; column++) {
      if (right) fillRight(session.weights, session.stride, right, images, g, tile, column);
      else session.weights.set(weightsOf(layer, g, tile.group, column));
      take(session.run(), tile, column, session);
    }
  }
}

/** The weights of a column of a group. */
function weightsOf({ weights, depth }: QuantisedLayer, g: Geometry, group: number, column: number): Codes {
  const at = (group * g.columns + column) * depth;
  return weights.subarray(at, at + depth);
}

/** How many of the sums are not the exact ones: none where the accumulator holds whatever can come. */
function overflowsOf(
  layer: QuantisedLayer,
  engine: DotEngine,
  session: DotSession,
  sums: Sums,
  count: number,
): number {
  if (engine.sumBits === undefined) return 0;
  const own = layer.right !== undefined;
  const { depth } = layer;
  const most = greatest(layer.coding);
  const weights = own ? depth * greatest(layer.rightCoding!) : sumOfMagnitudes(session.weights, depth);
  if (most * weights < 2 ** (engine.sumBits - 1)) return 0;
  const due = exactSums(session.activations, session.weights, depth, count, session.stride, own);
  let overflows = 0;
  for (let i = 0; i < count; i++) if (sums[i] !== due[i]) overflows++;
  return overflows;
}

function greatest(coding: Coding): number {
  return Math.max(mostCode(coding), -leastCode(coding));
}

function sumOfMagnitudes(weights: ArrayLike<number>, depth: number): number {
  let sum = 0;
  for (let k = 0; k < depth; k++) sum += Math.abs(weights[k]!);
  return sum;
}

/** What becomes of the sums: codes, or numbers. */
interface Results {
  readonly take: (sums: Sums, tile: Tile, column: number, global: number) => void;
  readonly result: () => Activation;
  readonly saturated: () => number;
}

function results(layer: QuantisedLayer, images: number): Results {
  const { geometry: g, result } = layer;
  const dims = [images, ...g.results];
  const size = dims.reduce((product, n) => product * n, 1);
  if (result.kind === 'numbers') {
    const planes = new Float32Array(size);
    return {
      take(sums, tile, column, global) {
        eachRun(g, tile, column, images, (at, from, count) =>
          toNumbers(layer, sums, from, count, global, planes, at),
        );
      },
      result: () => ({ kind: 'numbers', planes, dims }),
      saturated: () => 0,
    };
  }
  const { requantisation: by } = result;
  const planes = codeArray(by.to.bits, size, by.to.signed);
  let saturated = 0;
  return {
    take(sums, tile, column, global) {
      eachRun(g, tile, column, images, (at, from, count) => {
        saturated += requantise(from === 0 ? sums : sums.subarray(from), count, by, global, planes, at);
      });
    },
    result: () => ({ kind: 'codes', planes, dims, coding: by.to, saturated: 0 }),
    saturated: () => saturated,
  };
}

/** (acc + bias) · input scale · weight scale, then the bounds: in doubles, rounded to float32. */
function toNumbers(
  layer: QuantisedLayer,
  sums: Sums,
  from: number,
  count: number,
  column: number,
  planes: Float32Array,
  at: number,
): void {
  const bias = layer.bias[column]!;
  const [inputScale, weightScale] = [layer.coding.scale, layer.weightScales[column]!];
  const [least, most] = [layer.relu ? 0 : -Infinity, layer.most];
  for (let i = 0; i < count; i++) {
    const x = (sums[from + i]! + bias) * inputScale * weightScale;
    planes[at + i] = x < least ? least : x > most ? most : x;
  }
}

/** The inner products of a layer for one image. */
function productsOf(
  layer: QuantisedLayer,
  engine: DotEngine,
  planes: Codes,
  rightPlanes: Codes | undefined,
): ReturnType<LayerPass['products']> {
  const { geometry: g, depth } = layer;
  const sums = new Float64Array(g.groups * g.positions * g.columns);
  eachColumn(layer, engine, planes, rightPlanes, 1, (found, tile, column) => {
    for (let p = 0; p < tile.positions; p++)
      sums[(tile.group * g.positions + tile.position + p) * g.columns + column] = found[p]!;
  });
  const terms = (codes: Codes, reads: Int32Array, line: number, offset: number, zero: number): number[] =>
    Array.from({ length: depth }, (_, k) => {
      const from = reads[line * depth + k]!;
      return from < 0 ? zero : codes[from + offset]!;
    });
  return {
    sum: (group, position, column) => sums[(group * g.positions + position) * g.columns + column]!,
    beats: (group, position, column) => {
      const a = terms(planes, g.reads, position, group * g.groupStep, layer.coding.zero);
      const w = rightPlanes
        ? terms(rightPlanes, g.right!.reads, column, group * g.right!.groupStep, 0)
        : weightsOf(layer, g, group, column);
      return beatsOf(a, w, engine);
    },
  };
}
