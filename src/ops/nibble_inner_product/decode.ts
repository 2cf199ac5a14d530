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

/** Takes a 16-bit operand apart; its words are named after `name`. */
export function decodeOperand(draft: Draft, word: Id, { floating, bf16 }: Reading, name: string): Operand {
  const { field, full, mantissa } = fieldsOf(draft, word, bf16);
  const and = (a: Id, b: Id): Id => draft.binary('and', a, b);
  const named = (id: Id, part: string): Id => {
    draft.hint(id, `${name}_${part}`);
    return id;
  };
  const normal = named(draft.reduce('or', field), 'normal');
  const fraction = named(draft.reduce('or', mantissa), 'fraction');
  const twice = draft.concat([mantissa, normal, draft.constant(0n, 4)]);
  return {
    nibbles: draft.mux(floating, twice, word),
    negative: and(floating, draft.slice(word, 15, 1)),
    exponent: named(atLeastOne(draft, field, normal), 'exponent'),
    zero: named(draft.not(draft.binary('or', normal, fraction)), 'zero'),
    infinite: named(and(floating, and(full, draft.not(fraction))), 'infinite'),
    nan: named(and(floating, and(full, fraction)), 'nan'),
  };
}

interface Fields {
  readonly field: Id;
  /** Whether the exponent field is all ones. */
  readonly full: Id;
  /** 11 bits: the mantissa below the hidden bit of twice the magnitude. */
  readonly mantissa: Id;
}

function fieldsOf(draft: Draft, word: Id, bf16: Id | undefined): Fields {
  const [half, brain] = [fieldsFrom(draft, word, 10), fieldsFrom(draft, word, 7)];
  if (bf16 === undefined) return half;
  return {
    field: draft.mux(bf16, brain.field, draft.extend(half.field, 8, false)),
    full: draft.mux(bf16, brain.full, half.full),
    mantissa: draft.mux(bf16, brain.mantissa, half.mantissa),
  };
}

/** The fields of a 16-bit format with that many mantissa bits. */
function fieldsFrom(draft: Draft, word: Id, bits: number): Fields {
  const field = draft.slice(word, bits, 15 - bits);
  const mantissa = draft.concat([draft.constant(0n, 11 - bits), draft.slice(word, 0, bits)]);
  return { field, full: draft.reduce('and', field), mantissa };
}

/** Subnormal numbers have the exponent of the least normal ones, whose field is 1. */
function atLeastOne(draft: Draft, field: Id, normal: Id): Id {
  const width = draft.widthOf(field);
  const low = draft.binary('or', draft.slice(field, 0, 1), draft.not(normal));
  return draft.concat([low, draft.slice(field, 1, width - 1)]);
}
