import { describe, expect, it } from 'vitest';
import { encodeWeights, ladder } from '../../src/nn/index.js';
import {
  chipFaults,
  independentFlips,
  readFaulty,
  reads,
  unprotected,
  weightMemory,
  codingGates,
  wordCode,
  zeroCode,
  type ChipFaults,
  type Protection,
} from '../../src/robust/index.js';

const tensors = encodeWeights(
  [Float32Array.of(-1, -0.5, 0, 0.5, 1), Float32Array.from({ length: 40 }, (_, i) => Math.sin(i))],
  ladder.rquant,
  4,
);
const inMemory = tensors.map((coded) => ({ kind: 'ladder', coded }) as const);

function faultsAt(
  cells: readonly (readonly [address: number, level: number, effect?: number])[],
): ChipFaults {
  return {
    addresses: Uint32Array.from(cells, ([address]) => address),
    levels: Float64Array.from(cells, ([, level]) => level),
    effects: Uint8Array.from(cells, ([, , effect]) => effect ?? reads.other),
  };
}

describe('a memory without protection', () => {
  const memory = weightMemory(inMemory, unprotected);

  it('has the codes one behind the other', () => {
    expect(memory).toMatchObject({ weights: 45, dataBits: 180, checkBits: 0 });
    expect(readFaulty(memory, faultsAt([]), 1).codes).toEqual(tensors.map(({ codes }) => codes));
  });

  it('flips the bit at an address from its level on', () => {
    // −1, −0.5, 0, 0.5, 1 are 8 + round(x · 7 / 1.001) = 1, 5 (4.503), 8, 11 (11.497), 15; bit 1 of the third is address 9.
    expect([...tensors[0]!.codes]).toEqual([1, 5, 8, 11, 15]);
    const faults = faultsAt([
      [9, 0.1],
      [19, 0.2],
      [20, 0.3],
    ]);
    expect([...readFaulty(memory, faults, 0.1).codes[0]!]).toEqual([1, 5, 8, 11, 15]);
    expect([...readFaulty(memory, faults, 0.15).codes[0]!]).toEqual([1, 5, 10, 11, 15]);
    const all = readFaulty(memory, faults, 1);
    expect([...all.codes[0]!]).toEqual([1, 5, 10, 11, 7]);
    expect(all.codes[1]![0]).toBe(tensors[1]!.codes[0]! ^ 1);
    expect(all.wrongBits).toBe(3);
  });

  it('is only wrong where a stuck cell holds the other bit', () => {
    const faults = faultsAt([
      [0, 0, reads.one],
      [1, 0, reads.one],
      [2, 0, reads.zero],
      [4, 0, reads.zero],
    ]);
    const read = readFaulty(memory, faults, 1);
    expect([...read.codes[0]!]).toEqual([3, 4, 8, 11, 15]);
    expect(read.wrongBits).toBe(2);
  });
});

