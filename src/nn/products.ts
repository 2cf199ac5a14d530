import type { Codes } from './codes.js';
import type { Lane } from './engine.js';
import { resultPlace, type Geometry } from './geometry.js';

/** Streams that a datapath is given at once, where a layer has so many: their operands fit the second-level cache. */
const mostStreams = 4096;

/** Some positions of one group, laid out as streams: all images of a position side by side. */
export interface Tile {
  readonly group: number;
  /** the first position, and how many */
  readonly position: number;
  readonly positions: number;
}

/**
 * How many positions are laid out together.
 *
 * @param most streams
 */
export function tilePositions({ positions }: Geometry, images: number, most = mostStreams): number {
  return Math.max(1, Math.min(positions, Math.floor(most / images)));
}

/** The tiles of a layer in the order in which they run: groups, in each the positions. */
export function* tiles(g: Geometry, images: number, streams = mostStreams): Generator<Tile> {
  const most = tilePositions(g, images, streams);
  for (let group = 0; group < g.groups; group++) {
    for (let position = 0; position < g.positions; position += most)
      yield { group, position, positions: Math.min(most, g.positions - position) };
  }
}

/**
 * Lays out what the positions of a tile read: [term][position][image], padding as `zero`. Elements that lie side by
 * side are copied at once.
 */
export function fillTile(
  to: Lane | Float32Array,
  stride: number,
  planes: Codes | Float32Array,
  images: number,
  g: Geometry,
  { group, position, positions }: Tile,
  zero: number,
): void {
  const { reads, depth } = g;
  const base = group * g.groupStep;
  for (let k = 0; k < depth; k++) {
    const row = k * stride;
    for (let p = 0; p < positions;) {
      const at = (position + p) * depth + k;
      const from = reads[at]!;
      let run = 1;
      while (p + run < positions && reads[at + run * depth] === (from < 0 ? -1 : from + run)) run++;
      const [start, end] = [row + p * images, row + (p + run) * images];
      if (from < 0) to.fill(zero, start, end);
      else to.set(planes.subarray((base + from) * images, (base + from + run) * images), start);
      p += run;
    }
  }
}

/** Lays out one column of the right operand of a product of two values, the same for all positions of a tile. */
export function fillRight(
  to: Lane,
  stride: number,
  planes: Codes,
  images: number,
  g: Geometry,
  { group, positions }: Tile,
  column: number,
): void {
  const { reads, groupStep } = g.right!;
  for (let k = 0; k < g.depth; k++) {
    const from = (reads[column * g.depth + k]! + group * groupStep) * images;
    const own = planes.subarray(from, from + images);
    for (let p = 0; p < positions; p++) to.set(own, k * stride + p * images);
  }
}

/** Calls with the runs of results of a column of a tile that lie side by side: where they go, and from which sum. */
export function eachRun(
  g: Geometry,
  tile: Tile,
  column: number,
  images: number,
  put: (at: number, from: number, count: number) => void,
): void {
  const first = resultPlace(g, tile.group, column, tile.position) * images;
  if (g.positionStep === 1) return put(first, 0, tile.positions * images);
  const step = g.positionStep * images;
  for (let p = 0; p < tile.positions; p++) put(first + p * step, p * images, images);
}
