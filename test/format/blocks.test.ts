import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import {
  defaultPolicy,
  formatOf,
  numberDecoder,
  quantise,
  scalePolicies,
  type BlockFormat,
  type Numbers,
  type Quantised,
  type QuantiseOptions,
  type ScalePolicy,
} from '../../src/format/index.js';
import { scaled } from './reference.js';

function block(name: string): BlockFormat {
  const format = formatOf(name);
  if (!format.ok || format.value.kind !== 'block') throw new Error(name);
  return format.value;
}

function quantised(values: Numbers, name: string, options: QuantiseOptions = {}): Quantised {
  const format = formatOf(name);
  if (!format.ok) throw new Error(name);
  const made = quantise(values, format.value, options);
  if (!made.ok) throw new Error(made.diagnostics[0]!.message);
  return made.value;
}

/** All finite numbers of an element format, rising, without the least of two's complement. */
function numbersOf({ element }: BlockFormat): number[] {
  const decode = numberDecoder(element);
  const width = element.kind === 'fixed' ? element.width : 1 + element.exponent + element.mantissa;
  const all = Array.from({ length: 2 ** width }, (_, code) => decode(code)).filter(Number.isFinite);
  const sorted = [...new Set(all)].sort((a, b) => a - b);
  return element.kind === 'fixed' && element.signed ? sorted.slice(1) : sorted;
}

/** The element nearest to x / scale, by comparing products exactly; of two the one that is even as a code. */
function nearestElement(numbers: readonly number[], format: BlockFormat, x: number, scale: bigint): number {
  const target = scaled(x) << 400n;
  const distance = (n: number): bigint => {
    const d = scaled(n) * scale - target;
    return d < 0n ? -d : d;
  };
  let best = numbers[0]!;
  for (const n of numbers) {
    const difference = distance(n) - distance(best);
    if (difference < 0n || (difference === 0n && isEven(format, n))) best = n;
  }
  return best;
}

function isEven({ element }: BlockFormat, n: number): boolean {
  if (n === 0) return true;
  const unit =
    element.kind === 'fixed'
      ? 2 ** -element.fraction
      : 2 ** (Math.max(Math.floor(Math.log2(Math.abs(n))), 1 - element.bias) - element.mantissa);
  return (n / unit) % 2 === 0;
}

const microscaling = [
  'mxfp8_e4m3',
  'mxfp8_e5m2',
  'mxfp6_e2m3',
  'mxfp6_e3m2',
  'mxfp4',
  'mxint8',
  'mx(int(4), 32)',
];

function normals(length: number, seed: number): Float32Array {
  const source = random(seed);
  return Float32Array.from({ length }, (_, i) => source.normal() * 2 ** (8 * Math.sin(i / 32)));
}

/** The exponent of a block's scale, from the definitions by logarithms of exact powers. */
function exponentBy(policy: ScalePolicy, most: number, greatest: number): number {
  let floor = -1080;
  while (2 ** (floor + 1) <= most) floor++;
  let own = -1080;
  while (2 ** (own + 1) <= greatest) own++;
  if (policy === 'floor') return floor - own;
  if (policy === 'ceil') return floor - own + (2 ** floor < most ? 1 : 0);
  if (policy === 'round') return floor - own + (scaled(most) ** 2n > 2n * scaled(2 ** floor) ** 2n ? 1 : 0);
  let least = -200;
  while (greatest * 2 ** least < most) least++;
  return least;
}

