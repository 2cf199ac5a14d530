import { emitGather, emitLoad, emitScatter, emitStore } from './access.js';
import type { Frame } from './frame.js';
import type { Ref, Vector } from './graph.js';
import type { SimdOp } from './instructions.js';
import type { Effect } from './program.js';

export function forGroups(f: Frame, uniform: boolean, emit: (group: number) => void): void {
  for (let group = 0; group < (uniform ? 1 : f.shape.unroll); group++) emit(group);
}

/** Emits an effect of one cycle; next values of a state in locals are not among them, see `emitCommit`. */
export function emitEffect(f: Frame, effect: Effect): void {
  switch (effect.kind) {
    case 'store':
      return forGroups(f, false, (group) =>
        emitStore(f, effect.port, effect.row, group, () => emitValue(f, effect.value, group)),
      );
    case 'next':
      return forGroups(f, false, (group) => {
        f.asm.get(f.pointers.next);
        emitValue(f, effect.value, group);
        f.asm.vectorAccess('store', 16 * effect.slot + f.places.stateBytes * group);
      });
    case 'write':
      return forGroups(f, false, (group) => emitWrite(f, effect, group));
  }
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
  for (const { value } of nexts) forGroups(f, false, (group) => emitValue(f, value, group));
  for (const effect of edge) if (effect.kind === 'write') emitEffect(f, effect);
  for (const { slot } of [...nexts].reverse())
    for (let group = f.shape.unroll - 1; group >= 0; group--) f.asm.set(f.slotLocals[slot]! + group);
}

/** Whether a slot keeps what it holds. */
function holds(f: Frame, slot: number, value: Ref): boolean {
  const { op, at } = f.program.graph.at(value);
  return op === 'state' && at === slot;
}

/** Puts a vector on the stack. */
export function emitValue(f: Frame, ref: Ref, group: number): void {
  const vector = f.program.graph.at(ref);
  const local = f.keptLocals.get(ref);
  if (local === undefined) return emitComputed(f, vector, group);
  f.asm.get(vector.uniform ? local : local + group);
}

/** Computes a vector of one group on the stack. */
export function emitComputed(f: Frame, vector: Vector, group: number): void {
  const { asm } = f;
  const { op, operands, at } = vector;
  const value = (ref: Ref): void => emitValue(f, ref, group);
  switch (op) {
    case 'constant':
      return asm.vector(at);
    case 'load':
      return emitLoad(f, vector, group);
    case 'state':
      return emitState(f, at, group);
    case 'gather':
      return emitGather(f, vector, group, value);
    case 'mulHighS':
    case 'mulHighU':
      return emitHighProduct(f, op === 'mulHighS', operands, value);
    case 'select':
      value(operands[1]!);
      value(operands[2]!);
      value(operands[0]!);
      return asm.simd('bitselect');
    case 'shl':
    case 'shrS':
    case 'shrU':
      value(operands[0]!);
      asm.constant(at);
      return asm.simd(op);
    case 'inner':
      throw new Error('an inner product that is not kept');
    default:
      return emitPlain(f, op, operands, value);
  }
}

const commutative = new Set<SimdOp>(['add', 'and', 'or', 'xor', 'mul', 'eq', 'minS', 'minU', 'maxS']);

function emitPlain(f: Frame, op: SimdOp, operands: readonly Ref[], value: (ref: Ref) => void): void {
  const { need } = f.schedule;
  const swapped = commutative.has(op) && need[operands[1]!]! > need[operands[0]!]!;
  for (const ref of swapped ? [...operands].reverse() : operands) value(ref);
  f.asm.simd(op);
}

function emitState(f: Frame, slot: number, group: number): void {
  if (!f.shape.stateInMemory) return f.asm.get(f.slotLocals[slot]! + group);
  f.asm.get(f.pointers.now);
  f.asm.vectorAccess('load', 16 * slot + f.places.stateBytes * group);
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
