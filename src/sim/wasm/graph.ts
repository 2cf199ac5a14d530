import { anything, outcome, truth, within, bitsInterval, type Interval, type PureOp } from './interval.js';

/** The index of a vector in its graph. */
export type Ref = number;

/** Where a vector comes from when it is not computed of others. */
export type Source = 'constant' | 'load' | 'pair' | 'state' | 'gather';

/**
 * Four 32-bit lanes, one a stream: a leaf or an operation on other vectors, lane by lane.
 *
 * `at` is the value of a constant, the distance of a shift, the port of a load, the slot of a state, the memory of
 * a gather. `row` is the row of a port, or the limb of a memory's word. A gather's operand is the byte offset of
 * the word in its memory. A pair is two 16-bit numbers, rows `row` and `row + 1` of a port, the first in the low
 * half; a `dot` multiplies pairs by halves and adds the two products.
 */
export interface Vector {
  readonly op: PureOp | Source | 'dot';
  readonly operands: readonly Ref[];
  readonly at: number;
  readonly row: number;
  /** What each lane can be. */
  readonly range: Interval;
  /** Whether it is the same for all streams. */
  readonly uniform: boolean;
}

/** Vectors that are computed of each other; operands precede. Equal vectors are one. */
export interface Graph {
  readonly vectors: readonly Vector[];
  at(ref: Ref): Vector;
  constant(value: number): Ref;
  load(port: number, row: number, range: Interval, uniform: boolean): Ref;
  state(slot: number, range: Interval): Ref;
  gather(memory: number, limb: number, offset: Ref, range: Interval, uniform: boolean): Ref;
  /** Rows `row` and `row + 1` of a port whose elements are 16-bit numbers. */
  pair(port: number, row: number, uniform: boolean): Ref;
  dot(a: Ref, b: Ref, range: Interval): Ref;
  /** The operation, or something simpler that is equal to it. `by` is the distance of a shift. */
  pure(op: PureOp, operands: readonly Ref[], by?: number): Ref;
  /** As `pure`, but with what the caller knows of the outcome besides. */
  known(ref: Ref, range: Interval): Ref;
  shift(op: 'shl' | 'shrS' | 'shrU', a: Ref, by: number): Ref;
  valueOf(ref: Ref): number | undefined;
}

const commutative = new Set<string>(['and', 'or', 'xor', 'add', 'mul', 'mulHighS', 'mulHighU', 'eq', 'minS', 'maxS', 'minU']); // prettier-ignore

export function graph(): Graph {
  const vectors: Vector[] = [];
  const index = new Map<string, Ref>();

  function intern(vector: Vector): Ref {
    const key = `${vector.op} ${vector.operands.join(' ')},${vector.at},${vector.row}`;
    const known = index.get(key);
    if (known !== undefined) return known;
    index.set(key, vectors.length);
    return vectors.push(vector) - 1;
  }

  const leaf = (
    op: Source,
    at: number,
    row: number,
    range: Interval,
    uniform: boolean,
    operands: readonly Ref[] = [],
  ): Ref => intern({ op, operands, at, row, range, uniform });

  const self: Graph = {
    vectors,
    at: (ref) => vectors[ref]!,
    constant: (value) => leaf('constant', value | 0, 0, { lo: value | 0, hi: value | 0 }, true),
    load: (port, row, range, uniform) => leaf('load', port, row, range, uniform),
    state: (slot, range) => leaf('state', slot, 0, range, false),
    pair: (port, row, uniform) => leaf('pair', port, row, anything, uniform),
    dot: (a, b, range) =>
      intern({
        op: 'dot',
        operands: [a, b],
        at: 0,
        row: 0,
        range,
        uniform: vectors[a]!.uniform && vectors[b]!.uniform,
      }),
    gather: (memory, limb, offset, range, uniform) => leaf('gather', memory, limb, range, uniform, [offset]),
    pure(op, given, by = 0) {
      const operands = commutative.has(op) ? inOrder(self, given) : given;
      const ranges = operands.map((ref) => vectors[ref]!.range);
      const range = outcome(op, ranges, by);
      if (range.lo === range.hi) return self.constant(range.lo);
      const simpler = simplify(self, op, operands, by);
      if (simpler !== undefined) return simpler;
      return intern({
        op,
        operands,
        at: by,
        row: 0,
        range,
        uniform: operands.every((ref) => vectors[ref]!.uniform),
      });
    },
    known(ref, range) {
      const vector = vectors[ref]!;
      const lo = Math.max(vector.range.lo, range.lo);
      const hi = Math.min(vector.range.hi, range.hi);
      if (vector.op !== 'constant' && lo <= hi) vectors[ref] = { ...vector, range: { lo, hi } };
      return ref;
    },
    shift: (op, a, by) => self.pure(op, [a], by),
    valueOf(ref) {
      const vector = vectors[ref]!;
      return vector.op === 'constant' ? vector.at : undefined;
    },
  };
  return self;
}

