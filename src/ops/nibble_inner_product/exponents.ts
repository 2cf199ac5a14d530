import { clog2 } from '../../base/index.js';
import type { Draft, Id } from '../../ir/index.js';
import type { Operand } from './decode.js';
import type { IpuShape } from './shape.js';

/** What the exponent unit tells of a lane. */
export interface Aligned {
  /** By how much the lane's exponent is below the greatest; 0 for integers. At most the software precision. */
  readonly distance: Id;
  /** Whether the lane counts: its product is not zero, and not beyond the software precision. */
  readonly active: Id;
}

/** What becomes of a sum with infinities or NaNs in it, as one-bit words. */
export interface Special {
  readonly nan: Id;
  readonly infinite: Id;
  /** The sign of the infinity. */
  readonly negative: Id;
}

export interface Alignment {
  readonly lanes: readonly Aligned[];
  /** The greatest sum of two exponent fields. */
  readonly greatest: Id;
  readonly special: Special;
}

/** Bits of a distance. */
export function distanceBits({ precision }: IpuShape): number {
  return clog2(precision + 1);
}

/** The exponent unit: works once for a job, whatever the number of passes. */
export function alignLanes(
  draft: Draft,
  shape: IpuShape,
  floating: Id,
  pairs: readonly { readonly a: Operand; readonly b: Operand }[],
): Alignment {
  const sums = pairs.map(({ a, b }, k) => {
    const width = draft.widthOf(a.exponent) + 1;
    const wide = (operand: Operand): Id => draft.extend(operand.exponent, width, false);
    const exponent = draft.binary('add', wide(a), wide(b));
    draft.hint(exponent, `exponent_${k}`);
    const counts = draft.not(any(draft, [a.zero, b.zero, a.infinite, b.infinite, a.nan, b.nan]));
    draft.hint(counts, `counts_${k}`);
    return { exponent, counts };
  });
  // No sum of exponents is 0, so that 0 stands for a lane that does not take part.
  const gated = sums.map(({ exponent, counts }) => gate(draft, counts, exponent));
  const greatest = greatestOf(draft, gated);
  draft.hint(greatest, 'greatest');
  const lanes = sums.map(({ exponent, counts }, k) =>
    aligned(draft, shape, floating, { greatest, exponent, counts }, k),
  );
  return { lanes, greatest, special: specialOf(draft, pairs) };
}

function aligned(
  draft: Draft,
  shape: IpuShape,
  floating: Id,
  { greatest, exponent, counts }: { readonly greatest: Id; readonly exponent: Id; readonly counts: Id },
  k: number,
): Aligned {
  const below = draft.binary('sub', greatest, exponent);
  const width = draft.widthOf(below);
  const beyond = draft.compare('lt', draft.constant(BigInt(shape.precision), width), below, false);
  const near = draft.binary('and', counts, draft.not(beyond));
  const distance = gate(draft, floating, draft.slice(below, 0, distanceBits(shape)));
  const active = draft.binary('or', draft.not(floating), near);
  draft.hint(distance, `below_greatest_${k}`);
  return { distance, active };
}

/** The greatest of unsigned words, in a balanced tree. */
function greatestOf(draft: Draft, words: readonly Id[]): Id {
  let level = words;
  while (level.length > 1) {
    const next: Id[] = [];
    for (let k = 0; k + 1 < level.length; k += 2) {
      const [a, b] = [level[k]!, level[k + 1]!];
      next.push(draft.mux(draft.compare('lt', a, b, false), b, a));
    }
    level = level.length % 2 === 1 ? [...next, level.at(-1)!] : next;
  }
  return level[0]!;
}

/** As in IEEE 754: NaN from a NaN, from zero times infinity and from infinities of both signs. */
function specialOf(draft: Draft, pairs: readonly { readonly a: Operand; readonly b: Operand }[]): Special {
  const and = (x: Id, y: Id): Id => draft.binary('and', x, y);
  const lanes = pairs.map(({ a, b }) => {
    const infinite = any(draft, [a.infinite, b.infinite]);
    const invalid = any(draft, [and(a.infinite, b.zero), and(a.zero, b.infinite)]);
    const negative = draft.binary('xor', a.negative, b.negative);
    return {
      nan: any(draft, [a.nan, b.nan, invalid]),
      above: and(infinite, draft.not(negative)),
      below: and(infinite, negative),
    };
  });
  const above = any(
    draft,
    lanes.map((lane) => lane.above),
  );
  const negative = any(
    draft,
    lanes.map((lane) => lane.below),
  );
  const nan = any(draft, [...lanes.map((lane) => lane.nan), and(above, negative)]);
  return { nan, infinite: draft.binary('or', above, negative), negative };
}

/** The word while `when` is 1, else zero. */
export function gate(draft: Draft, when: Id, word: Id): Id {
  return draft.mux(when, word, draft.constant(0n, draft.widthOf(word)));
}

/** Whether one of the bits is 1. */
export function any(draft: Draft, bits: readonly Id[]): Id {
  return draft.reduce('or', draft.concat(bits));
}
