import { codeValues, type CodedTensor } from '../nn/index.js';
import { reads, type ChipFaults } from './faults.js';
import { checkBitsOf, wordCode, type Protection, type WordCode } from './protection.js';

type Codes = Uint8Array | Uint16Array;

/**
 * A network's weights as a memory holds them: the codes of all tensors one behind the other, each from its lowest bit
 * and without gaps, then the check bits of the protection's words.
 */
export interface WeightMemory {
  readonly tensors: readonly CodedTensor[];
  readonly protection: Protection;
  /** bits of a code */
  readonly bits: number;
  readonly weights: number;
  readonly dataBits: number;
  readonly checkBits: number;
}

/**
 * @param tensors with codes of one width
 * @param protection whose guarded bits are no more than a code has
 */
export function weightMemory(tensors: readonly CodedTensor[], protection: Protection): WeightMemory {
  const bits = tensors[0]?.bits ?? 0;
  if (tensors.some((tensor) => tensor.bits !== bits)) throw new Error('codes of several widths');
  const weights = tensors.reduce((sum, { codes }) => sum + codes.length, 0);
  const words = Math.ceil((weights * protection.topBits) / protection.wordBits);
  const checkBits = words * checkBitsOf(protection);
  return { tensors, protection, bits, weights, dataBits: weights * bits, checkBits };
}

/** What a faulty memory gives. */
export interface Reading {
  /** of each tensor */
  readonly codes: readonly Codes[];
  /** bits of the memory that are read wrong, check bits among them */
  readonly wrongBits: number;
  /** words in which a decoder changed a bit, rightly or wrongly */
  readonly correctedWords: number;
  /** words in which it found errors that it cannot correct: their weights are read as (about) 0 */
  readonly detectedWords: number;
}

/** Reads all weights of a chip whose cells with a level below `at` fail. */
export function readFaulty(
  memory: WeightMemory,
  { addresses, levels, effects }: ChipFaults,
  at: number,
): Reading {
  const state = startReading(memory);
  for (let i = 0; i < addresses.length; i++) {
    if (levels[i]! < at) state.fault(addresses[i]!, effects[i]!);
  }
  return state.end();
}

function startReading(memory: WeightMemory) {
  const { bits, dataBits, protection } = memory;
  const codes = memory.tensors.map((tensor) => tensor.codes.slice());
  const locate = locator(memory);
  const guardedFrom = bits - protection.topBits;
  const guard = protection.kind === 'parity' || protection.kind === 'secded' ? guarded(memory) : undefined;
  let wrongBits = 0;
  const flip = (weight: number, bit: number): void => {
    const { tensor, index } = locate(weight);
    codes[tensor]![index]! ^= 1 << bit;
  };
  return {
    fault(address: number, effect: number): void {
      if (address >= dataBits) {
        if (guard!.faultCheck(address - dataBits, effect)) wrongBits++;
        return;
      }
      const weight = Math.floor(address / bits);
      const bit = address % bits;
      const isGuarded = bit >= guardedFrom;
      if (isGuarded && protection.kind === 'hardened') return;
      const { tensor, index } = locate(weight);
      const stored = (memory.tensors[tensor]!.codes[index]! >> bit) & 1;
      if (effect !== reads.other && effect === stored) return;
      wrongBits++;
      if (isGuarded && guard) guard.faultData(weight * protection.topBits + bit - guardedFrom);
      else flip(weight, bit);
    },
    end(): Reading {
      if (!guard) return { codes, wrongBits, correctedWords: 0, detectedWords: 0 };
      return { codes, wrongBits, ...guard.end(flip, codes, locate) };
    },
  };
}

type Locate = (weight: number) => { readonly tensor: number; readonly index: number };

