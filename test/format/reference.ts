/**
 * Conversion by search in the list of all numbers of a format, in exact integer multiples of 2^−400. Written from
 * the definitions alone; shares nothing with the code it is compared with.
 */
import type { Conversion, Fixed, Float, NumberFormat } from '../../src/format/index.js';

const unitExponent = 400;

/** A float64 as a multiple of 2^−400, by doubling until it is an integer. */
export function scaled(value: number): bigint {
  let exponent = 0;
  while (!Number.isInteger(value)) {
    value *= 2;
    exponent++;
  }
  return BigInt(value) << BigInt(unitExponent - exponent);
}

export interface Entry {
  /** Without sign for floating point. */
  readonly code: number;
  readonly value: bigint;
  /** Whether the significand is odd, for ties. */
  readonly odd: boolean;
}

export interface Table {
  readonly format: NumberFormat;
  /** Magnitudes (floating point) or all numbers (fixed point), rising. */
  readonly entries: readonly Entry[];
  /** The number that would follow the greatest if there were no end. */
  readonly next: Entry | undefined;
}

export function tableOf(format: NumberFormat): Table {
  return format.kind === 'fixed' ? fixedTable(format) : floatTable(format);
}

function fixedTable(format: Fixed): Table {
  const count = 2 ** format.width;
  const entries: Entry[] = [];
  for (let code = 0; code < count; code++) {
    const integer = format.signed && code >= count / 2 ? code - count : code;
    entries.push({ code, value: scaled(integer * 2 ** -format.fraction), odd: integer % 2 !== 0 });
  }
  entries.sort((a, b) => (a.value < b.value ? -1 : 1));
  return { format, entries, next: undefined };
}

/** What a code without sign stands for; undefined for infinities and NaNs. */
export function floatValue(format: Float, code: number): number | undefined {
  const field = Math.floor(code / 2 ** format.mantissa);
  const fraction = (code % 2 ** format.mantissa) / 2 ** format.mantissa;
  const last = 2 ** format.exponent - 1;
  if (format.specials === 'ieee' && field === last) return undefined;
  if (format.specials === 'nan' && code === 2 ** (format.exponent + format.mantissa) - 1) return undefined;
  if (field > 0 || format.lowest === 'normal') return (1 + fraction) * 2 ** (field - format.bias);
  return format.lowest === 'flushed' ? 0 : fraction * 2 ** (1 - format.bias);
}

function floatTable(format: Float): Table {
  const entries: Entry[] = [];
  const parity = (code: number): boolean => format.mantissa === 0 || code % 2 === 1;
  let code = 0;
  for (; code < 2 ** (format.exponent + format.mantissa); code++) {
    const value = floatValue(format, code);
    if (value === undefined) break;
    if (code > 0 && value === 0) continue;
    entries.push({ code, value: scaled(value), odd: value !== 0 && parity(code) });
  }
  const field = Math.floor(code / 2 ** format.mantissa);
  const fraction = (code % 2 ** format.mantissa) / 2 ** format.mantissa;
  // Where all numbers are subnormal, the grid goes on into what would be the first normal ones.
  const beyond = (1 + fraction) * 2 ** (field - format.bias);
  return { format, entries, next: { code, value: scaled(beyond), odd: parity(code) } };
}

/** The code of a float64 by the table. */
export function lookUp(table: Table, value: number, conversion: Conversion, random = 0): number {
  return table.format.kind === 'fixed'
    ? lookUpFixed(table, value, conversion, random)
    : lookUpFloat(table, table.format, value, conversion, random);
}

function lookUpFixed({ entries }: Table, value: number, conversion: Conversion, random: number): number {
  if (Number.isNaN(value)) return conversion.nan === 'greatest' ? entries.at(-1)!.code : 0;
  if (value === Infinity) return entries.at(-1)!.code;
  if (value === -Infinity) return entries[0]!.code;
  const x = scaled(value);
  if (x >= entries.at(-1)!.value) return entries.at(-1)!.code;
  if (x <= entries[0]!.value) return entries[0]!.code;
  const at = firstAbove(entries, x);
  return choose(entries[at - 1]!, entries[at]!, x, value < 0, false, conversion, random).code;
}

/** The place of the first entry greater than x; the length where there is none. */
function firstAbove(entries: readonly Entry[], x: bigint): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle]!.value > x) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The one of two neighbours that a number between them becomes. `mirrored`: they are magnitudes of negative numbers. */
function choose(
  lower: Entry,
  upper: Entry,
  x: bigint,
  negative: boolean,
  mirrored: boolean,
  { rounding = 'nearest_even' }: Conversion,
  random: number,
): Entry {
  if (x === lower.value) return lower;
  // The neighbour that is nearer to zero, and the other.
  const [inner, outer] = negative && !mirrored ? [upper, lower] : [lower, upper];
  const distance = (entry: Entry): bigint => (entry.value > x ? entry.value - x : x - entry.value);
  const gap = upper.value - lower.value;
  switch (rounding) {
    case 'toward_zero':
      return inner;
    case 'down':
      return negative ? outer : inner;
    case 'up':
      return negative ? inner : outer;
    case 'stochastic':
      return distance(inner) * 2n ** 32n + BigInt(random) * gap >= gap * 2n ** 32n ? outer : inner;
    case 'nearest_even':
    case 'nearest_away':
      if (distance(inner) !== distance(outer)) return distance(inner) < distance(outer) ? inner : outer;
      return rounding === 'nearest_away' || inner.odd ? outer : inner;
  }
}

function lookUpFloat(table: Table, format: Float, value: number, conversion: Conversion, random: number) {
  const { entries, next } = table;
  const negative = value < 0 || Object.is(value, -0);
  const sign = format.signed ? 2 ** (format.exponent + format.mantissa) : 0;
  const signed = (code: number): number => (negative ? code + sign : code);
  const greatest = entries.at(-1)!.code;
  const nan = { ieee: greatest + 1 + 2 ** (format.mantissa - 1), nan: greatest + 1, finite: greatest };
  const ieee = conversion.overflow === 'ieee';
  if (Number.isNaN(value))
    return format.specials === 'finite' && conversion.nan === 'zero' ? 0 : nan[format.specials];
  const last = negative && !format.signed ? 0 : signed(greatest);
  const overflow = (): number => {
    if (!ieee || format.specials === 'finite') return last;
    if (negative && !format.signed) return nan[format.specials];
    // The code after the greatest number is infinity, or the NaN where that is the only special code.
    return signed(greatest + 1);
  };
  const { rounding } = conversion;
  const inward = rounding === 'toward_zero' || rounding === (negative ? 'up' : 'down');
  if (!Number.isFinite(value)) return overflow();
  if (value === 0) {
    if (format.lowest === 'normal') return ieee ? nan[format.specials] : 0;
    return signed(0);
  }
  const x = scaled(Math.abs(value));
  const finite = (): Entry | undefined => {
    if (x >= next!.value) return undefined;
    if (x <= entries[0]!.value) return entries[0]!;
    const at = firstAbove(entries, x);
    const chosen = choose(entries[at - 1]!, entries[at] ?? next!, x, negative, true, conversion, random);
    return chosen === next ? undefined : chosen;
  };
  const found = finite();
  if (found && negative && !format.signed) return found.value === 0n ? 0 : ieee && !inward ? overflow() : 0;
  if (!found) return inward ? last : overflow();
  return signed(found.code);
}
