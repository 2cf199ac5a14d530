import type { Arguments } from '../../builder/index.js';
import { fixed, floats, fp, int, roundings, uint, type Float } from '../../format/index.js';

/** Parameters to try: the formats that there are, both sorts of sums, and formats so small that every input can be tried. */
export const samples: readonly Arguments[] = made();

function made(): Arguments[] {
  const { fp4_e2m1, fp6_e2m3, fp6_e3m2, fp8_e4m3, fp8_e5m2, ue4m3, fp16, bf16 } = floats as Record<
    string,
    Float
  >;
  const nvfp4 = { block: 16, a_scale: ue4m3!, b_scale: ue4m3! };
  // Formats so small that every input can be tried.
  const tiny = {
    block: 1,
    b: uint(1),
    a_scale: fp(2, 0, { signed: false, specials: 'nan', lowest: 'normal' }),
    b_scale: fp(1, 0, { signed: false, specials: 'finite', lowest: 'normal' }),
  };
  return [
    {},
    { length: 16, block: 8, a: fp8_e4m3!, b: fp8_e4m3! },
    { length: 6, block: 3, a: fp8_e5m2!, b: fp8_e5m2! },
    { length: 4, block: 2, a: fp8_e5m2!, b: fp4_e2m1!, b_scale: ue4m3!, mode: 'toward_zero' },
    { length: 9, block: 3, a: fp6_e3m2!, b: fp6_e2m3!, to: fixed(32, 32) },
    { ...nvfp4, length: 32 },
    { ...nvfp4, length: 48, to: fixed(22, 22) },
    { length: 16, block: 8, a: fixed(2, 6), b: fixed(2, 6) },
    { length: 5, block: 1, a: fixed(2, 6), b: fp8_e4m3!, to: fixed(12, 20), mode: 'down' },
    { length: 2, block: 1, a: fp8_e5m2!, b: fp8_e4m3!, to: bf16!, mode: 'up' },
    { length: 3, block: 1, a: fp6_e2m3!, b: int(6), b_scale: ue4m3!, to: fp16!, mode: 'nearest_away' },
    { ...tiny, length: 1, a: fp8_e4m3!, to: fp(3, 1, { specials: 'nan' }) },
    ...roundings.map((mode) => ({
      ...tiny,
      length: 2,
      a: fp(1, 1, { specials: 'finite' }),
      to: fp(3, 1),
      mode,
    })),
    ...(['nearest_even', 'down', 'up'] as const).map((mode) => ({
      ...tiny,
      length: 2,
      a: fp(1, 1),
      to: fixed(2, 1),
      mode,
    })),
  ];
}
