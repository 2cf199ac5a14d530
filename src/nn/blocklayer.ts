import { intoBlocks, type BlockLayer, type Blocks } from './blocks.js';
import { exactSums, type DotEngine, type DotSession } from './engine.js';
import type { LayerPass } from './forward.js';
import { asNumbers, imagesOf, type Activation } from './layout.js';
import { beatsOf } from './beats.js';
import { eachRun, tilePositions, tiles, type Tile } from './products.js';

type Sums = Int32Array | Float64Array;

/** A layer in blocks on a datapath, for all images of its input. Its result is numbers. */
export function runBlockLayer(layer: BlockLayer, input: Activation, engine: DotEngine): LayerPass {
  const images = imagesOf(input);
  const numbers = asNumbers(input);
  const { geometry: g, depth } = layer;
  const planes = new Float32Array(g.groups * g.columns * g.positions * images);
  let [overflows, clipped] = [0, 0];
  eachColumn(layer, engine, numbers, images, (sums, tile, column, blocks, session) => {
    const count = tile.positions * images;
    if (column === 0) clipped += blocks.saturated;
    overflows += overflowsOf(engine, session, sums, count, depth);
    const global = tile.group * g.columns + column;
    const factor = engine.unit * (blocks.factors?.[0] ?? 1) * layer.weightFactors[global]!;
    eachRun(g, tile, column, images, (at, from, length) => {
      for (let i = 0; i < length; i++)
        planes[at + i] = bounded(sums[from + i]! * factor + layer.bias[global]!, layer);
    });
  });
  return {
    ...{ layer, engine, images, overflows, saturated: 0, clipped },
    result: { kind: 'numbers', planes, dims: [images, ...g.results] },
    bits: {
      activations: bitsOf(engine.activations, engine.block),
      weights: bitsOf(engine.weights, engine.block),
    },
    roundings: ['activations to blocks of the ports’ formats', 'sum · scales + bias to float32'],
    products: () => productsOf(layer, engine, numbers),
  };
}

function bounded(x: number, { relu, most }: BlockLayer): number {
  return relu && x < 0 ? 0 : x > most ? most : x;
}

/** Bits of an element with its share of the block's scale. */
function bitsOf({ element, scale }: DotEngine['activations'], block: number): number {
  const width = (format: typeof element): number =>
    format.kind === 'fixed' ? format.width : format.exponent + format.mantissa + (format.signed ? 1 : 0);
  return width(element) + (scale ? width(scale) / block : 0);
}

function eachColumn(
  layer: BlockLayer,
  engine: DotEngine,
  numbers: Float32Array,
  images: number,
  take: (sums: Sums, tile: Tile, column: number, blocks: Blocks, session: DotSession) => void,
): void {
  const { geometry: g, depth } = layer;
  const session = engine.open(depth, tilePositions(g, images) * images, false);
  const perRow = Math.ceil(depth / engine.block);
  for (const tile of tiles(g, images)) {
    const blocks = tileBlocks(layer, numbers, images, tile);
    fill(session.activations, session.stride, blocks.codes, depth);
    if (session.activationScales) fill(session.activationScales, session.stride, blocks.scales!, perRow);
    for (let column = 0; column < g.columns; column++) {
      const at = tile.group * g.columns + column;
      session.weights.set(layer.weights.subarray(at * depth, (at + 1) * depth));
      session.weightScales?.set(layer.weightScales!.subarray(at * perRow, (at + 1) * perRow));
      take(session.run(), tile, column, blocks, session);
    }
  }
}

