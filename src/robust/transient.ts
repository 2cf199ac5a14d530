import { random } from '../base/index.js';
import { reads, type ChipFaults } from './faults.js';
import { bitsByAddress } from './hash.js';

/** A stream of random numbers beside those of `chipFaults` and `mapFaults`. */
const stream = 5;

/** The level at which `readFaulty` sees flips of one reading. */
export const everyLevel = 1;

/**
 * Bits that are wrong in one reading of a memory and right again in the next: each by itself with probability `rate`, drawn
 * anew for every reading of every chip. Which bits, depends on nothing but seed, chip, reading, rate and the number of
 * cells. Drawn as distances from one to the next, so that few flips take little time.
 */
export function readingFlips(
  cells: number,
  rate: number,
  seed: number,
  chip: number,
  reading: number,
): ChipFaults {
  const source = random(bitsByAddress(seed, chip, stream)(reading));
  const scale = 1 / Math.log1p(-rate);
  const distance = (): number => (rate >= 1 ? 0 : Math.floor(Math.log(1 - source.unit()) * scale));
  const found: number[] = [];
  if (rate > 0)
    for (let address = distance(); address < cells; address += 1 + distance()) found.push(address);
  return {
    addresses: Uint32Array.from(found),
    levels: new Float64Array(found.length),
    effects: new Uint8Array(found.length).fill(reads.other),
  };
}
