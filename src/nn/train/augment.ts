import type { Random } from '../../base/index.js';
import type { Floats } from './kernel/space.js';
import type { Images } from '../data/images.js';

/** How far training images are moved at random, each amount even between −limit and +limit. */
export interface Augmentation {
  /** pixels, in both directions */
  readonly shift: number;
  readonly rotateDegrees: number;
  /** 0.1: from 0.9 to 1.1 times as large, each axis on its own */
  readonly stretch: number;
}

/**
 * Image `at` (bytes 0 … 255 as numbers) turned, stretched and shifted at random about its middle, with bilinear
 * interpolation; outside of the image is 0. Written to `out` at `to`; one channel.
 */
export function augmented(
  images: Images,
  at: number,
  limits: Augmentation,
  source: Random,
  out: Floats,
  to: number,
): void {
  const [, height, width] = images.shape;
  const pixels = images.pixels.subarray(at * height * width, (at + 1) * height * width);
  const within = (limit: number): number => limit * (2 * source.unit() - 1);
  const angle = within((limits.rotateDegrees * Math.PI) / 180);
  const [sx, sy] = [1 + within(limits.stretch), 1 + within(limits.stretch)];
  const [dx, dy] = [within(limits.shift), within(limits.shift)];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [x - middleX - dx, y - middleY - dy];
      const fromX = (cos * u + sin * v) / sx + middleX;
      const fromY = (cos * v - sin * u) / sy + middleY;
      out[to + y * width + x] = bilinear(pixels, width, height, fromX, fromY);
    }
  }
}

function bilinear(pixels: Uint8Array, width: number, height: number, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, down] = [x - left, y - top];
  const at = (px: number, py: number): number =>
    px < 0 || py < 0 || px >= width || py >= height ? 0 : pixels[py * width + px]!;
  const upper = (1 - right) * at(left, top) + right * at(left + 1, top);
  const lower = (1 - right) * at(left, top + 1) + right * at(left + 1, top + 1);
  return (1 - down) * upper + down * lower;
}
