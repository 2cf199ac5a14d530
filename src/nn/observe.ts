import type { Range } from './coding.js';

/** Bins of a histogram to each side of 0. */
const half = 4096;

/** What was seen of a value: its ends, and how often numbers fell into bins of equal width around 0. */
export interface Observation extends Range {
  /** bins of `top` / half each, from −top to top; numbers on the border of two belong to the outer one */
  readonly counts: Float64Array;
  readonly top: number;
}

/** Collects observations while a network runs. */
export interface Observer {
  add(numbers: Float32Array): void;
  /** NaN ends if there was an infinite number or NaN among the numbers */
  observation(): Observation;
}

/** Bins grow by being joined two by two, so one run through the images is enough. */
export function observer(): Observer {
  let counts = new Float64Array(2 * half);
  let [least, most, top] = [Infinity, -Infinity, 0];
  let wild = false;
  return {
    add(numbers) {
      for (let i = 0; i < numbers.length; i++) {
        const x = numbers[i]!;
        if (x < least) least = x;
        if (x > most) most = x;
        if (x - x !== 0) wild = true;
      }
      const reach = Math.max(most, -least);
      if (wild || !(reach > 0)) return;
      if (top === 0) top = reach;
      for (; top < reach; top *= 2) counts = joined(counts);
      const per = half / top;
      for (let i = 0; i < numbers.length; i++) {
        const bin = half + place(numbers[i]! * per);
        counts[bin < 0 ? 0 : bin < 2 * half ? bin : 2 * half - 1]!++;
      }
    },
    observation: () => (wild ? { least: NaN, most: NaN, counts, top } : { least, most, counts, top }),
  };
}

/** The bin from 0 outwards: 0, 1, … above, −1, −2, … below. */
function place(x: number): number {
  return x < 0 ? -Math.floor(-x) - 1 : Math.floor(x);
}

function joined(counts: Float64Array): Float64Array<ArrayBuffer> {
  const wider = new Float64Array(2 * half);
  for (let i = 0; i < half / 2; i++) {
    wider[half + i] = counts[half + 2 * i]! + counts[half + 2 * i + 1]!;
    wider[half - 1 - i] = counts[half - 1 - 2 * i]! + counts[half - 2 - 2 * i]!;
  }
  return wider;
}

/** How many numbers have a magnitude in each bin from 0 to `top`. */
export function magnitudes({ counts }: Observation): Float64Array {
  return Float64Array.from({ length: half }, (_, i) => counts[half + i]! + counts[half - 1 - i]!);
}

/** An observation of which only the ends are known. */
export function observedRange(least: number, most: number): Observation {
  return { least, most, counts: new Float64Array(), top: 0 };
}
