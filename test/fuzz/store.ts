import type { Design } from '../../src/ir/index.js';

/** A design that once failed, as it is kept in test/crashers. */
export interface Crasher {
  /** What failed, and why. */
  readonly about: string;
  /** Of the words that it is run with. */
  readonly seed: number;
  readonly design: Design;
}

/** As JSON; bigints are written as text that ends in `n`. */
export function writeCrasher(crasher: Crasher): string {
  const text = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value);
  return JSON.stringify(crasher, text, 1) + '\n';
}

export function readCrasher(text: string): Crasher {
  const value = (_: string, given: unknown): unknown =>
    typeof given === 'string' && /^-?\d+n$/.test(given) ? BigInt(given.slice(0, -1)) : given;
  return JSON.parse(text, value) as Crasher;
}