/** Operands of a commutative operation in one order, a constant last. */
function inOrder(g: Graph, operands: readonly Ref[]): readonly Ref[] {
  const [x, y] = operands as [Ref, Ref];
  const rank = (ref: Ref): number => (g.valueOf(ref) === undefined ? ref : Infinity);
  return rank(x) <= rank(y) ? operands : [y, x];
}

function simplify(g: Graph, op: PureOp, operands: readonly Ref[], by: number): Ref | undefined {
  const [x = 0, y = 0, z = 0] = operands;
  switch (op) {
    case 'not':
      return g.at(x).op === 'not' ? g.at(x).operands[0] : undefined;
    case 'and':
      return simplerAnd(g, x, y);
    case 'andnot':
      return g.valueOf(y) === 0 ? x : undefined;
    case 'or':
      return x === y || g.valueOf(y) === 0 ? x : undefined;
    case 'xor':
      return simplerXor(g, x, y);
    case 'add':
      return g.valueOf(y) === 0 ? x : dotProduct(g, x, y);
    case 'sub':
      if (x === y) return g.constant(0);
      return g.valueOf(y) === 0 ? x : undefined;
    case 'mul':
      return simplerMul(g, x, y);
    case 'eq':
      return x === y ? g.constant(-1) : undefined;
    case 'ltS':
    case 'ltU':
      return simplerLess(g, op, x, y);
    case 'minU':
      return within(g.at(x).range, { lo: 0, hi: g.valueOf(y) ?? -1 }) ? x : undefined;
    case 'shl':
    case 'shrS':
    case 'shrU':
      return simplerShift(g, op, x, by);
    case 'select':
      return simplerSelect(g, x, y, z);
    default:
      return undefined;
  }
}

function simplerAnd(g: Graph, x: Ref, y: Ref): Ref | undefined {
  if (x === y) return x;
  if (g.at(y).op === 'not') return g.pure('andnot', [x, g.at(y).operands[0]!]);
  if (g.at(x).op === 'not') return g.pure('andnot', [y, g.at(x).operands[0]!]);
  const mask = g.valueOf(y);
  if (mask === undefined) return undefined;
  if (mask === -1) return x;
  if (isLowMask(mask) && within(g.at(x).range, { lo: 0, hi: mask })) return x;
  const inner = g.at(x);
  const innerMask = inner.op === 'and' ? g.valueOf(inner.operands[1]!) : undefined;
  if (innerMask !== undefined) return g.pure('and', [inner.operands[0]!, g.constant(mask & innerMask)]);
  return undefined;
}

/** The sum of two products of 16-bit numbers in one instruction, where their operands come in pairs. */
function dotProduct(g: Graph, x: Ref, y: Ref): Ref | undefined {
  if (g.at(x).op !== 'mul' || g.at(y).op !== 'mul') return undefined;
  const [a, b] = g.at(x).operands as [Ref, Ref];
  const [c, d] = g.at(y).operands as [Ref, Ref];
  const first = pairOf(g, a, c);
  const second = first === undefined ? undefined : pairOf(g, b, d);
  if (first === undefined || second === undefined) return undefined;
  const range = outcome('add', [g.at(x).range, g.at(y).range], 0);
  return g.dot(first, second, range);
}

function pairOf(g: Graph, low: Ref, high: Ref): Ref | undefined {
  const [a, b] = [g.at(low), g.at(high)];
  const small = bitsInterval(16, true);
  if (!within(a.range, small) || !within(b.range, small)) return undefined;
  if (a.op === 'constant' && b.op === 'constant') return g.constant((a.at & 0xffff) | (b.at << 16));
  if (a.op !== 'load' || b.op !== 'load' || a.at !== b.at || a.row + 1 !== b.row) return undefined;
  return g.pair(a.at, a.row, a.uniform);
}

function simplerXor(g: Graph, x: Ref, y: Ref): Ref | undefined {
  if (x === y) return g.constant(0);
  if (g.valueOf(y) === 0) return x;
  return g.valueOf(y) === -1 ? g.pure('not', [x]) : undefined;
}

function simplerMul(g: Graph, x: Ref, y: Ref): Ref | undefined {
  const factor = g.valueOf(y);
  if (factor === undefined) return undefined;
  if (factor === -1) return g.pure('sub', [g.constant(0), x]);
  const power = 31 - Math.clz32(factor);
  return factor >>> 0 === 2 ** power ? g.shift('shl', x, power) : undefined;
}

