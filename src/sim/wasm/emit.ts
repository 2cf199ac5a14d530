import { emitConstant, emitPower, emitWidened, narrowOps, opFor, shiftOps } from './emit-lanes.js';
import { emitGather, emitLoad, emitScatter, emitStore } from './access.js';
import type { Frame } from './frame.js';
import type { Ref, Vector } from './graph.js';
import type { SimdOp } from './instructions.js';
import type { Effect } from './program.js';

export function forPieces(count: number, emit: (piece: number) => void): void {
  for (let piece = 0; piece < count; piece++) emit(piece);
}

/** How many words hold a slot of all groups. */
export function slotPieces(f: Frame, slot: number): number {
  return (f.shape.unroll * f.program.slotLanes[slot]!) / 32;
}

/** Where a word of a slot lies from the state on. */
export function slotPlace({ places }: Frame, slot: number, piece: number): number {
  return places.slots[slot]! + places.slotStep * piece;
}

/** Emits an effect of one cycle; next values of a state in locals are not among them, see `emitCommit`. */
export function emitEffect(f: Frame, effect: Effect): void {
  switch (effect.kind) {
    case 'store':
      return emitStores(f, effect);
    case 'next':
      return forPieces(slotPieces(f, effect.slot), (piece) => {
        f.asm.get(f.pointers.next);
        emitValue(f, effect.value, piece);
        f.asm.vectorAccess('store', slotPlace(f, effect.slot, piece));
      });
    case 'write':
      return forPieces(f.shape.unroll, (group) => emitWrite(f, effect, group));
  }
}

function emitStores(f: Frame, { port, row, value }: Effect & { kind: 'store' }): void {
  const { lane } = f.program.graph.at(value);
  forPieces((f.shape.unroll * lane) / 32, (piece) =>
    emitStore(f, port, row, piece, lane, () => emitValue(f, value, piece)),
  );
}

function emitWrite(f: Frame, effect: Effect & { kind: 'write' }, group: number): void {
  const { memory, offset, data } = effect;
  data.forEach((ref, limb) =>
    emitScatter(
      f,
      memory,
      limb,
      group,
      () => emitValue(f, offset, group),
      () => emitValue(f, ref, group),
    ),
  );
}

/** The clock edge of a state in locals: all next values are on the stack before the first local changes. */
export function emitCommit(f: Frame, edge: readonly Effect[]): void {
  const changed = edge.filter((effect) => effect.kind === 'next' && !holds(f, effect.slot, effect.value));
  const nexts = changed as (Effect & { kind: 'next' })[];
  for (const { slot, value } of nexts) forPieces(slotPieces(f, slot), (piece) => emitValue(f, value, piece));
  for (const effect of edge) if (effect.kind === 'write') emitEffect(f, effect);
  for (const { slot } of [...nexts].reverse())
    for (let piece = slotPieces(f, slot) - 1; piece >= 0; piece--) f.asm.set(f.slotLocals[slot]! + piece);
}

/** Whether a slot keeps what it holds. */
function holds(f: Frame, slot: number, value: Ref): boolean {
  const { op, at } = f.program.graph.at(value);
  return op === 'state' && at === slot;
}

/** Puts a word of a vector on the stack. */
export function emitValue(f: Frame, ref: Ref, piece: number): void {
  const vector = f.program.graph.at(ref);
  const local = f.keptLocals.get(ref);
  if (local === undefined) return emitComputed(f, vector, piece);
  f.asm.get(vector.uniform ? local : local + piece);
}

/** Computes a word of a vector on the stack. */
export function emitComputed(f: Frame, vector: Vector, piece: number): void {
  const { asm } = f;
  const { op, operands, at, lane } = vector;
  const value = (ref: Ref): void => emitValue(f, ref, piece);
  switch (op) {
    case 'constant':
      return emitConstant(f, at);
    case 'load':
      return emitLoad(f, vector, piece);
    case 'state':
      return emitState(f, at, piece);
    case 'gather':
      return emitGather(f, vector, piece, (ref, group) => emitValue(f, ref, group));
    case 'mulHighS':
    case 'mulHighU':
      return emitHighProduct(f, op === 'mulHighS', operands, value);
    case 'select':
      value(operands[1]!);
      value(operands[2]!);
      value(operands[0]!);
      return asm.simd('bitselect');
    case 'exp2Bytes':
      return emitPower(f, lane, () => value(operands[0]!));
    case 'exp2':
      return emitPower(f, lane, () => {
        value(operands[0]!);
        asm.get(f.constant(0x1010101));
        asm.simd('mul');
      });
    case 'shl':
    case 'shrS':
    case 'shrU':
      value(operands[0]!);
      asm.constant(at);
      return asm.simd(shiftOps[op][lane === 32 ? 32 : 16]);
    case 'widenS':
    case 'widenU':
    case 'double':
      return emitWidened(f, op, operands[0]!, lane as 16 | 32, piece);
    case 'narrowS':
    case 'narrowU':
      emitValue(f, operands[0]!, 2 * piece);
      emitValue(f, operands[0]!, 2 * piece + 1);
      return asm.simd(narrowOps[op][lane === 8 ? 8 : 16]);
    case 'inner':
      throw new Error('an inner product that is not kept');
    default:
      return emitPlain(f, opFor(op, lane), operands, value);
  }
}

const commutative = /^(add|and$|or$|xor$|mul|eq|min|max)/;

function emitPlain(f: Frame, op: SimdOp, operands: readonly Ref[], value: (ref: Ref) => void): void {
  const { need } = f.schedule;
  const swapped = commutative.test(op) && need[operands[1]!]! > need[operands[0]!]!;
  for (const ref of swapped ? [...operands].reverse() : operands) value(ref);
  f.asm.simd(op);
}

function emitState(f: Frame, slot: number, piece: number): void {
  if (!f.shape.stateInMemory) return f.asm.get(f.slotLocals[slot]! + piece);
  f.asm.get(f.pointers.now);
  f.asm.vectorAccess('load', slotPlace(f, slot, piece));
}

/** The high halves of 64-bit products: two products at a time, then the odd words of both. */
function emitHighProduct(
  f: Frame,
  signed: boolean,
  operands: readonly Ref[],
  value: (ref: Ref) => void,
): void {
  operands.forEach(value);
  f.asm.simd(signed ? 'multiplyLowS' : 'multiplyLowU');
  operands.forEach(value);
  f.asm.simd(signed ? 'multiplyHighS' : 'multiplyHighU');
  f.asm.shuffle([4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31]);
}
