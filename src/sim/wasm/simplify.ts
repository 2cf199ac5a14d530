import type { Graph, Ref } from './graph.js';
import { truth, within, type PureOp } from './interval.js';

/** A simpler vector that is equal to the operation on these operands, if there is one. */
export function simplify(g: Graph, op: PureOp, operands: readonly Ref[], by: number): Ref | undefined {
  const [x = 0, y = 0, z = 0] = operands;
  switch (op) {
    case 'not':
      return g.at(x).op === 'not' ? g.at(x).operands[0] : undefined;
    case 'and':
      return simplerAnd(g, x, y);
    case 'andnot':
      return g.valueOf(y) === 0 ? x : missingBit(g, x, y);
    case 'or':
      return x === y || g.valueOf(y) === 0 ? x : undefined;
    case 'xor':
      return simplerXor(g, x, y);
    case 'add':
      return g.valueOf(y) === 0 ? x : undefined;
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
  if (mask === undefined) return maskedSum(g, x, y) ?? maskedSum(g, y, x);
  if (mask === -1) return x;
  if (isLowMask(mask) && within(g.at(x).range, { lo: 0, hi: mask })) return x;
  const inner = g.at(x);
  const innerMask = inner.op === 'and' ? g.valueOf(inner.operands[1]!) : undefined;
  if (innerMask !== undefined) return g.pure('and', [inner.operands[0]!, g.constant(mask & innerMask)]);
  return undefined;
}

/**
 * A sum of masked terms that is masked itself, as an accumulator is by its reset: the masks are put together, which in
 * lanes of 8 bits takes less than to mask the sum.
 */
function maskedSum(g: Graph, x: Ref, y: Ref): Ref | undefined {
  const { op, operands, range } = g.at(x);
  if (op !== 'add' || !within(g.at(y).range, truth)) return undefined;
  const terms = operands.map((ref) => {
    const { op, operands } = g.at(ref);
    const [word, mask] = operands as [Ref, Ref];
    if ((op !== 'and' && op !== 'andnot') || !within(g.at(mask).range, truth)) return undefined;
    return g.pure('and', [word, g.pure(op, [y, mask])]);
  });
  const [a, b] = terms;
  if (a === undefined || b === undefined) return undefined;
  return g.known(g.pure('add', [a, b]), { lo: Math.min(range.lo, 0), hi: Math.max(range.hi, 0) });
}

/** Bit 0 where a bit of a word is 0: of its mask, which then can be taken at any other place as well. */
function missingBit(g: Graph, x: Ref, y: Ref): Ref | undefined {
  const { op, operands, at } = g.at(y);
  if (g.valueOf(x) !== 1 || (op !== 'shrS' && op !== 'shrU') || within(g.at(y).range, truth))
    return undefined;
  return g.pure('andnot', [x, g.shift('shrS', g.shift('shl', operands[0]!, 31 - at), 31)]);
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
  if (op === 'shl' && (innerOp === 'and' || innerOp === 'andnot')) return raisedBits(g, x, by);
  if (op !== innerOp) return undefined;
  const sum = at + by;
  if (sum > 31) return op === 'shrS' ? g.shift('shrS', operands[0]!, 31) : g.constant(0);
  return g.shift(op, operands[0]!, sum);
}

/** Bits taken by a mask, further up. */
function raisedBits(g: Graph, x: Ref, by: number): Ref | undefined {
  const { op, operands } = g.at(x);
  const [a, b] = operands as [Ref, Ref];
  const [mask, bits] = op === 'and' ? [a, g.valueOf(b)] : [b, g.valueOf(a)];
  if (bits === undefined || !within(g.at(mask).range, truth)) return undefined;
  const raised = g.constant(bits << by);
  return g.pure(op as PureOp, op === 'and' ? [mask, raised] : [raised, mask]);
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
  const sum = conditionalSum(g, when, yes, no) ?? conditionalDifference(g, when, yes, no);
  if (sum !== undefined) return sum;
  if (mask.op !== 'ltS') return undefined;
  const [x, y] = mask.operands;
  if (x === yes && y === no) return g.pure('minS', [yes, no]);
  return x === no && y === yes ? g.pure('maxS', [yes, no]) : undefined;
}

/**
 * A sum that is taken up only sometimes, as in accumulators: what is added is masked, for less than a selection
 * takes. Also where the sum may start anew: `when ? (first ? 0 : no) + term : no`.
 */
function conditionalSum(g: Graph, when: Ref, yes: Ref, no: Ref): Ref | undefined {
  if (g.at(yes).op !== 'add') return undefined;
  const [x, y] = g.at(yes).operands as [Ref, Ref];
  for (const [before, term] of [
    [x, y],
    [y, x],
  ] as const) {
    const { op, operands } = g.at(before);
    const anew = op === 'andnot' && operands[0] === no;
    if (before !== no && !anew) continue;
    const kept = anew ? g.pure('andnot', [no, g.pure('and', [operands[1]!, when])]) : no;
    const sum = g.pure('add', [kept, g.pure('and', [term, when])]);
    const [a, b] = [g.at(yes).range, g.at(no).range];
    return g.known(sum, { lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi) });
  }
  return undefined;
}

/** A difference that is taken, or taken back, only sometimes; a number negated only sometimes. */
function conditionalDifference(g: Graph, when: Ref, yes: Ref, no: Ref): Ref | undefined {
  if (!within(g.at(when).range, truth)) return undefined;
  const [a, b] = [g.at(yes), g.at(no)];
  const masked = (ref: Ref): Ref => g.pure('and', [ref, when]);
  const either = (ref: Ref): Ref =>
    g.known(ref, { lo: Math.min(a.range.lo, b.range.lo), hi: Math.max(a.range.hi, b.range.hi) });
  if (a.op === 'sub' && a.operands[1] === no && g.valueOf(a.operands[0]!) === 0)
    return either(g.pure('sub', [g.pure('xor', [no, when]), when]));
  if (a.op === 'sub' && a.operands[0] === no) return either(g.pure('sub', [no, masked(a.operands[1]!)]));
  if (b.op === 'sub' && b.operands[0] === yes) return either(g.pure('add', [no, masked(b.operands[1]!)]));
  return undefined;
}

function isLowMask(mask: number): boolean {
  return mask > 0 && (mask & (mask + 1)) === 0;
}