/** The words with errors, while a memory is read. */
function guarded(memory: WeightMemory) {
  const { tensors, weights, bits, protection } = memory;
  const { topBits, wordBits } = protection;
  const code = wordCode(protection);
  const locate = locator(memory);
  const errors = new Map<number, number[]>();
  const add = (word: number, bit: number): void => {
    const known = errors.get(word);
    if (known) known.push(bit);
    else errors.set(word, [bit]);
  };
  const place = (guardedBit: number): [weight: number, bit: number] => [
    Math.floor(guardedBit / topBits),
    bits - topBits + (guardedBit % topBits),
  ];
  const bitsOf = (word: number): number[] =>
    Array.from({ length: Math.min(wordBits, weights * topBits - word * wordBits) }, (_, i) => i);
  const storedChecks = (word: number): readonly boolean[] =>
    code.encode(
      bitsOf(word).filter((i) => {
        const [weight, bit] = place(word * wordBits + i);
        const { tensor, index } = locate(weight);
        return ((tensors[tensor]!.codes[index]! >> bit) & 1) === 1;
      }),
    );
  return {
    faultData: (guardedBit: number) => add(Math.floor(guardedBit / wordBits), guardedBit % wordBits),
    faultCheck(checkBit: number, effect: number): boolean {
      const word = Math.floor(checkBit / code.checkBits);
      const bit = checkBit % code.checkBits;
      if (effect !== reads.other && (effect === reads.one) === storedChecks(word)[bit]) return false;
      add(word, wordBits + bit);
      return true;
    },
    end: (flip: (weight: number, bit: number) => void, codes: readonly Codes[], locateIn: Locate) =>
      decodeWords(errors, code, (word, wrong, lost) => {
        for (const i of wrong)
          if (word * wordBits + i < weights * topBits) flip(...place(word * wordBits + i));
        if (!lost) return;
        for (const i of bitsOf(word)) {
          const { tensor, index } = locateIn(place(word * wordBits + i)[0]);
          codes[tensor]![index] = zeroCode(tensors[tensor]!);
        }
      }),
  };
}

function decodeWords(
  errors: ReadonlyMap<number, readonly number[]>,
  code: WordCode,
  put: (word: number, wrong: readonly number[], lost: boolean) => void,
): Pick<Reading, 'correctedWords' | 'detectedWords'> {
  let [correctedWords, detectedWords] = [0, 0];
  const lost: number[] = [];
  for (const [word, bits] of errors) {
    const { wrong, outcome } = code.decode(bits);
    if (outcome === 'corrected') correctedWords++;
    if (outcome === 'detected') {
      detectedWords++;
      lost.push(word);
    } else put(word, wrong, false);
  }
  // Last, as a weight whose bits lie in two words is lost with either.
  for (const word of lost) put(word, [], true);
  return { correctedWords, detectedWords };
}

/** The code of the number nearest to 0; of two the lower code. */
export function zeroCode(tensor: CodedTensor): number {
  let code = zeroCodes.get(tensor);
  if (code === undefined) {
    const values = codeValues(tensor);
    code = values.reduce((best, value, i) => (Math.abs(value) < Math.abs(values[best]!) ? i : best), 0);
    zeroCodes.set(tensor, code);
  }
  return code;
}

const zeroCodes = new WeakMap<CodedTensor, number>();

function locator({ tensors }: WeightMemory): Locate {
  let [tensor, start] = [0, 0];
  // Weights are mostly asked for in rising order.
  return (weight) => {
    if (weight < start) [tensor, start] = [0, 0];
    while (weight - start >= tensors[tensor]!.codes.length) start += tensors[tensor++]!.codes.length;
    return { tensor, index: weight - start };
  };
}

/**
 * The energy of reading all weights, relative to that without check bits at the nominal voltage: check bits are read
 * too, and hardened bits always cost what they do at the nominal voltage. The decoder's own energy is not in it.
 *
 * @param access energy of an access at the voltage, relative to the nominal one
 */
export function memoryEnergy(
  { bits, dataBits, checkBits, protection }: WeightMemory,
  access: number,
): number {
  const safe = protection.kind === 'hardened' ? protection.topBits / bits : 0;
  return safe + (1 - safe) * access * (1 + checkBits / dataBits);
}
