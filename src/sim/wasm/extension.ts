import type { Graph, Ref } from './graph.js';
import { bitsInterval, truth, within } from './interval.js';

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
