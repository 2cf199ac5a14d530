import type { AdderDelays, HeapCells } from './cells.js';
import { peek, put, queue, size, take, type Queue } from './queue.js';

/** A bit of the heap: it counts `sign · bit` in units of its column, and is there `at` a time. */
export interface Bit {
  readonly sign: 1 | -1;
  readonly at: number;
}

/**
 * A cell of the compressor tree. `full` and `half` are the adders, whose outputs are complements where the cells invert;
 * `two` and `one` are made of gates and give sum and carry of two bits, and of two bits and a one; `not` and `xor` are gates.
 */
export interface Cell {
  readonly kind: 'full' | 'half' | 'two' | 'one' | 'not' | 'xor';
  readonly column: number;
  readonly inputs: readonly Bit[];
  /** The sum in `column`, and for adders the carry in the next one. */
  readonly outputs: readonly Bit[];
}

/** What a column comes down to. */
export interface Reduced {
  readonly made: readonly Cell[];
  /** At most two bits, of sign +. */
  readonly left: readonly Bit[];
  readonly carries: readonly Bit[];
  /** What is to be added besides, in units of the column. */
  readonly constant: number;
}

interface Column {
  readonly column: number;
  readonly cells: HeapCells;
  readonly made: Cell[];
  readonly carries: Bit[];
  readonly plus: Queue<Bit>;
  readonly minus: Queue<Bit>;
  constant: number;
}

/** What is done with the first two bits of a column, before threes are added. */
export type Start = 'half' | 'two' | 'one';

/**
 * Adds up the bits of one column: by twos as `starts` says, then by threes until fewer than three are left, and if `single`
 * by a two until one is left.
 */
export function reduceColumn(
  bits: readonly Bit[],
  constant: number,
  column: number,
  cells: HeapCells,
  starts: readonly Start[],
  single: boolean,
): Reduced {
  const c = startColumn(bits, constant, column, cells);
  for (const start of starts)
    if (start === 'half') addFirst(c, 'half', 2);
    else addByGates(c, start);
  while (count(c) > 2) addFirst(c, 'full', 3);
  if (single && count(c) === 2) addFirst(c, 'half', 2);
  const left = rest(c).map((bit) => (bit.sign === 1 ? bit : inverted(c, bit)));
  if (single && left.length === 1 && c.constant % 2 !== 0) left[0] = increment(c, left[0]!);
  return { made: c.made, left, carries: c.carries, constant: c.constant };
}

/** Of the highest column only the parity matters, and so no sign and no carry. */
export function topColumn(bits: readonly Bit[], constant: number, column: number, cells: HeapCells): Reduced {
  const c = startColumn(
    bits.map((bit) => ({ ...bit, sign: 1, of: bit })),
    constant,
    column,
    cells,
  );
  const original = (bit: Bit & { readonly of?: Bit }): Bit => bit.of ?? bit;
  while (count(c) > 2) {
    const pair = take(c.plus, 2);
    const output: Bit = { sign: 1, at: latest(pair) + cells.xor };
    c.made.push({ kind: 'xor', column, inputs: pair.map(original), outputs: [output] });
    put(c.plus, output);
  }
  const left = rest(c).map(original);
  const odd = constant % 2 !== 0 && left.length > 0;
  if (odd) left[0] = inverted(c, left[0]!);
  return { made: c.made, left, carries: [], constant: odd ? 0 : Math.abs(constant % 2) };
}

function startColumn(bits: readonly Bit[], constant: number, column: number, cells: HeapCells): Column {
  const of = (sign: number): Queue<Bit> => queue(bits.filter((bit) => bit.sign === sign));
  return { column, cells, made: [], carries: [], plus: of(1), minus: of(-1), constant };
}

function count(c: Column): number {
  return size(c.plus) + size(c.minus);
}

function rest(c: Column): Bit[] {
  return [...take(c.plus, size(c.plus)), ...take(c.minus, size(c.minus))];
}

function latest(bits: readonly Bit[]): number {
  return Math.max(...bits.map((bit) => bit.at));
}

