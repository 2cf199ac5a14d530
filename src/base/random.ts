import { ones, wrap } from './words.js';

/** A seeded source of random numbers: the same seed gives the same sequence on every machine. */
export interface Random {
  /** A uniform integer in [0, 2^32). */
  uint32(): number;
  /** A uniform integer in [0, n); `n` from 1 to 2^32. */
  below(n: number): number;
  /** A uniform number in [0, 1) with 53 random bits. */
  unit(): number;
  /** A uniform word of `width` bits. */
  word(width: number): bigint;
  /** A sample of the standard normal distribution. */
  normal(): number;
}

/**
 * xoshiro128** (Blackman and Vigna, 2018), its state filled from the seed by splitmix32. Not for secrets.
 *
 * @param seed any safe integer
 */
export function random(seed: number): Random {
  const mix = splitmix32(seed);
  let s0 = mix();
  let s1 = mix();
  let s2 = mix();
  let s3 = mix();

  function uint32(): number {
    const result = Math.imul(rotate(Math.imul(s1, 5), 7), 9) >>> 0;
    const t = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = rotate(s3, 11);
    return result;
  }

  const unit = (): number => ((uint32() >>> 5) * 0x4000000 + (uint32() >>> 6)) / 2 ** 53;

  return {
    uint32,
    unit,
    below: (n) => Math.floor(unit() * n),
    word(width) {
      let word = 0n;
      for (let have = 0; have < width; have += 32) word = (word << 32n) | BigInt(uint32());
      return wrap(word, width);
    },
    normal: () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
  };
}

/**
 * A word of `width` bits that lies at a corner about half of the time: zero, all ones, only the top bit, all but
 * the top bit, a single bit, a run of ones, a small number of either sign. Otherwise uniform.
 */
export function cornered(source: Random, width: number): bigint {
  const top = 1n << BigInt(width - 1);
  switch (source.below(14)) {
    case 0:
      return 0n;
    case 1:
      return ones(width);
    case 2:
      return top;
    case 3:
      return top - 1n;
    case 4:
      return 1n << BigInt(source.below(width));
    case 5:
      return ones(source.below(width) + 1);
    case 6:
      return wrap(BigInt(source.below(5) - 2), width);
    default:
      return source.word(width);
  }
}

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

function splitmix32(seed: number): () => number {
  let state = (seed ^ Math.floor(seed / 2 ** 32)) | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
}
