import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import { quantise } from '../../src/format/index.js';
import {
  memoryEnergy,
  readFaulty,
  reads,
  storedScheme,
  storeWeights,
  unprotected,
  weightMemory,
  weightsRead,
  type ChipFaults,
  type Protection,
} from '../../src/robust/index.js';

const source = random(1);
const normal = (length: number) => Float32Array.from({ length }, () => source.normal());
/** A convolution of 4 filters of 3·3·5, a matrix and a list whose lengths are no multiples of blocks. */
const tensors = [
  { data: normal(180), dims: [4, 5, 3, 3] },
  { data: normal(70), dims: [2, 35] },
  { data: normal(21), dims: [21] },
];

function memoryIn(name: string, protection: Protection = unprotected) {
  const scheme = storedScheme(name);
  if (!scheme.ok) throw new Error(scheme.diagnostics[0]!.message);
  const made = storeWeights(tensors, scheme.value, 8);
  if (!made.ok) throw new Error(made.diagnostics[0]!.message);
  return weightMemory(made.value, protection);
}

function flips(addresses: readonly number[], effect: number = reads.other): ChipFaults {
  return {
    addresses: Uint32Array.from(addresses),
    levels: new Float64Array(addresses.length),
    effects: new Uint8Array(addresses.length).fill(effect),
  };
}

const read = (memory: ReturnType<typeof memoryIn>, addresses: readonly number[]) =>
  weightsRead(memory, readFaulty(memory, flips(addresses), 1));

describe('weights in formats', () => {
  it.each(['mxint8', 'mxfp6_e3m2', 'nvfp4', 'vsq(int(4), 16, uint(6))', 'fp8_e4m3', 'int(5)'])(
    '%s come back as the quantiser says',
    (name) => {
      const scheme = storedScheme(name);
      if (!scheme.ok || scheme.value.kind !== 'format') throw new Error(name);
      const { format } = scheme.value;
      const found = read(memoryIn(name), []);
      tensors.forEach(({ data, dims }, i) => {
        const columns = dims.length > 1 ? data.length / dims[0]! : data.length;
        const group = name.startsWith('vsq') ? columns : data.length;
        const plain = format.kind === 'block' ? {} : { policy: 'max' as const };
        const made = quantise(data, format, { columns, group, ...plain });
        if (!made.ok) throw new Error(name);
        expect([...found[i]!]).toEqual([...(made.value.values as Float32Array)]);
      });
    },
  );

  it('take up their elements and scales', () => {
    // blocks of 16 in rows of 45, 35 and 21: 3, 3 and 2 of them
    expect(memoryIn('nvfp4')).toMatchObject({
      weights: 271,
      dataBits: 271 * 4 + (4 * 3 + 2 * 3 + 2) * 8,
      checkBits: 0,
    });
    expect(memoryIn('mxint8').dataBits).toBe(271 * 8 + (4 * 2 + 2 * 2 + 1) * 8);
  });

  it('a wrong bit of an element changes one weight, one of a scale its block', () => {
    const memory = memoryIn('mxint8');
    const good = read(memory, []);
    const changed = (address: number): number[][] =>
      read(memory, [address]).map((values, t) =>
        [...values].flatMap((value, i) => (value === good[t]![i] ? [] : [i])),
      );
    expect(changed(8 * 50 + 6)).toEqual([[50], [], []]);
    // the scales of the first tensor lie behind its 180 elements; the second is of the last 13 weights of the first row
    const scale = changed(8 * 180 + 8 + 1);
    expect(scale).toEqual([Array.from({ length: 13 }, (_, i) => 32 + i), [], []]);
    const [doubled] = read(memory, [8 * 180 + 8]);
    const ratio = doubled![32]! / good[0]![32]!;
    expect([0.5, 2]).toContain(ratio);
  });

  it('read numbers that are none as 0, and what is too large as the greatest float32', () => {
    const memory = memoryIn('mxint8');
    /** The first block where its scale's code is read as this one. */
    const withScale = (code: number): number[] => {
      const bits = Array.from({ length: 8 }, (_, bit) => bit);
      const faults = {
        ...flips(bits.map((bit) => 8 * 180 + bit)),
        effects: Uint8Array.from(bits, (bit) => ((code >> bit) & 1 ? reads.one : reads.zero)),
      };
      return [...weightsRead(memory, readFaulty(memory, faults, 1))[0]!.slice(0, 32)];
    };
    expect(withScale(255).every((value) => value === 0)).toBe(true);
    const largest = Math.max(...withScale(254).map(Math.abs));
    expect(largest).toBeGreaterThan(1.5e38);
    expect(Number.isFinite(largest)).toBe(true);
  });
});

describe('protection of scales alone', () => {
  const guard = (kind: Protection['kind'], what: 'elements' | 'scales'): Protection => ({
    ...{ kind, topBits: 8, wordBits: 64, what },
  });

  it('hardened scales never fail, and elements do', () => {
    const memory = memoryIn('mxint8', guard('hardened', 'scales'));
    const scales = Array.from({ length: 64 }, (_, bit) => 8 * 180 + bit);
    expect(read(memory, scales)).toEqual(read(memory, []));
    expect(read(memory, [3])).not.toEqual(read(memory, []));
    expect(memoryEnergy(memory, 0.5)).toBeCloseTo(0.5 + (0.5 * 13 * 8) / memory.dataBits, 12);
  });

  it('SECDED words of scales run through all tensors and correct one error each', () => {
    const memory = memoryIn('mxint8', guard('secded', 'scales'));
    expect(memory.checkBits).toBe(Math.ceil((13 * 8) / 64) * 8);
    const good = read(memory, []);
    // 8 scales of the first tensor fill a word; the 4 of the second begin the next one
    const second = 8 * (180 + 8 + 70);
    expect(read(memory, [8 * 180 + 5, second + 7])).toEqual(good);
    const lost = readFaulty(memory, flips([8 * 180 + 5, 8 * 180 + 6]), 1);
    expect(lost).toMatchObject({ correctedWords: 0, detectedWords: 1, wrongBits: 2 });
    expect(weightsRead(memory, lost)[0]!.every((value) => Math.abs(value) < 1e-30)).toBe(true);
    expect(weightsRead(memory, lost).slice(1)).toEqual(good.slice(1));
    expect(readFaulty(memory, flips([memory.dataBits + 1]), 1).correctedWords).toBe(1);
  });
});

describe('schemes', () => {
  it('have names of the ladder or of formats', () => {
    expect(storedScheme('layer')).toMatchObject({ value: { kind: 'ladder', name: 'layer' } });
    expect(storedScheme('vsq(int(4),16,uint(4))')).toMatchObject({
      value: { kind: 'format', name: 'vsq(int(4), 16, uint(4))' },
    });
    expect(storedScheme('int(20)').diagnostics[0]!.message).toContain('20 bits');
    expect(storedScheme('vsq(int(4), 16)').ok).toBe(false);
  });
});
