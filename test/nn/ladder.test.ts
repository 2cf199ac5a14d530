import { expect, test } from 'vitest';
import { random } from '../../src/base/index.js';
import {
  codeValues,
  decodeWeights,
  encodeWeights,
  ladder,
  ladderNames,
  type CodedTensor,
  type LadderName,
} from '../../src/nn/index.js';

function weights(seed: number, size = 400, scale = 0.2): Float32Array {
  const source = random(seed);
  return Float32Array.from({ length: size }, () => scale * source.normal() + 0.05);
}

function coded(name: LadderName, bits: number, ...tensors: Float32Array[]): CodedTensor[] {
  return encodeWeights(tensors, ladder[name], bits);
}

/** Weights whose x / D is as given, between the ends −1 and 1. */
function atSteps(bits: number, ...steps: readonly number[]): Float32Array {
  const step = 1.001 / (2 ** (bits - 1) - 1);
  return Float32Array.of(-1, 1, ...steps.map((each) => each * step));
}

test('codes of four bits are those of the definition', () => {
  // Ends −1 and 1, D = 1.001 / 7: x / D of the ends is ±6.993.
  const tensor = atSteps(4, 0, 1.25, -1.25, 1.75, -1.75);
  const codes = (name: LadderName): number[] => [...coded(name, 4, tensor)[0]!.codes];
  expect(codes('rquant')).toEqual([1, 15, 8, 9, 7, 10, 6]);
  expect(codes('unsigned')).toEqual([1, 14, 8, 9, 6, 9, 6]);
  expect(codes('asymmetric')).toEqual([10, 6, 0, 1, 15, 1, 15]);
  expect(codes('layer')).toEqual(codes('asymmetric'));
});

test('ties go to the even code', () => {
  // Of whole weights from 0 to 508,000, (255,001 + 2,002 k) lies in the middle between codes k and k + 1: most of
  // them also in float64.
  const tensor = Float32Array.of(
    0,
    508_000,
    ...Array.from({ length: 253 }, (_, i) => 255_001 + 2002 * (i - 127)),
  );
  const positions = Array.from(tensor, (w) => ((2 * w) / 508_000 - 1) / (1.001 / 127) + 128);
  const ties = positions.flatMap((position, i) => (position % 1 === 0.5 ? [i] : []));
  expect(ties.length).toBeGreaterThan(50);
  const nearest = coded('rquant', 8, tensor)[0]!.codes;
  const truncated = coded('unsigned', 8, tensor)[0]!.codes;
  for (const i of ties) {
    const below = Math.floor(positions[i]!);
    expect(nearest[i]).toBe(below % 2 === 0 ? below : below + 1);
    expect(truncated[i]).toBe(below);
  }
});

test.each(ladderNames)('%s: decoding is near, and codes have their width', (name) => {
  for (const bits of [2, 3, 4, 8, 12, 16]) {
    const tensors = [weights(bits), weights(bits + 50, 300, 0.02)];
    for (const [i, tensor] of coded(name, bits, ...tensors).entries()) {
      const back = decodeWeights(tensor);
      const step = (tensor.high - tensor.low) / (2 ** bits - 2);
      const within = ladder[name].rounding === 'truncate' ? 1.002 : 0.502;
      back.forEach((value, k) =>
        expect(Math.abs(value - tensors[i]![k]!)).toBeLessThan(within * step + 1e-7),
      );
      expect(tensor.codes.every((code) => code < 2 ** bits)).toBe(true);
      expect(tensor.codes).toBeInstanceOf(bits <= 8 ? Uint8Array : Uint16Array);
    }
  }
});

test('with rounding, decoded weights have the same codes again', () => {
  for (const bits of [2, 3, 4, 8, 12]) {
    const [tensor] = coded('rquant', bits, weights(bits));
    const [again] = coded('rquant', bits, decodeWeights(tensor!));
    expect(again!.codes).toEqual(tensor!.codes);
  }
});

test('each step of the ladder changes what it says', () => {
  const [wide, narrow] = [weights(1), weights(2, 400, 0.02)];
  const ends = (name: LadderName): number[][] =>
    coded(name, 8, wide, narrow).map(({ low, high }) => [low, high]);
  const greatest = (...tensors: Float32Array[]): number =>
    Math.max(...tensors.flatMap((tensor) => [...tensor.map(Math.abs)]));
  expect(ends('normal')).toEqual(Array(2).fill([-greatest(wide), greatest(wide)]));
  expect(ends('layer')).toEqual([wide, narrow].map((each) => [-greatest(each), greatest(each)]));
  expect(ends('asymmetric')).toEqual([wide, narrow].map((each) => [Math.min(...each), Math.max(...each)]));
  const [signed] = coded('asymmetric', 8, wide);
  const [unsigned] = coded('unsigned', 8, wide);
  // Truncation towards zero is towards the middle for signed codes and downwards for unsigned ones.
  signed!.codes.forEach((code, i) => {
    const q = code >= 128 ? code - 256 : code;
    expect([q, q - 1]).toContain(unsigned!.codes[i]! - 128);
    if (q > 0) expect(unsigned!.codes[i]).toBe(q + 128);
  });
});

test('every code stands for a weight between the ends, also those that a memory makes up', () => {
  for (const name of ladderNames) {
    const [tensor] = coded(name, 4, weights(3));
    const values = codeValues(tensor!);
    expect(values).toHaveLength(16);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(Math.fround(tensor!.low));
    expect(Math.max(...values)).toBeLessThanOrEqual(Math.fround(tensor!.high));
    const flipped = tensor!.codes.map((code) => code ^ 8);
    decodeWeights(tensor!, flipped).forEach((value, i) => expect(value).toBe(values[flipped[i]!]));
  }
});

test('a flip of the top bit moves a signed code by half of the range and wraps it', () => {
  const [tensor] = coded('layer', 8, Float32Array.of(-1, 1, 0.01));
  expect(decodeWeights(tensor!, Uint8Array.of(0x80))[0]).toBe(-1);
  expect(decodeWeights(tensor!, Uint8Array.of(0x7f))[0]).toBe(1);
});

test('clamping, equal weights and no weights', () => {
  const clamped = encodeWeights([weights(4)], ladder.rquant, 8, 0.1)[0]!;
  expect([clamped.low, clamped.high]).toEqual([-0.1, 0.1]);
  expect(Math.max(...decodeWeights(clamped))).toBeCloseTo(0.1, 6);
  const [same, none] = coded('rquant', 8, new Float32Array(3).fill(0.25), new Float32Array(0));
  expect([...decodeWeights(same!)]).toEqual([0.25, 0.25, 0.25]);
  expect(none!.codes).toHaveLength(0);
  expect(() => coded('rquant', 1, weights(5))).toThrow('1 bits');
});