describe.each(microscaling)('%s', (name) => {
  const format = block(name);
  const numbers = numbersOf(format);
  const greatest = numbers.at(-1)!;

  it.each(['floor', 'ceil', 'round', 'rceil'] as const)(
    '%s: scales and elements are as defined',
    (policy) => {
      const values = normals(17 * 32, 5);
      // The limits of the policies: powers of two, √2, the greatest element, and float32 numbers next to them.
      const limits = [
        1,
        1 + 2 ** -23,
        1.4142134,
        Math.SQRT2,
        1.45,
        1.5,
        greatest,
        greatest * (1 + 2 ** -23),
        0,
      ];
      limits.forEach((most, i) => {
        const part = values.slice(0, 32).map((x, k) => most * (k === i ? -1024 : x / 4));
        values.set(part, 32 * (8 + i));
      });
      const made = quantised(values, name, { policy });
      for (let b = 0; b < 17; b++) {
        const part = values.subarray(32 * b, 32 * b + 32);
        const most = part.reduce((max, x) => Math.max(max, Math.abs(x)), 0);
        const exponent = most === 0 ? -127 : exponentBy(policy, most, greatest);
        expect(made.scales![b]! - 127, `block ${b}`).toBe(exponent);
        part.forEach((x, i) => {
          const due = nearestElement(numbers, format, x, scaled(2 ** exponent));
          expect(made.values[32 * b + i]! + 0, `${x}`).toBe(due * 2 ** exponent + 0);
        });
      }
    },
  );

  it('rceil saturates nothing and is the least power of two that does not', () => {
    const values = normals(64 * 32, 6);
    expect(quantised(values, name, { policy: 'rceil' }).saturated).toBe(0);
    const { scales } = quantised(values, name, { policy: 'rceil' });
    scales!.forEach((code, b) => {
      const most = Math.max(...values.subarray(32 * b, 32 * b + 32).map(Math.abs));
      expect(most).toBeGreaterThan(greatest * 2 ** (code - 128));
    });
  });

  it('search has the least error of all scales', () => {
    const values = normals(5 * 32, 7);
    values[5] = 1e4;
    const made = quantised(values, name, { policy: 'search' });
    for (let b = 0; b < 5; b++) {
      const part = values.subarray(32 * b, 32 * b + 32);
      const errorAt = (exponent: number): number =>
        part.reduce((sum, x) => {
          const n = nearestElement(numbers, format, x, scaled(2 ** exponent));
          return sum + (x - n * 2 ** exponent) ** 2;
        }, 0);
      const chosen = made.scales![b]! - 127;
      const least = Math.min(...Array.from({ length: 11 }, (_, i) => errorAt(chosen + i - 6)));
      expect(errorAt(chosen)).toBe(least);
    }
  });
});

describe('scales', () => {
  it('policies differ, and the search is best', () => {
    const values = normals(256 * 32, 8);
    const sqnr = new Map(scalePolicies.map((policy) => [policy, quantised(values, 'mxfp4', { policy })]));
    const best = sqnr.get('search')!.sqnrDb!;
    for (const policy of ['floor', 'ceil', 'round', 'rceil'] as const) {
      expect(sqnr.get(policy)!.sqnrDb).toBeLessThan(best);
      expect(sqnr.get(policy)!.policy).toBe(policy);
    }
    expect(sqnr.get('floor')!.scales).not.toEqual(sqnr.get('round')!.scales);
    expect(sqnr.get('round')!.scales).not.toEqual(sqnr.get('ceil')!.scales);
    expect(defaultPolicy(block('mxfp4'))).toBe('floor');
  });

  it('stay within E8M0', () => {
    const tiny = quantised(Float64Array.of(2 ** -300, 0), 'mxfp4');
    expect([...tiny.scales!, ...tiny.codes]).toEqual([0, 0, 0]);
    expect(tiny.zeroed).toBe(1);
    const huge = quantised(Float64Array.of(2 ** 300, -1), 'mxfp4');
    expect([...huge.scales!, huge.codes[0]]).toEqual([254, 7]);
    expect(huge.saturated).toBe(1);
  });

  it('end with each row', () => {
    const values = normals(3 * 40, 9);
    const whole = quantised(values, 'mxfp8_e4m3', { columns: 40 });
    expect(whole.scales!.length).toBe(6);
    expect(whole.bitsPerElement).toBe(8 + (6 * 8) / 120);
    for (let row = 0; row < 3; row++) {
      const alone = quantised(values.slice(40 * row, 40 * row + 40), 'mxfp8_e4m3');
      expect(whole.codes.slice(40 * row, 40 * row + 40)).toEqual(alone.codes);
    }
  });

  it('ask for policies that the format has', () => {
    const values = normals(16, 1);
    const refused = (name: string, policy: QuantiseOptions['policy']): boolean => {
      const format = formatOf(name);
      return format.ok && !quantise(values, format.value, { policy: policy! }).ok;
    };
    expect(refused('fp16', 'floor')).toBe(true);
    expect(refused('mxfp4', 'max')).toBe(true);
    expect(refused('int(40)', 'none')).toBe(true);
    expect(refused('int(1)', 'max')).toBe(true);
    expect(refused('vsq(int(4), 16, uint(20))', 'search')).toBe(true);
    expect(refused('vsq(int(4), 16, uint(12))', 'search')).toBe(false);
  });
});

