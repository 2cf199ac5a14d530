import { scalar, type Arguments, type Context, type Scalar, type Value } from '../../builder/index.js';
import { bits, bool } from '../../format/index.js';
import { floatOf, rulesOf } from './parameters.js';
import { roundToFloat, type Rounded, type Unrounded } from './round.js';

/** Rounds the exact result to format `to`; gives the words of the output ports. */
export function roundedOutputs(
  context: Context,
  p: Arguments,
  exact: Unrounded,
  invalid: Scalar,
  random: Value | undefined,
): Value[] {
  const given = random?.kind === 'scalar' ? { ...exact, random } : exact;
  return outputsOf(context, p, roundToFloat(context, given, floatOf(p, 'to'), rulesOf(p)), invalid);
}

/** The words of the output ports: the result, and where they are asked for the flags as in RISC-V's `fflags`. */
export function outputsOf(
  { draft }: Context,
  p: Arguments,
  { word, flags }: Rounded,
  operationInvalid?: Scalar,
): Value[] {
  if (p['flags'] !== true) return [word];
  const invalid = operationInvalid
    ? draft.binary('or', flags.invalid.id, operationInvalid.id)
    : flags.invalid.id;
  const divideByZero = draft.constant(0n, 1);
  const all = [flags.inexact.id, flags.underflow.id, flags.overflow.id, divideByZero, invalid];
  return [word, scalar(bits(5), draft.concat(all))];
}

/** Gates on bools. */
export function gates({ draft }: Context) {
  return {
    and: (a: Scalar, b: Scalar): Scalar => scalar(bool, draft.binary('and', a.id, b.id)),
    or: (...all: readonly Scalar[]): Scalar =>
      scalar(
        bool,
        all.map((one) => one.id).reduce((a, b) => draft.binary('or', a, b)),
      ),
    xor: (a: Scalar, b: Scalar): Scalar => scalar(bool, draft.binary('xor', a.id, b.id)),
    not: (a: Scalar): Scalar => scalar(bool, draft.not(a.id)),
    mux: (when: Scalar, yes: Scalar, no: Scalar): Scalar =>
      scalar(yes.type, draft.mux(when.id, yes.id, no.id)),
  };
}
