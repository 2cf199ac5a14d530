/**
 * A circuit as elements of one bit each: what a technology's cells are picked for. Building folds constants and makes
 * each element once, as every synthesis does, so that counts of elements are those of what is left to be mapped.
 */

/** Twice the number of an element, and one more for its complement; 0 and 1 are the constants. */
export type Literal = number;

/** Words as their bits, the least significant first. */
export type Bits = readonly Literal[];

export const zero: Literal = 0;
export const one: Literal = 1;

/**
 * What elements there are. `carry` is the majority of three bits; `mux` is b or c by a; a `register` takes `a`. The sums and
 * carries of adder cells are cells already. A `border` is its operand where it goes into a module or comes out.
 */
export const kinds = [
  'constant',
  'input',
  'and',
  'xor',
  'mux',
  'carry',
  'register',
  'fullSum',
  'fullCarry',
  'halfSum',
  'halfCarry',
  'border',
] as const;
export type Kind = (typeof kinds)[number];

/** Numbers of the kinds, for typed arrays. */
export const kindNumber = Object.fromEntries(kinds.map((kind, k) => [kind, k])) as Readonly<
  Record<Kind, number>
>;

/** Elements under construction; operands of an element precede it, but for a register's. */
export interface Elements {
  input(): Literal;
  and(a: Literal, b: Literal): Literal;
  or(a: Literal, b: Literal): Literal;
  xor(a: Literal, b: Literal): Literal;
  /** `yes` if `when`, else `no`. */
  mux(when: Literal, yes: Literal, no: Literal): Literal;
  carry(a: Literal, b: Literal, c: Literal): Literal;
  /** Sum and carry of a cell that adds two bits or three; each cell is one of its own, whatever its inputs. */
  adderCell(inputs: Bits): readonly [Literal, Literal];
  /** The same bit beyond a border of modules, where nothing is folded or shared with what is on this side. */
  border(bit: Literal): Literal;
  /** A register whose next value is known; one for each, and none for a constant. */
  delayed(next: Literal): Literal;
  /** A register whose next value is connected later. */
  register(): Literal;
  connect(register: Literal, next: Literal): void;
  readonly raw: () => RawElements;
}

/** Element by element: its kind and its operands. */
export interface RawElements {
  readonly count: number;
  readonly kind: Uint8Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly c: Int32Array;
}

const { and: AND, xor: XOR, mux: MUX, carry: CARRY, register: REGISTER, input: INPUT } = kindNumber;
/** From here on, no element is the same as another one. */
const firstOwn = REGISTER;