function simplerLess(g: Graph, op: 'ltS' | 'ltU', x: Ref, y: Ref): Ref | undefined {
  if (x === y) return g.constant(0);
  const [a, b] = [g.at(x).range, g.at(y).range];
  // The signed comparison is one instruction on x86, the unsigned one three.
  if (op === 'ltU' && a.lo >= 0 && b.lo >= 0) return g.pure('ltS', [x, y]);
  if (op === 'ltS' && g.valueOf(y) === 0) return g.shift('shrS', x, 31);
  return undefined;
}

function simplerShift(g: Graph, op: 'shl' | 'shrS' | 'shrU', x: Ref, by: number): Ref | undefined {
  if (by === 0) return x;
  const { op: innerOp, range, operands, at } = g.at(x);
  if (op === 'shrS' && range.lo >= 0) return g.shift('shrU', x, by);
  if (op === 'shrS' && within(range, truth)) return x;
  if (op !== innerOp) return undefined;
  const sum = at + by;
  if (sum > 31) return op === 'shrS' ? g.shift('shrS', operands[0]!, 31) : g.constant(0);
  return g.shift(op, operands[0]!, sum);
}

function simplerSelect(g: Graph, when: Ref, yes: Ref, no: Ref): Ref | undefined {
  if (yes === no) return yes;
  const mask = g.at(when);
  if (mask.op === 'constant') return mask.at === 0 ? no : yes;
  if (mask.op === 'not') return g.pure('select', [mask.operands[0]!, no, yes]);
  if (mask.op === 'shrS' && mask.at === 31) {
    const [x] = mask.operands;
    if (x === no && g.valueOf(yes) === 0) return g.pure('maxS', [no, yes]);
    if (x === yes && g.valueOf(no) === 0) return g.pure('minS', [yes, no]);
  }
  if (g.valueOf(no) === 0) return g.pure('and', [yes, when]);
  if (g.valueOf(yes) === 0) return g.pure('andnot', [no, when]);
  if (g.valueOf(yes) === -1) return g.pure('or', [no, when]);
  if (mask.op !== 'ltS') return undefined;
  const [x, y] = mask.operands;
  if (x === yes && y === no) return g.pure('minS', [yes, no]);
  return x === no && y === yes ? g.pure('maxS', [yes, no]) : undefined;
}

function isLowMask(mask: number): boolean {
  return mask > 0 && (mask & (mask + 1)) === 0;
}

/** `x` read as a number of `bits` bits (1 to 32): its low bits with copies of the highest of them above. */
export function signExtended(g: Graph, x: Ref, bits: number): Ref {
  const range = bitsInterval(bits, true);
  const { range: now, op, operands, at } = g.at(x);
  if (within(now, range)) return x;
  if (bits === 1 && within(now, { lo: 0, hi: 1 })) return g.pure('sub', [g.constant(0), x]);
  const mask = op === 'and' ? g.valueOf(operands[1]!) : undefined;
  if (mask !== undefined && (mask & lowMask(bits)) === lowMask(bits))
    return signExtended(g, operands[0]!, bits);
  const up = 32 - bits;
  // A field of bits: one shift up to the top instead of one down and one up.
  if ((op === 'shrU' || op === 'shrS') && at <= up)
    return g.shift('shrS', g.shift('shl', operands[0]!, up - at), up);
  return g.shift('shrS', g.shift('shl', x, up), up);
}

/** The low `bits` bits (1 to 32) of `x` with zeros above. */
export function zeroExtended(g: Graph, x: Ref, bits: number): Ref {
  const { op, operands, at } = g.at(x);
  if (bits === 32 || within(g.at(x).range, bitsInterval(bits, false))) return x;
  if (op === 'shrS' && at + bits <= 32) {
    const inner = g.at(operands[0]!);
    if (inner.op === 'shl' && inner.at === at) return zeroExtended(g, inner.operands[0]!, bits);
    if (at + bits === 32) return g.shift('shrU', operands[0]!, at);
  }
  return g.pure('and', [x, g.constant(lowMask(bits))]);
}

export function lowMask(bits: number): number {
  return bits === 32 ? -1 : 2 ** bits - 1;
}

/** A vector that is all ones in the lanes where `x` is not 0. */
export function nonZero(g: Graph, x: Ref): Ref {
  if (within(g.at(x).range, truth)) return x;
  if (within(g.at(x).range, { lo: 0, hi: 1 })) return g.pure('sub', [g.constant(0), x]);
  return g.pure('not', [g.pure('eq', [x, g.constant(0)])]);
}
