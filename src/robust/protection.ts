/** What guards the upper bits of the codes. */
export interface Protection {
  /**
   * `hardened` bits never fail (as in a memory of their own at full voltage); `parity` adds a bit to a word and tells
   * of odd numbers of errors; `secded` is an extended Hamming code: it corrects one error in a word and tells of two.
   */
  readonly kind: 'none' | 'hardened' | 'parity' | 'secded';
  /** how many bits of each code are guarded, from the top; all of a code that has fewer */
  readonly topBits: number;
  /** only elements, or only the scales of blocks; all codes where it is left out */
  readonly what?: 'elements' | 'scales';
  /** guarded bits that share check bits */
  readonly wordBits: number;
}

export const unprotected: Protection = { kind: 'none', topBits: 0, wordBits: 64 };

/** How many check bits a word of the protection has. */
export function checkBitsOf({ kind, wordBits }: Protection): number {
  if (kind === 'parity') return 1;
  return kind === 'secded' ? hammingBits(wordBits) + 1 : 0;
}

/** Check bits of a Hamming code, without the parity of all. */
export function hammingBits(wordBits: number): number {
  let bits = 2;
  while (2 ** bits < wordBits + bits + 1) bits++;
  return bits;
}

/** What a decoder made of a word: data bits that are wrong in what it gives, and what it knows. */
export interface Decoded {
  readonly wrong: readonly number[];
  readonly outcome: 'clean' | 'corrected' | 'detected';
}

/** Codes of words of data bits 0, 1, … and check bits behind them. They are linear: only the errors decide. */
export interface WordCode {
  readonly checkBits: number;
  /** the check bits of a word, by which of its data bits are 1 */
  readonly encode: (ones: readonly number[]) => readonly boolean[];
  /** @param errors bits of a word that are read wrong, data and check bits, each once */
  readonly decode: (errors: readonly number[]) => Decoded;
}

/** The code of a protection that has one. */
export function wordCode(protection: Protection): WordCode {
  if (protection.kind === 'parity') return parityCode(protection.wordBits);
  if (protection.kind === 'secded') return secdedCode(protection.wordBits);
  throw new Error(`${protection.kind} is no code`);
}

/** Gates of two inputs: exclusive ors, and others. */
export interface GateCount {
  readonly xor2: number;
  readonly other2: number;
}

/**
 * What coding a word takes: gates for writing it, and for reading it. Every check bit is a tree of its own, so synthesis may
 * find fewer, and inverters are not counted. A reader of SECDED compares the check bits, flips the data bit whose position
 * they name where the parity is odd, and tells of two errors. Nothing for a protection without codes.
 */
export function codingGates(protection: Protection): { readonly write: GateCount; readonly read: GateCount } {
  const { kind, wordBits } = protection;
  if (kind === 'parity')
    return { write: { xor2: wordBits - 1, other2: 0 }, read: { xor2: wordBits, other2: 0 } };
  if (kind !== 'secded') return { write: { xor2: 0, other2: 0 }, read: { xor2: 0, other2: 0 } };
  const checks = hammingBits(wordBits);
  const places = dataPlaces(wordBits, checks);
  const readBits = Array.from(
    { length: checks },
    (_, bit) => places.filter((place) => (place & (1 << bit)) !== 0).length,
  );
  const all = readBits.reduce((sum, count) => sum + count, 0);
  return {
    write: { xor2: all - checks + (wordBits + checks - 1), other2: 0 },
    read: { xor2: all + (wordBits + checks) + wordBits, other2: wordBits * checks + (checks - 1) + 1 },
  };
}

/** The positions of the data bits of a Hamming code: those between the powers of two. */
export function dataPlaces(wordBits: number, checks: number): number[] {
  return Array.from({ length: wordBits + checks }, (_, i) => i + 1).filter((i) => (i & (i - 1)) !== 0);
}

function parityCode(wordBits: number): WordCode {
  return {
    checkBits: 1,
    encode: (ones) => [ones.length % 2 === 1],
    decode: (errors) => ({
      wrong: errors.filter((bit) => bit < wordBits),
      outcome: errors.length % 2 === 1 ? 'detected' : 'clean',
    }),
  };
}

/**
 * The extended Hamming code. In its usual order bits have the positions 1, 2, …; check bits stand at powers of two, data
 * bits between them, and a parity bit over all at 0. The check bits are the exclusive or of the positions of ones.
 */
function secdedCode(wordBits: number): WordCode {
  const checks = hammingBits(wordBits);
  const places = dataPlaces(wordBits, checks);
  for (let bit = 0; bit < checks; bit++) places.push(2 ** bit);
  places.push(0);
  const bitAt = new Map(places.map((place, bit) => [place, bit]));
  const xor = (bits: readonly number[]): number => bits.reduce((sum, bit) => sum ^ places[bit]!, 0);
  return {
    checkBits: checks + 1,
    encode(ones) {
      const sum = xor(ones);
      const own = Array.from({ length: checks }, (_, bit) => (sum & (1 << bit)) !== 0);
      const odd = (ones.length + own.filter((one) => one).length) % 2 === 1;
      return [...own, odd];
    },
    decode(errors) {
      const sum = xor(errors);
      const data = (bits: readonly number[]): number[] => bits.filter((bit) => bit < wordBits);
      if (errors.length % 2 === 0) return { wrong: data(errors), outcome: sum === 0 ? 'clean' : 'detected' };
      const bit = bitAt.get(sum);
      // A code that is shorter than it could be: no bit has this position, so there were three errors or more.
      if (bit === undefined) return { wrong: data(errors), outcome: 'detected' };
      const left = errors.includes(bit) ? errors.filter((each) => each !== bit) : [...errors, bit];
      return { wrong: data(left), outcome: 'corrected' };
    },
  };
}