describe('nvfp4', () => {
  const format = block('nvfp4');
  const numbers = numbersOf(format);
  const ue4m3 = numberDecoder(format.scale);

  /** Steps as NVIDIA defines them, divisions by comparing exact products. */
  function check(values: Float32Array): Quantised {
    const made = quantised(values, 'nvfp4');
    const most = (part: Float32Array): number => part.reduce((max, x) => Math.max(max, Math.abs(x)), 0);
    const tensor = made.tensorScales![0]!;
    expect(tensor).toBe(Math.fround(most(values) / 2688));
    made.scales!.forEach((code, b) => {
      const part = values.subarray(16 * b, 16 * b + 16);
      const ideal = scaled(most(part)) << 400n;
      const distance = (c: number): bigint => {
        const d = scaled(ue4m3(c)) * scaled(6 * tensor) - ideal;
        return d < 0n ? -d : d;
      };
      for (let other = Math.max(0, code - 1); other <= Math.min(126, code + 1); other++) {
        const difference = distance(code) - distance(other);
        expect(difference < 0n || (difference === 0n && (code % 2 === 0 || code === other))).toBe(true);
      }
      const scale = ue4m3(code) * tensor;
      part.forEach((x, i) => {
        const due = scale === 0 ? 0 : nearestElement(numbers, format, x, scaled(scale)) * scale;
        expect(made.values[16 * b + i]! + 0).toBe(Math.fround(due) + 0);
      });
    });
    return made;
  }

  it('is as defined on random numbers', () => {
    const made = check(normals(16 * 40, 10));
    expect(made.bitsPerElement).toBe(4.5);
  });

  it('divides: ties and their neighbours, where a reciprocal rounds otherwise', () => {
    // The greatest magnitude sets the tensor scale t and the first block's scale of 448, so ties are middle · 448 · t.
    let reciprocalDiffers = 0;
    const middles = [0.25, 0.75, 1.25, 1.75, 2.5, 3.5, 5];
    const source = random(11);
    for (let trial = 0; trial < 60; trial++) {
      const most = Math.fround(1 + source.unit());
      const tensor = Math.fround(most / 2688);
      const scale = 448 * tensor;
      const values = new Float32Array(16);
      values[0] = most;
      middles.forEach((middle, i) => (values[1 + i] = middle * scale));
      middles.forEach((middle, i) => (values[8 + i] = -middle * scale * (1 + 2 ** -23)));
      const made = check(values);
      const reciprocal = Math.fround(1 / Math.fround(scale));
      values.forEach((x, i) => {
        const product = Math.fround(Math.abs(x) * reciprocal);
        const by = numbers.filter((n) => n >= 0);
        const near = by.reduce((a, n) => {
          const closer = Math.abs(n - product) - Math.abs(a - product);
          return closer < 0 || (closer === 0 && isEven(format, n)) ? n : a;
        });
        if (Math.fround(near * scale) !== Math.abs(made.values[i]!)) reciprocalDiffers++;
      });
    }
    expect(reciprocalDiffers).toBeGreaterThan(0);
  });

  it('searches all scales', () => {
    const values = normals(16 * 24, 12);
    const made = quantised(values, 'nvfp4', { policy: 'search' });
    for (let b = 0; b < 24; b++) {
      const part = values.subarray(16 * b, 16 * b + 16);
      const errorAt = (code: number): number => {
        const scale = ue4m3(code) * made.tensorScales![0]!;
        return part.reduce((sum, x) => {
          const value = code === 0 ? 0 : nearestElement(numbers, format, x, scaled(scale)) * scale;
          return sum + (x - value) ** 2;
        }, 0);
      };
      const least = Math.min(...Array.from({ length: 127 }, (_, code) => errorAt(code)));
      expect(errorAt(made.scales![b]!)).toBeCloseTo(least, 12);
    }
  });

  it('of zeros is zeros', () => {
    const made = quantised(new Float32Array(32), 'nvfp4');
    expect([...made.codes, ...made.scales!]).toEqual(new Array(34).fill(0));
    expect(made.tensorScales![0]).toBe(1);
    expect(made.sqnrDb).toBeNull();
  });

  it('keeps the tensor scale within float32', () => {
    expect(quantised(Float64Array.of(1e-300), 'nvfp4').tensorScales![0]).toBe(2 ** -149);
    const huge = quantised(Float64Array.of(1e300), 'nvfp4');
    expect(huge.tensorScales![0]).toBe(3.4028234663852886e38);
    expect([huge.codes[0], huge.scales![0], huge.saturated]).toEqual([7, 126, 1]);
  });
});