/** How many of the first `size` bits are of sign +, whichever sign they have. */
function firstOf(c: Column, size: number): number {
  let plus = 0;
  for (let minus = 0; plus + minus < size;) {
    const [p, m] = [peek(c.plus, plus), peek(c.minus, minus)];
    if (p && (!m || p.at <= m.at)) plus++;
    else minus++;
  }
  return plus;
}

/** Takes bits to be added: those of one sign that are there first, or the first of all with those of the rarer sign inverted. */
function takeFirst(c: Column, size: number): Bit[] {
  const plus = firstOf(c, size);
  const overall = Math.max(peek(c.plus, plus - 1)?.at ?? 0, peek(c.minus, size - plus - 1)?.at ?? 0);
  const [p, m] = [peek(c.plus, size - 1)?.at ?? Infinity, peek(c.minus, size - 1)?.at ?? Infinity];
  if (Math.min(p, m) <= overall + c.cells.inverter) return take(p <= m ? c.plus : c.minus, size);
  const [positive, negative] = [take(c.plus, plus), take(c.minus, size - plus)];
  const invert = (bit: Bit): Bit => inverted(c, bit);
  return positive.length >= negative.length
    ? [...positive, ...negative.map(invert)]
    : [...positive.map(invert), ...negative];
}

function addFirst(c: Column, kind: 'full' | 'half', size: 2 | 3): void {
  const { sum, carry } = kind === 'full' ? c.cells.fullAdder : c.cells.halfAdder;
  const inputs = onPins(takeFirst(c, size), { sum, carry });
  const { sign } = inputs[0]!;
  const through = (delays: readonly number[]): number =>
    Math.max(...inputs.map((bit, pin) => bit.at + delays[pin]!));
  // Σ x = 3 − 2·(1 − carry) − (1 − sum): complements count with the other sign.
  const out = c.cells.inverts ? opposite(sign) : sign;
  if (c.cells.inverts) c.constant += 3 * sign;
  give(c, kind, inputs, { sign: out, at: through(sum) }, { sign: out, at: through(carry) });
}

/** The last bit to the pin that is passed fastest. */
function onPins(bits: readonly Bit[], { sum, carry }: AdderDelays): Bit[] {
  const slowest = bits.map((_, pin) => pin).sort((p, q) => sum[q]! + carry[q]! - sum[p]! - carry[p]!);
  const earliest = [...bits].sort((a, b) => a.at - b.at);
  const placed: Bit[] = [];
  slowest.forEach((pin, k) => (placed[pin] = earliest[k]!));
  return placed;
}

/** Two bits to a sum and a carry; with a one that is taken from the constant: a + b + 1 = 2·(a or b) + (a xnor b). */
function addByGates(c: Column, kind: 'two' | 'one'): void {
  const bits = takeFirst(c, 2);
  const { sign } = bits[0]!;
  const at = latest(bits);
  if (kind === 'one') c.constant -= sign;
  give(c, kind, bits, { sign, at: at + c.cells.xor }, { sign, at: at + c.cells.and });
}

function give(c: Column, kind: Cell['kind'], inputs: readonly Bit[], sum: Bit, carry: Bit): void {
  c.made.push({ kind, column: c.column, inputs, outputs: [sum, carry] });
  put(sum.sign === 1 ? c.plus : c.minus, sum);
  c.carries.push(carry);
}

/** x = 1 − (1 − x): the complement counts with the other sign. */
function inverted(c: Column, bit: Bit): Bit {
  const output: Bit = { sign: opposite(bit.sign), at: bit.at + c.cells.inverter };
  c.constant += bit.sign;
  c.made.push({ kind: 'not', column: c.column, inputs: [bit], outputs: [output] });
  return output;
}

/** x + 1 = 2·x + (1 − x), for a bit of sign +. */
function increment(c: Column, bit: Bit): Bit {
  const output: Bit = { sign: 1, at: bit.at + c.cells.inverter };
  c.constant -= 1;
  c.made.push({ kind: 'not', column: c.column, inputs: [bit], outputs: [output] });
  c.carries.push(bit);
  return output;
}

function opposite(sign: 1 | -1): 1 | -1 {
  return sign === 1 ? -1 : 1;
}
