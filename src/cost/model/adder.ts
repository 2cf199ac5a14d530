import { one, zero, type Bits, type Elements, type Literal } from './elements.js';

/** What an adder gives: the sum, and the carry out of every place. */
export interface Added {
  readonly sum: Bits;
  readonly carries: Bits;
}

/**
 * The sum of two words of one width and a carry. Low places where a constant bit equals a constant carry hand on the other bit and
 * the carry, and are cut off first.
 */
export function adder(e: Elements, a: Bits, b: Bits, carry: Literal = zero): Added {
  let low = 0;
  while (carry <= one && low < a.length && (a[low] === carry || b[low] === carry)) low++;
  const below = a.slice(0, low).map((bit, i) => (bit === carry ? b[i]! : bit));
  const { sum, carries } = prefixAdder(e, a.slice(low), b.slice(low), carry);
  return { sum: [...below, ...sum], carries: [...below.map(() => carry), ...carries] };
}

/**
 * The same with no place cut off, by the parallel-prefix adder that Yosys maps `$alu` to (R. P. Brent and H. T. Kung, A Regular
 * Layout for Parallel Adders, 1982).
 */
export function prefixAdder(e: Elements, a: Bits, b: Bits, carry: Literal = zero): Added {
  const half = a.map((bit, i) => e.xor(bit, b[i]!));
  const p = [...half];
  const g = a.map((bit, i) => e.and(bit, b[i]!));
  if (g.length > 0) g[0] = e.or(g[0]!, e.and(p[0]!, carry));
  const width = a.length;
  const join = (from: number, step: number, back: number): void => {
    for (let j = from; j < width; j += step) {
      g[j] = e.or(g[j]!, e.and(p[j]!, g[j - back]!));
      p[j] = e.and(p[j]!, p[j - back]!);
    }
  };
  let top = 1;
  for (; top < width; top *= 2) join(2 * top - 1, 2 * top, top);
  for (let step = top; step > 1; step /= 2) join(step + step / 2 - 1, step, step / 2);
  const sum = half.map((bit, i) => e.xor(bit, i === 0 ? carry : g[i - 1]!));
  return { sum, carries: g };
}

export function inverted(bits: Bits): Bits {
  return bits.map((bit) => bit ^ 1);
}

/**
 * Whether a < b: there is no carry out of a − b. Of signed words the top bits are complemented for that, behind the carry into them:
 * Yosys compares sign and overflow, of which mapping makes the same.
 */
export function lessThan(e: Elements, a: Bits, b: Bits, isSigned: boolean): Literal {
  const { carries } = adder(e, a, inverted(b), one);
  if (!isSigned) return carries.at(-1)! ^ 1;
  return e.carry(a.at(-1)! ^ 1, b.at(-1)!, carries.at(-2) ?? one) ^ 1;
}

/** All bits combined by a tree of gates, neighbours first. */
export function reduced(bits: Bits, join: (a: Literal, b: Literal) => Literal): Literal {
  let row = bits;
  while (row.length > 1) {
    const next: Literal[] = [];
    for (let i = 0; i < row.length; i += 2)
      next.push(i + 1 < row.length ? join(row[i]!, row[i + 1]!) : row[i]!);
    row = next;
  }
  return row[0] ?? zero;
}

/** The word shifted by a number of bits, a stage for each bit of `by` that matters, the lowest first. */
export function shifted(e: Elements, bits: Bits, by: Bits, left: boolean, isSigned: boolean): Bits {
  const width = bits.length;
  const fill = isSigned ? bits.at(-1)! : zero;
  const stages = Math.min(Math.ceil(Math.log2(width)) + 1, by.length);
  const beyond = reduced(by.slice(stages), e.or);
  let word: Bits = bits.map((bit) => e.mux(beyond, fill, bit));
  for (let k = 0; k < stages; k++) {
    const step = 2 ** k;
    const from = word;
    word = from.map((bit, i) => {
      const at = left ? i - step : i + step;
      return e.mux(by[k]!, from[at] ?? fill, bit);
    });
  }
  return word;
}