describe('two-level scaling', () => {
  /** ⌊a / b⌉ to nearest even, b > 0. */
  function divide(a: bigint, b: bigint): bigint {
    const floor = a >= 0n ? a / b : -((-a + b - 1n) / b);
    const twice = 2n * (a - floor * b);
    return twice > b || (twice === b && floor % 2n !== 0n) ? floor + 1n : floor;
  }

  it.each([
    ['vsq(int(4), 16, uint(4))', 4, 16, 4, true],
    ['vsq(int(8), 64, uint(10))', 8, 64, 10, true],
    ['vsq(uint(4), 5, uint(6))', 4, 5, 6, false],
    ['vsq(int(3), 32, uint(1))', 3, 32, 1, true],
  ])('%s: the five steps in rational arithmetic', (name, n, v, m, isSigned) => {
    const columns = 80;
    const values = normals(4 * columns, 13);
    // Exact ties of the first division: 2.5 and 3.5 of 7 steps.
    values.set([7, 2.5, 3.5, -2.5, -3.5], 0);
    const steps = BigInt(isSigned ? 2 ** (n - 1) - 1 : 2 ** n - 1);
    const scaleSteps = BigInt(2 ** m - 1);
    const made = quantised(values, name, { columns, group: columns });
    const most = (part: Float32Array): number =>
      part.reduce((max, x) => Math.max(max, isSigned ? Math.abs(x) : x), 0);
    let at = 0;
    for (let row = 0; row < 4; row++) {
      const channel = values.subarray(row * columns, (row + 1) * columns);
      const gamma = made.tensorScales![row]!;
      expect(gamma).toBe(Math.fround(most(channel) / Number(steps * scaleSteps)));
      for (let from = 0; from < columns; from += v) {
        const part = channel.subarray(from, from + v);
        const extent = scaled(most(part));
        const scale = divide(extent * scaleSteps, scaled(most(channel)));
        expect(BigInt(made.scales![at++]!)).toBe(scale);
        part.forEach((x, i) => {
          const raw = divide(scaled(x) * steps, extent);
          const code = !isSigned && raw < 0n ? 0n : raw;
          const place = row * columns + from + i;
          expect(BigInt(made.codes[place]!)).toBe(BigInt.asUintN(n, code));
          expect(made.values[place]! + 0).toBe(Math.fround(Number(code * scale) * gamma) + 0);
        });
      }
    }
    expect(at).toBe(made.scales!.length);
  });

  it('rounds scales to even on ties', () => {
    const values = new Float32Array(48);
    [15, 2.5, 3.5].forEach((most, i) => (values[16 * i] = most));
    expect([...quantised(values, 'vsq(int(4), 16, uint(4))').scales!]).toEqual([15, 2, 4]);
  });

  it('saturates nothing but negative numbers of unsigned formats', () => {
    const values = normals(4096, 17);
    expect(quantised(values, 'vsq(int(4), 16, uint(4))').saturated).toBe(0);
    const negative = values.filter((x) => x < 0).length;
    expect(quantised(values, 'vsq(uint(4), 16, uint(4))').saturated).toBe(negative);
  });

  it('dividing by the stored scale has less error, and the search still less', () => {
    const values = normals(64 * 16, 14);
    const name = 'vsq(int(4), 16, uint(4))';
    const paper = quantised(values, name).sqnrDb!;
    const recomputed = quantised(values, name, { recompute: true }).sqnrDb!;
    const searched = quantised(values, name, { policy: 'search' }).sqnrDb!;
    expect(recomputed).toBeGreaterThan(paper);
    expect(searched).toBeGreaterThan(recomputed);
    expect(quantised(values, name).bitsPerElement).toBe(4.25);
  });

  it('a scale of zero makes a vector zero', () => {
    const values = new Float32Array(32).fill(1);
    values[0] = 1000;
    const made = quantised(values, 'vsq(int(4), 16, uint(4))');
    expect([...made.scales!]).toEqual([15, 0]);
    expect([...made.values.slice(16)]).toEqual(new Array(16).fill(0));
    expect(made.zeroed).toBeGreaterThanOrEqual(16);
  });
});

