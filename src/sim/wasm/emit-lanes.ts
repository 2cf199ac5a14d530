import { interleave } from './access.js';
import { emitValue } from './emit.js';
import type { Frame } from './frame.js';
import type { Ref, Vector } from './graph.js';
import type { SimdOp } from './instructions.js';
import type { Lane } from './needs.js';

/** Shifts; lanes of 8 bits are shifted in pairs. */
export const shiftOps = {
  shl: { 16: 'shl16', 32: 'shl' },
  shrS: { 16: 'shr16S', 32: 'shrS' },
  shrU: { 16: 'shr16U', 32: 'shrU' },
} as const;

/** By the lanes that come out. */
export const narrowOps = {
  narrowS: { 8: 'narrow16S', 16: 'narrow32S' },
  narrowU: { 8: 'narrow16U', 16: 'narrow32U' },
} as const;

const anyLane = new Set<string>(['not', 'and', 'andnot', 'or', 'xor']);

/** The instruction of an operation in lanes of that many bits. */
export function opFor(op: Exclude<Vector['op'], 'inner' | 'constant'>, lane: Lane): SimdOp {
  return (lane === 32 || anyLane.has(op) ? op : `${op}${lane}`) as SimdOp;
}

const extensions = {
  widenS: { 16: ['extendLow8S', 'extendHigh8S'], 32: ['extendLow16S', 'extendHigh16S'] },
  widenU: { 16: ['extendLow8U', 'extendHigh8U'], 32: ['extendLow16U', 'extendHigh16U'] },
} as const;

/** Bytes side by side with themselves. */
const doubled = {
  low: [0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23],
  high: [8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31],
} as const;

/** Puts a half of a vector's word on the stack, in lanes of twice the width. */
export function emitWidened(
  f: Frame,
  op: 'widenS' | 'widenU' | 'double',
  operand: Ref,
  lane: 16 | 32,
  piece: number,
): void {
  const half = f.program.graph.at(operand).uniform ? 0 : piece & 1;
  emitValue(f, operand, piece >> 1);
  if (op !== 'double') return f.asm.simd(extensions[op][lane][half]!);
  emitValue(f, operand, piece >> 1);
  const side = half === 0 ? 'low' : 'high';
  f.asm.shuffle(lane === 16 ? doubled[side] : interleave[side]);
}

/** How much less than the number each byte's exponent is. */
const exponents = { 8: 0, 16: 0x08000800, 32: 0x18100800 } as const;

/** Puts 2 to the power of a number on the stack, which stands in all bytes of its lane: a table of a byte's powers. */
export function emitPower(f: Frame, lane: Lane, number: () => void): void {
  const { asm } = f;
  asm.get(f.powers());
  number();
  if (lane > 8) {
    asm.get(f.constant(exponents[lane]));
    asm.simd('sub8');
  }
  asm.simd('swizzle');
}

/** A constant: in a local, as the engine makes others than 0 and −1 anew at every use. */
export function emitConstant(f: Frame, value: number): void {
  if (value === 0 || value === -1) f.asm.vector(value);
  else f.asm.get(f.constant(value));
}