/** Starts a circuit. */
export function elements(): Elements {
  let capacity = 1024;
  let kind = new Uint8Array(capacity);
  let a = new Int32Array(capacity);
  let b = new Int32Array(capacity);
  let c = new Int32Array(capacity);
  let slots = new Int32Array(2 * capacity);
  const delays = new Map<Literal, Literal>();
  let count = 1;

  function grow(): void {
    capacity *= 2;
    const grown = <T extends Uint8Array | Int32Array>(old: T, made: T): T => {
      made.set(old);
      return made;
    };
    kind = grown(kind, new Uint8Array(capacity));
    a = grown(a, new Int32Array(capacity));
    b = grown(b, new Int32Array(capacity));
    c = grown(c, new Int32Array(capacity));
    slots = new Int32Array(2 * capacity);
    for (let id = 1; id < count; id++)
      if (kind[id] !== INPUT && kind[id]! < firstOwn) slots[slotOf(kind[id]!, a[id]!, b[id]!, c[id]!)] = id;
  }

  /** Where an element stands in the table, or the free place where it is to stand. */
  function slotOf(k: number, x: number, y: number, z: number): number {
    const mask = slots.length - 1;
    let slot = Math.imul(Math.imul(Math.imul(x, 0x9e3779b1) ^ y, 0x85ebca6b) ^ (z * 8 + k), 0xc2b2ae35);
    slot = (slot ^ (slot >>> 15)) & mask;
    for (let id = slots[slot]!; id !== 0; id = slots[slot]!) {
      if (a[id] === x && b[id] === y && c[id] === z && kind[id] === k) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** x and y where y is an `and` that x, or its complement, is in. */
  function absorbed(x: Literal, y: Literal): Literal | undefined {
    const id = y >> 1;
    if (kind[id] !== AND) return undefined;
    const [u, v] = [a[id]!, b[id]!];
    if (u !== x && v !== x && u !== (x ^ 1) && v !== (x ^ 1)) return undefined;
    const has = u === x || v === x;
    if ((y & 1) === 0) return has ? y : zero;
    return has ? self.and(x, (u === x ? v : u) ^ 1) : x;
  }

  function append(k: number, x: number, y: number, z: number): number {
    if (count === capacity) grow();
    kind[count] = k;
    a[count] = x;
    b[count] = y;
    c[count] = z;
    return count++;
  }

  function shared(k: number, x: number, y: number, z: number): Literal {
    if (count === capacity) grow();
    const slot = slotOf(k, x, y, z);
    if (slots[slot] === 0) slots[slot] = append(k, x, y, z);
    return 2 * slots[slot]!;
  }

  const self: Elements = {
    input: () => 2 * append(INPUT, 0, 0, 0),
    and(x, y) {
      if (x > y) [x, y] = [y, x];
      if (x === zero || x === (y ^ 1)) return zero;
      if (x === one || x === y) return y;
      const less = absorbed(x, y) ?? absorbed(y, x);
      return less ?? shared(AND, x, y, 0);
    },
    or: (x, y) => self.and(x ^ 1, y ^ 1) ^ 1,
    xor(x, y) {
      const flip = (x ^ y) & 1;
      x &= ~1;
      y &= ~1;
      if (x === y) return flip;
      if (x === zero) return y ^ flip;
      if (y === zero) return x ^ flip;
      return (x < y ? shared(XOR, x, y, 0) : shared(XOR, y, x, 0)) ^ flip;
    },
    mux(when, yes, no) {
      if ((when & 1) === 1) return self.mux(when ^ 1, no, yes);
      if (when === zero || yes === no) return no;
      if (yes === (no ^ 1)) return self.xor(when, no);
      if (yes === one || yes === when) return self.or(when, no);
      if (yes === zero || yes === (when ^ 1)) return self.and(when ^ 1, no);
      if (no === zero || no === when) return self.and(when, yes);
      if (no === one || no === (when ^ 1)) return self.or(when ^ 1, yes);
      const flip = no & 1;
      return shared(MUX, when, yes ^ flip, no ^ flip) ^ flip;
    },
    carry(x, y, z) {
      if (x > y) [x, y] = [y, x];
      if (y > z) [y, z] = [z, y];
      if (x > y) [x, y] = [y, x];
      if (x === zero) return self.and(y, z);
      if (x === one) return self.or(y, z);
      if (x === y || y === z) return y;
      if (x === (y ^ 1)) return z;
      if (y === (z ^ 1)) return x;
      return shared(CARRY, x, y, z);
    },
    adderCell([x, y, z]) {
      const [sum, carry] =
        z === undefined
          ? [kindNumber.halfSum, kindNumber.halfCarry]
          : [kindNumber.fullSum, kindNumber.fullCarry];
      return [2 * append(sum, x!, y!, z ?? 0), 2 * append(carry, x!, y!, z ?? 0)];
    },
    border: (bit) => 2 * append(kindNumber.border, bit, 0, 0),
    delayed(next) {
      if (next <= one) return next;
      const known = delays.get(next);
      if (known !== undefined) return known;
      const made = 2 * append(REGISTER, next, 0, 0);
      delays.set(next, made);
      return made;
    },
    register: () => 2 * append(REGISTER, 0, 0, 0),
    connect(register, next) {
      a[register >> 1] = next;
    },
    raw: () => ({ count, kind, a, b, c }),
  };
  return self;
}
