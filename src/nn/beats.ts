import type { DotEngine } from './engine.js';

/** Operands of one step of the datapath, `lanes` codes each; behind the end of an inner product they are 0. */
export interface Beat {
  readonly a: readonly number[];
  readonly w: readonly number[];
  /** codes of the scales, where the datapath has such */
  readonly aScales?: readonly number[];
  readonly wScales?: readonly number[];
}

/** The operands of an inner product, beat by beat. */
export function beatsOf(
  a: ArrayLike<number>,
  w: ArrayLike<number>,
  { lanes, block }: DotEngine,
  aScales?: ArrayLike<number>,
  wScales?: ArrayLike<number>,
): Beat[] {
  const part = (codes: ArrayLike<number>, beat: number, size: number): number[] =>
    Array.from({ length: size }, (_, i) => codes[beat * size + i] ?? 0);
  return Array.from({ length: Math.ceil(a.length / lanes) }, (_, beat) => ({
    a: part(a, beat, lanes),
    w: part(w, beat, lanes),
    ...(aScales && { aScales: part(aScales, beat, lanes / block) }),
    ...(wScales && { wScales: part(wScales, beat, lanes / block) }),
  }));
}
