import { outcome, type Interval, type PureOp } from './interval.js';
import type { InnerProduct } from './inner.js';
import type { Lane } from './needs.js';
import { simplify } from './simplify.js';

/** The index of a vector in its graph. */
export type Ref = number;

/** The low `bits` bits of a word, with zeros or copies of the highest of them above. */
export interface Cut {
  readonly bits: number;
  readonly signed: boolean;
}

/** Where a vector comes from when it is not computed of others. */
export type Source = 'constant' | 'load' | 'state' | 'gather';

/**
 * What brings vectors to lanes of another width: copies of the sign, zeros or anything above, from half the width; or
 * from twice the width the nearest number that is there, signed or unsigned. And the greater of unsigned numbers,
 * and the power of two of a number that stands in all bytes of its lane.
 */
export type LaneOp = 'maxU' | 'exp2Bytes' | 'widenS' | 'widenU' | 'double' | 'narrowS' | 'narrowU';

/**
 * A lane for each stream, of 32 bits unless `inLanes` has found that fewer do: a leaf or an operation on other vectors,
 * lane by lane.
 *
 * `at` is the value of a constant, the distance of a shift, the port of a load, the slot of a state, the memory of
 * a gather. `row` is the row of a port, or the limb of a memory's word. A gather's operand is the byte offset of
 * the word in its memory. An `inner` is the sum of products that `inner` tells; its operands are what that reads
 * besides elements of ports.
 */
export interface Vector {
  readonly op: PureOp | LaneOp | Source | 'inner';
  readonly operands: readonly Ref[];
  readonly at: number;
  readonly row: number;
  readonly lane: Lane;
  /** What each lane can be. */
  readonly range: Interval;
  /** Whether it is the same for all streams. */
  readonly uniform: boolean;
  /** The low bits to which a load's elements are cut, where they are not taken whole. */
  readonly cut?: Cut;
  readonly inner?: InnerProduct;
}

/** Vectors that are computed of each other; operands precede. Equal vectors are one. */
export interface Graph {
  readonly vectors: readonly Vector[];
  at(ref: Ref): Vector;
  constant(value: number): Ref;
  load(port: number, row: number, range: Interval, uniform: boolean): Ref;
  state(slot: number, range: Interval): Ref;
  gather(memory: number, limb: number, offset: Ref, range: Interval, uniform: boolean): Ref;
  /** The operation, or something simpler that is equal to it. `by` is the distance of a shift. */
  pure(op: PureOp, operands: readonly Ref[], by?: number): Ref;
  /** As `pure`, but with what the caller knows of the outcome besides. */
  known(ref: Ref, range: Interval): Ref;
  shift(op: 'shl' | 'shrS' | 'shrU', a: Ref, by: number): Ref;
  valueOf(ref: Ref): number | undefined;
  /** The vector as it is, or an equal one that is there. */
  place(vector: Vector): Ref;
  /** Puts a vector that is equal in place of another; its operands must precede. */
  replace(ref: Ref, vector: Vector): void;
}

const commutative = new Set<string>([
  'and',
  'or',
  'xor',
  'add',
  'mul',
  'mulHighS',
  'mulHighU',
  'eq',
  'minS',
  'maxS',
  'minU',
]);

export function graph(): Graph {
  const vectors: Vector[] = [];
  const index = new Map<string, Ref>();

  function intern(vector: Vector): Ref {
    const key = `${vector.op} ${vector.operands.join(' ')},${vector.at},${vector.row},${vector.lane}`;
    const known = vector.inner ? undefined : index.get(key);
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
  ): Ref => intern({ op, operands, at, row, range, uniform, lane: 32 });

  const self: Graph = {
    vectors,
    at: (ref) => vectors[ref]!,
    constant: (value) => leaf('constant', value | 0, 0, { lo: value | 0, hi: value | 0 }, true),
    load: (port, row, range, uniform) => leaf('load', port, row, range, uniform),
    state: (slot, range) => leaf('state', slot, 0, range, false),
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
        lane: 32,
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
    place: intern,
    replace: (ref, vector) => void (vectors[ref] = vector),
  };
  return self;
}

/** Operands of a commutative operation in one order, a constant last. */
function inOrder(g: Graph, operands: readonly Ref[]): readonly Ref[] {
  const [x, y] = operands as [Ref, Ref];
  const rank = (ref: Ref): number => (g.valueOf(ref) === undefined ? ref : Infinity);
  return rank(x) <= rank(y) ? operands : [y, x];
}