describe('what an array loses', () => {
  it('is measured over finite numbers', () => {
    const values = Float32Array.of(1, 2.2, NaN, -Infinity, 500, -500, 0.0001, 0, 448, -448);
    const made = quantised(values, 'fp8_e4m3');
    expect([...made.values]).toEqual([1, 2.25, NaN, -448, 448, -448, 0, 0, 448, -448]);
    expect([made.saturated, made.zeroed, made.notFinite]).toEqual([2, 1, 2]);
    const x = Math.fround(2.2);
    const small = Math.fround(0.0001);
    const [signal, noise] = [
      1 + x ** 2 + 500_000 + 2 * 448 ** 2 + small ** 2,
      (2.25 - x) ** 2 + 2 * 52 ** 2 + small ** 2,
    ];
    expect(made.sqnrDb).toBeCloseTo(10 * Math.log10(signal / noise), 9);
    expect(made.bitsPerElement).toBe(8);
  });

  it('does not depend on the size of numbers', () => {
    const values = Float64Array.from(normals(64, 15));
    const at = (factor: number) =>
      quantised(
        values.map((x) => x * factor),
        'int(4)',
        { policy: 'max' },
      ).sqnrDb!;
    expect(
      quantised(
        values.map((x) => x * 2 ** 100),
        'mxfp4',
      ).sqnrDb,
    ).toBe(quantised(values, 'mxfp4').sqnrDb);
    expect(at(2 ** 90)).toBeCloseTo(at(1), 6);
    expect(quantised(Float64Array.of(1e300, 1e299), 'fp16').sqnrDb).toBeCloseTo(0, 6);
  });

  it('one scale for the array uses the whole range', () => {
    const values = normals(1000, 16);
    const made = quantised(values, 'int(8)', { policy: 'max' });
    expect(made.saturated).toBe(0);
    expect(Math.max(...[...made.codes].map((code) => Math.abs((code << 24) >> 24)))).toBe(127);
    expect(made.sqnrDb).toBeGreaterThan(quantised(values, 'int(8)').sqnrDb!);
  });

  it('stochastic rounding is right on average, and the same for one seed', () => {
    const values = new Float32Array(20_000).fill(1.3);
    const run = (seed: number) =>
      quantised(values, 'int(8)', { rounding: 'stochastic', random: random(seed) });
    const mean = [...run(1).values].reduce((sum, x) => sum + x, 0) / values.length;
    expect(Math.abs(mean - 1.3)).toBeLessThan(5 * Math.sqrt(0.21 / values.length));
    expect(run(1).codes).toEqual(run(1).codes);
    expect(run(1).codes).not.toEqual(run(2).codes);
  });

  it('of no elements is nothing', () => {
    const made = quantised(new Float32Array(0), 'nvfp4', { columns: 0, group: 0 });
    expect([made.codes.length, made.scales!.length, made.bitsPerElement, made.sqnrDb]).toEqual([
      0,
      0,
      null,
      null,
    ]);
  });
});
