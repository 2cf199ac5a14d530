import type { Draft, Id } from '../../ir/index.js';

/** How the words of a job are read, as one-bit words. */
export interface Reading {
  readonly floating: Id;
  /** Whether a floating-point operand is BF16; undefined in a unit that has FP16 alone. */
  readonly bf16: Id | undefined;
}

/** An operand ready for the passes. */
export interface Operand {
  /** Four nibbles: those of an integer; of a float those of twice its magnitude of 11 bits, the highest zero. */
  readonly nibbles: Id;
  /** The sign of a float; 0 for integers. */
  readonly negative: Id;
  /** A float's exponent field, at least 1: 5 bits, or 8 where there is BF16. */
  readonly exponent: Id;
  readonly zero: Id;
  readonly infinite: Id;
  readonly nan: Id;
}

/** Takes a 16-bit operand apart. */
export function decodeOperand(draft: Draft, word: Id, { floating, bf16 }: Reading): Operand {
  const { field, full, magnitude } = fieldsOf(draft, word, bf16);
  const normal = draft.reduce('or', field);
  const fraction = draft.reduce('or', draft.slice(magnitude, 0, 11));
  const twice = draft.concat([draft.slice(magnitude, 0, 11), normal, draft.constant(0n, 4)]);
  const both = (a: Id, b: Id): Id => draft.binary('and', a, b);
  return {
    nibbles: draft.mux(floating, twice, word),
    negative: both(floating, draft.slice(word, 15, 1)),
    exponent: atLeastOne(draft, field, normal),
    zero: draft.not(draft.binary('or', normal, fraction)),
    infinite: both(floating, both(full, draft.not(fraction))),
    nan: both(floating, both(full, fraction)),
  };
}

/** The exponent field, whether it is all ones, and the mantissa at the place that FP16's has in twice the magnitude. */
function fieldsOf(draft: Draft, word: Id, bf16: Id | undefined) {
  const half = {
    field: draft.slice(word, 10, 5),
    full: draft.reduce('and', draft.slice(word, 10, 5)),
    magnitude: draft.concat([draft.constant(0n, 1), draft.slice(word, 0, 10)]),
  };
  if (bf16 === undefined) return half;
  return {
    field: draft.mux(bf16, draft.slice(word, 7, 8), draft.extend(half.field, 8, false)),
    full: draft.mux(bf16, draft.reduce('and', draft.slice(word, 7, 8)), half.full),
    magnitude: draft.mux(
      bf16,
      draft.concat([draft.constant(0n, 4), draft.slice(word, 0, 7)]),
      half.magnitude,
    ),
  };
}

/** Subnormal numbers have the exponent of the least normal ones, whose field is 1. */
function atLeastOne(draft: Draft, field: Id, normal: Id): Id {
  const width = draft.widthOf(field);
  const low = draft.binary('or', draft.slice(field, 0, 1), draft.not(normal));
  return draft.concat([low, draft.slice(field, 1, width - 1)]);
}
