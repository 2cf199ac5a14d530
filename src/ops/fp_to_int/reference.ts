import type { Arguments } from '../../builder/index.js';
import { decode, encode, sameExact, type Dyadic, type Exact } from '../../format/index.js';
import { fixedOf } from '../arguments.js';
import { floatOf, rulesOf } from '../float/parameters.js';
import { flagBits, roundedAt } from '../float/reference.js';
import type { Words } from '../operator.js';

/** The exact number, rounded and saturated by the definition of the formats. */
export function reference(p: Arguments): (inputs: readonly Words[]) => Words[] {
  const [from, to] = [floatOf(p, 'a'), fixedOf(p, 'to')];
  const rules = rulesOf(p);
  return ([x, random]) => {
    const exact = decode(from, x![0]!);
    const chance = Number(random?.[0] ?? 0n);
    const word = encode(to, exact, rules, chance);
    if (p['flags'] !== true) return [[word]];
    const found = decode(to, word) as Dyadic;
    return [[word], [raised(exact, found, (value) => roundedAt(value, -to.fraction, rules, chance))]];
  };
}

/** Invalid where the rounded number is none of the target's, else inexact where it is another than the exact one. */
function raised(exact: Exact, found: Dyadic, round: (value: Dyadic) => bigint): bigint {
  if (exact.kind !== 'dyadic') return flagBits.invalid;
  const rounded = round(exact);
  if (rounded !== found.significand || (rounded !== 0n && exact.negative !== found.negative))
    return flagBits.invalid;
  const negative = found.significand === 0n ? exact.negative : found.negative;
  return sameExact(exact, { ...found, negative }) ? 0n : flagBits.inexact;
}
