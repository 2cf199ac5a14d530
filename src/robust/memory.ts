import { reads, type ChipFaults } from './faults.js';
import { checkBitsOf, wordCode, type Protection, type WordCode } from './protection.js';
import { codeRuns, weightsOf, type CodeRun, type StoredTensor } from './stored.js';

type Codes = CodeRun['codes'];

/** Codes of one width in a memory, and where they lie. */
interface PlacedRun extends CodeRun {
  /** index of the tensor */
  readonly tensor: number;
  /** address of the first bit */
  readonly start: number;
  /** how many bits of each code are guarded, from the top, and how many guarded bits lie in front */
  readonly guarded: number;
  readonly guardedStart: number;
}

/**
 * Codes as a memory stores them: of each tensor in turn the elements, each from its lowest bit and without gaps, and the scales of its
 * blocks; then the check bits of the protection's words.
 */
export interface CodeMemory {
  readonly runs: readonly PlacedRun[];
  readonly protection: Protection;
  readonly weights: number;
  readonly dataBits: number;
  readonly guardedBits: number;
  readonly checkBits: number;
}

/** A network's constants in such a memory. */
export interface WeightMemory extends CodeMemory {
  readonly tensors: readonly StoredTensor[];
}

export function weightMemory(tensors: readonly StoredTensor[], protection: Protection): WeightMemory {
  return { tensors, ...codeMemory(tensors.map(codeRuns), protection) };
}

/** @param tensors the runs of each */
export function codeMemory(tensors: readonly (readonly CodeRun[])[], protection: Protection): CodeMemory {
  let [weights, dataBits, guardedBits] = [0, 0, 0];
  const all = tensors.flatMap((runs, tensor) => runs.map((run) => ({ ...run, tensor })));
  const runs = all.map((run): PlacedRun => {
    const isGuarded = protection.kind !== 'none' && (protection.what ?? run.what) === run.what;
    const guarded = isGuarded ? Math.min(protection.topBits, run.bits) : 0;
    const placed = { ...run, start: dataBits, guarded, guardedStart: guardedBits };
    if (run.what === 'elements') weights += run.codes.length;
    dataBits += run.codes.length * run.bits;
    guardedBits += run.codes.length * guarded;
    return placed;
  });
  const checkBits = Math.ceil(guardedBits / protection.wordBits) * checkBitsOf(protection);
  return { runs, protection, weights, dataBits, guardedBits, checkBits };
}

/** The weights that a reading gives, a tensor each. */
export function weightsRead({ tensors, runs }: WeightMemory, { codes }: Reading): Float32Array[] {
  return tensors.map((stored, tensor) =>
    weightsOf(
      stored,
      codes.filter((_, i) => runs[i]!.tensor === tensor),
    ),
  );
}

/** What a faulty memory gives. */
export interface Reading {
  /** of each run */
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
  memory: CodeMemory,
  { addresses, levels, effects }: ChipFaults,
  at: number,
): Reading {
  const state = startReading(memory);
  for (let i = 0; i < addresses.length; i++) {
    if (levels[i]! < at) state.fault(addresses[i]!, effects[i]!);
  }
  return state.end();
}

function startReading(memory: CodeMemory) {
  const { runs, dataBits, protection } = memory;
  const codes = runs.map((run) => run.codes.slice());
  const runAt = locator(runs, ({ start }) => start);
  const guard = protection.kind === 'parity' || protection.kind === 'secded' ? guarded(memory) : undefined;
  let wrongBits = 0;
  return {
    fault(address: number, effect: number): void {
      if (address >= dataBits) {
        if (guard!.faultCheck(address - dataBits, effect)) wrongBits++;
        return;
      }
      const at = runAt(address);
      const { bits, start, guarded: top, guardedStart, codes: stored } = runs[at]!;
      const index = Math.floor((address - start) / bits);
      const bit = (address - start) % bits;
      const isGuarded = bit >= bits - top;
      if (isGuarded && protection.kind === 'hardened') return;
      if (effect !== reads.other && effect === ((stored[index]! >> bit) & 1)) return;
      wrongBits++;
      if (isGuarded && guard) guard.faultData(guardedStart + index * top + bit - (bits - top));
      else codes[at]![index]! ^= 1 << bit;
    },
    end(): Reading {
      if (!guard) return { codes, wrongBits, correctedWords: 0, detectedWords: 0 };
      return { codes, wrongBits, ...guard.end(codes) };
    },
  };
}

/** The words with errors, while a memory is read. */
function guarded({ runs, guardedBits, protection }: CodeMemory) {
  const { wordBits } = protection;
  const code = wordCode(protection);
  const guardedRuns = runs.flatMap((run, at) => (run.guarded > 0 ? [{ ...run, at }] : []));
  const runAt = locator(guardedRuns, ({ guardedStart }) => guardedStart);
  const errors = new Map<number, number[]>();
  const add = (word: number, bit: number): void => {
    const known = errors.get(word);
    if (known) known.push(bit);
    else errors.set(word, [bit]);
  };
  const place = (guardedBit: number) => {
    const run = guardedRuns[runAt(guardedBit)]!;
    const index = Math.floor((guardedBit - run.guardedStart) / run.guarded);
    const bit = run.bits - run.guarded + ((guardedBit - run.guardedStart) % run.guarded);
    return { run, index, bit };
  };
  const bitsOf = (word: number): number[] =>
    Array.from({ length: Math.min(wordBits, guardedBits - word * wordBits) }, (_, i) => i);
  const storedChecks = (word: number): readonly boolean[] =>
    code.encode(
      bitsOf(word).filter((i) => {
        const { run, index, bit } = place(word * wordBits + i);
        return ((run.codes[index]! >> bit) & 1) === 1;
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
    end: (codes: readonly Codes[]) =>
      decodeWords(errors, code, (word, wrong, lost) => {
        for (const i of lost ? bitsOf(word) : wrong) {
          if (word * wordBits + i >= guardedBits) continue;
          const { run, index, bit } = place(word * wordBits + i);
          if (lost) codes[run.at]![index] = run.zero;
          else codes[run.at]![index]! ^= 1 << bit;
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

/** Which of some runs an address lies in; addresses are mostly asked for in rising order. */
function locator<Run>(runs: readonly Run[], startOf: (run: Run) => number): (address: number) => number {
  let at = 0;
  return (address) => {
    if (address < startOf(runs[at]!)) at = 0;
    while (at + 1 < runs.length && address >= startOf(runs[at + 1]!)) at++;
    return at;
  };
}

/**
 * The energy of reading all of a memory, relative to that without check bits at the nominal voltage: check bits are read
 * too, and hardened bits always cost what they do at the nominal voltage. The decoder's own energy is not in it.
 *
 * @param access energy of an access at the voltage, relative to the nominal one
 */
export function memoryEnergy(
  {
    dataBits,
    guardedBits,
    checkBits,
    protection,
  }: Pick<CodeMemory, 'dataBits' | 'guardedBits' | 'checkBits' | 'protection'>,
  access: number,
): number {
  const safe = protection.kind === 'hardened' ? guardedBits / dataBits : 0;
  return safe + (1 - safe) * access * (1 + checkBits / dataBits);
}