/** What the positions of a tile read, in blocks: a row for each stream. */
function tileBlocks(layer: BlockLayer, numbers: Float32Array, images: number, tile: Tile): Blocks {
  const { depth, reach, options } = layer;
  const { reads, groupStep } = layer.geometry;
  const streams = tile.positions * images;
  // A last row with the greatest number of calibration fixes the factor, whatever the batch.
  const rows = new Float32Array((streams + 1) * depth);
  rows[streams * depth] = reach;
  for (let p = 0; p < tile.positions; p++) {
    for (let k = 0; k < depth; k++) {
      const from = reads[(tile.position + p) * depth + k]!;
      if (from < 0) continue;
      const at = (from + tile.group * groupStep) * images;
      for (let n = 0; n < images; n++) {
        const x = numbers[at + n]!;
        rows[(p * images + n) * depth + k] = x > reach ? reach : x < -reach ? -reach : x;
      }
    }
  }
  const made = intoBlocks(rows, depth, options.activations, options, 'all');
  if (!made.ok) throw new Error(made.diagnostics[0]!.message);
  return made.value;
}

/** From a row a stream to [element][stream]; rows beyond the buffer's streams are left out. */
function fill(to: DotSession['activations'], stride: number, codes: Int32Array, width: number): void {
  const streams = Math.min(stride, codes.length / width - 1);
  for (let k = 0; k < width; k++)
    for (let s = 0; s < streams; s++) to[k * stride + s] = codes[s * width + k]!;
}

/** Sums that are not finite, or that lie further from the exact ones than roundings of scales can bring them: wrapped. */
function overflowsOf(
  engine: DotEngine,
  session: DotSession,
  sums: Sums,
  count: number,
  depth: number,
): number {
  let overflows = 0;
  if (engine.sumBits === undefined) {
    for (let i = 0; i < count; i++) if (!Number.isFinite(sums[i]!)) overflows++;
    return overflows;
  }
  const { activationScales, weightScales, activations, weights, stride } = session;
  if (!activationScales) {
    const due = exactSums(activations, weights, depth, count, stride, false);
    for (let i = 0; i < count; i++) if (sums[i]! * engine.unit !== due[i]) overflows++;
    return overflows;
  }
  const half = 2 ** (engine.sumBits - 1) * engine.unit;
  const due = new Float64Array(count);
  for (let k = 0; k < depth; k++) {
    const block = Math.floor(k / engine.block);
    const weight = weights[k]! * weightScales![block]!;
    for (let i = 0; weight !== 0 && i < count; i++)
      due[i]! += activations[k * stride + i]! * activationScales[block * stride + i]! * weight;
  }
  for (let i = 0; i < count; i++) if (Math.abs(sums[i]! * engine.unit - due[i]!) > half) overflows++;
  return overflows;
}

/** The inner products of a layer for one image. */
function productsOf(
  layer: BlockLayer,
  engine: DotEngine,
  numbers: Float32Array,
): ReturnType<LayerPass['products']> {
  const { geometry: g, depth } = layer;
  const [sums, rows] = [new Float64Array(g.groups * g.positions * g.columns), new Map<number, Blocks>()];
  eachColumn(layer, engine, numbers, 1, (found, tile, column, blocks) => {
    for (let p = 0; p < tile.positions; p++) {
      sums[(tile.group * g.positions + tile.position + p) * g.columns + column] = found[p]!;
      rows.set(tile.group * g.positions + tile.position + p, row(blocks, p, depth, engine.block));
    }
  });
  const weights = { codes: layer.weights, scales: layer.weightScales, factors: undefined, saturated: 0 };
  return {
    sum: (group, position, column) => sums[(group * g.positions + position) * g.columns + column]!,
    beats: (group, position, column) => {
      const a = rows.get(group * g.positions + position)!;
      const w = row(weights, group * g.columns + column, depth, engine.block);
      return beatsOf(a.codes, w.codes, engine, a.scales, w.scales);
    },
  };
}

function row(
  { codes, scales, factors, saturated }: Blocks,
  index: number,
  depth: number,
  block: number,
): Blocks {
  const perRow = Math.ceil(depth / block);
  return {
    codes: codes.slice(index * depth, (index + 1) * depth),
    scales: scales?.slice(index * perRow, (index + 1) * perRow),
    factors,
    saturated,
  };
}
