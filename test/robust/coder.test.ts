import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import { coderOf, wordCode, type Protection } from '../../src/robust/index.js';
import { interpret } from '../../src/sim/index.js';

const onesOf = (word: bigint, bits: number): number[] =>
  Array.from({ length: bits }, (_, bit) => bit).filter((bit) => (word >> BigInt(bit)) & 1n);
const wordOf = (bits: readonly number[]): bigint => bits.reduce((sum, bit) => sum | (1n << BigInt(bit)), 0n);

describe.each([
  ['secded', 4],
  ['secded', 11],
  ['secded', 16],
  ['secded', 64],
  ['parity', 9],
] as const)('the circuits of %s over %d bits', (kind, wordBits) => {
  const protection: Protection = { kind, topBits: 8, wordBits };
  const code = wordCode(protection);
  const coder = coderOf(protection);
  const [write, read] = [interpret(coder.write), interpret(coder.read)];
  const source = random(wordBits);
  const width = wordBits + code.checkBits;
  const checksOf = (data: bigint): bigint =>
    wordOf(code.encode(onesOf(data, wordBits)).flatMap((one, bit) => (one ? [bit] : [])));

  it('write the check bits of any word', () => {
    for (let k = 0; k < 40; k++) {
      const data = source.word(wordBits);
      expect(write.step({ data })['check']).toBe(checksOf(data));
    }
  });

  it('read with none to four errors what the code says', () => {
    const seen = new Set<string>();
    for (let k = 0; k < 200; k++) {
      const data = source.word(wordBits);
      const count = k % 5;
      const errors = new Set<number>();
      while (errors.size < count) errors.add(source.below(width));
      const { wrong, outcome } = code.decode([...errors]);
      const stored = data | (checksOf(data) << BigInt(wordBits));
      const faulty = stored ^ wordOf([...errors]);
      const mask = (1n << BigInt(wordBits)) - 1n;
      const found = read.step({ data: faulty & mask, check: faulty >> BigInt(wordBits) });
      expect(found['detected'], `${[...errors].join()}`).toBe(outcome === 'detected' ? 1n : 0n);
      if (outcome !== 'detected') expect(found['data_read']).toBe(data ^ wordOf(wrong));
      seen.add(outcome);
    }
    expect(seen.size).toBe(kind === 'secded' ? 3 : 2);
  });
});