describe('codes of words', () => {
  it('take so many gates', () => {
    const gates = (kind: Protection['kind'], wordBits: number) => codingGates({ kind, topBits: 4, wordBits });
    expect(gates('none', 64).read).toEqual({ xor2: 0, other2: 0 });
    expect(gates('parity', 64)).toEqual({ write: { xor2: 63, other2: 0 }, read: { xor2: 64, other2: 0 } });
    // Data at 3, 5, 6 and 7: each of three checks reads three of them, and the parity reads all seven.
    expect(gates('secded', 4)).toEqual({
      write: { xor2: 3 * 2 + 6, other2: 0 },
      read: { xor2: 3 * 3 + 7 + 4, other2: 4 * 3 + 2 + 1 },
    });
  });

  const secded = wordCode({ kind: 'secded', topBits: 4, wordBits: 64 });
  const bits = 64 + secded.checkBits;

  it('SECDED of 64 bits has 8 check bits and corrects every single error', () => {
    expect(secded.checkBits).toBe(8);
    for (let bit = 0; bit < bits; bit++)
      expect(secded.decode([bit])).toEqual({ wrong: [], outcome: 'corrected' });
  });

  it('SECDED finds every double error and gives no clean word for three', () => {
    for (let a = 0; a < bits; a++)
      for (let b = 0; b < a; b++) expect(secded.decode([a, b]).outcome).toBe('detected');
    for (let a = 2; a < bits; a += 5)
      for (let b = 1; b < a; b += 3)
        for (let c = 0; c < b; c += 2) expect(secded.decode([a, b, c]).outcome).not.toBe('clean');
  });

  it.each([4, 8, 11, 16, 57, 64])(
    'SECDED of %d bits: check bits make words that differ in 4 bits',
    (wordBits) => {
      const code = wordCode({ kind: 'secded', topBits: 4, wordBits });
      // The check bits of a single 1, taken as errors beside it, must be an undetectable pattern, and none smaller.
      for (let bit = 0; bit < wordBits; bit++) {
        const checks = code.encode([bit]).flatMap((one, i) => (one ? [wordBits + i] : []));
        expect(code.decode([bit, ...checks])).toEqual({ wrong: [bit], outcome: 'clean' });
        expect(checks.length).toBeGreaterThanOrEqual(3);
      }
    },
  );

  it('parity tells of odd numbers of errors', () => {
    const parity = wordCode({ kind: 'parity', topBits: 4, wordBits: 8 });
    expect(parity.decode([3]).outcome).toBe('detected');
    expect(parity.decode([3, 8])).toEqual({ wrong: [3], outcome: 'clean' });
    expect(parity.encode([1, 2, 5])).toEqual([true]);
  });
});

describe('a guarded memory', () => {
  const secded: Protection = { kind: 'secded', topBits: 3, wordBits: 16 };
  const memory = weightMemory(inMemory, secded);
  const stored = tensors.map(({ codes }) => codes);

  it('has check bits for the words of guarded bits', () => {
    // 45 · 3 guarded bits in 9 words of 16, with 5 + 1 check bits each.
    expect(memory).toMatchObject({ dataBits: 180, checkBits: 54 });
  });

  it('corrects each single error in guarded and check bits, and no other', () => {
    for (let address = 0; address < 234; address++) {
      const read = readFaulty(memory, faultsAt([[address, 0]]), 1);
      const isGuarded = address >= 180 || address % 4 > 0;
      expect(read.correctedWords).toBe(isGuarded ? 1 : 0);
      if (isGuarded) expect(read.codes).toEqual(stored);
      else expect(read.codes).not.toEqual(stored);
    }
  });

  it('reads weights of a word with two errors as 0', () => {
    const read = readFaulty(
      memory,
      faultsAt([
        [1, 0],
        [6, 0],
      ]),
      1,
    );
    expect(read.detectedWords).toBe(1);
    const zeros = Array.from({ length: 5 }, () => zeroCode(tensors[0]!));
    expect([...read.codes[0]!]).toEqual(zeros);
    // The 16 bits of the first word are the upper three of five weights and one bit of the sixth.
    expect(read.codes[1]![0]).toBe(zeroCode(tensors[1]!));
    expect(read.codes[1]!.slice(1)).toEqual(stored[1]!.slice(1));
  });

  it('knows what check bits are stored, where cells are stuck', () => {
    const stuck = (effect: number): ChipFaults =>
      faultsAt(Array.from({ length: 54 }, (_, i) => [180 + i, 0, effect] as const));
    const [zeros, ones] = [stuck(reads.zero), stuck(reads.one)].map((faults) =>
      readFaulty(memory, faults, 1),
    );
    expect(zeros!.wrongBits + ones!.wrongBits).toBe(54);
    expect(zeros!.wrongBits).toBeGreaterThan(0);
    expect(ones!.wrongBits).toBeGreaterThan(0);
  });

  it('keeps hardened bits at any rate', () => {
    const hard = weightMemory(inMemory, { kind: 'hardened', topBits: 3, wordBits: 64 });
    expect(hard.checkBits).toBe(0);
    const read = readFaulty(hard, chipFaults(180, independentFlips, 1, 0, 1), 1);
    expect(read.codes.map((codes) => [...codes])).toEqual(
      stored.map((codes) => [...codes].map((code) => code ^ 1)),
    );
  });
});
