import {
  emitByteLoads,
  emitBytePairs,
  emitGather,
  emitLoad,
  emitPair,
  emitScatter,
  emitStore,
} from './access.js';
import type { Frame } from './frame.js';
import type { Ref, Vector } from './graph.js';
import type { SimdOp } from './instructions.js';
import type { Effect } from './program.js';
import { expression, type Let, type Step } from './schedule.js';

/** Where vectors lie in memory that are computed in one function and read in another. */
export type Crossings = ReadonlyMap<Ref, number>;

/**
 * Emits steps in order. Locals of vectors that no later step reads, and `later` neither, are used again.
 * Vectors in `crossings` are stored when they are computed, and loaded where they are not at hand.
 */
export function emitSteps(
  f: Frame,
  steps: readonly Step[],
  later: ReadonlySet<Ref>,
  crossings: Crossings = new Map(),
): void {
  const { vectors } = f.program.graph;
  const expressions = steps.map((step) => expression(vectors, step, f.schedule.kept));
  const last = new Map<Ref, number>();
  expressions.forEach(({ reads }, index) => reads.forEach((ref) => last.set(ref, index)));
  const recent = new Set<Ref>();
  let work = 0;
  steps.forEach((step, index) => {
    const { reads, size } = expressions[index]!;
    reads.forEach((ref) => fetch(f, ref, crossings));
    if (step.kind === 'let') emitLet(f, step, crossings);
    else emitEffect(f, step);
    const done = reads.filter((ref) => last.get(ref) === index && !later.has(ref));
    done.forEach((ref) => (f.release(ref), recent.delete(ref)));
    if (step.kind === 'let') recent.add(step.ref);
    work += size * f.shape.unroll;
    if (work < stretch || index + 1 === steps.length) return;
    emitBarrier(f, recent);
    recent.clear();
    work = 0;
  });
}

/** Vector operations between barriers. */
const stretch = 64;

/**
 * Makes the vectors computed before code that comes after. V8 is free to move pure operations down to where
 * their results are used, and does so breadth first: a sum of many products then begins with all products, most
 * of them spilled. A branch that is never taken and would change the locals keeps it from that.
 */
function emitBarrier(f: Frame, refs: ReadonlySet<Ref>): void {
  if (refs.size === 0) return;
  f.asm.get(f.pointers.never);
  f.asm.when();
  for (const ref of refs) {
    const first = f.keptLocals.get(ref)!;
    forGroups(f, f.program.graph.at(ref).uniform, (group) => {
      f.asm.vector(0);
      f.asm.set(first + group);
    });
  }
  f.asm.end();
}

function fetch(f: Frame, ref: Ref, crossings: Crossings): void {
  if (f.keptLocals.has(ref)) return;
  f.asm.constant(crossings.get(ref)!);
  f.asm.vectorAccess('load', 0);
  f.asm.set(f.allocate(ref));
}

function emitLet(f: Frame, { ref }: Let, crossings: Crossings): void {
  const vector = f.program.graph.at(ref);
  const first = f.allocate(ref);
  if (isByteLoad(f, vector) && f.shape.unroll > 1)
    (vector.op === 'pair' ? emitBytePairs : emitByteLoads)(f, vector, first);
  else
    forGroups(f, vector.uniform, (group) => {
      emitComputed(f, vector, group);
      f.asm.set(first + group);
    });
  const place = crossings.get(ref);
  if (place === undefined) return;
  f.asm.constant(place);
  f.asm.get(first);
  f.asm.vectorAccess('store', 0);
}

function isByteLoad(f: Frame, { op, at, uniform }: Vector): boolean {
  return (op === 'load' || op === 'pair') && !uniform && f.program.inputs[at]!.elementBytes === 1;
}

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
  data.forEach(
    (ref, limb) =>
    emitScatter(f, memory, limb, group, () => emitValue(f, offset, group), () => emitValue(f, ref, group)), // prettier-ignore
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

function emitComputed(f: Frame, vector: Vector, group: number): void {
  const { asm } = f;
  const { op, operands, at } = vector;
  const value = (ref: Ref): void => emitValue(f, ref, group);
  switch (op) {
    case 'constant':
      return asm.vector(at);
    case 'load':
      return emitLoad(f, vector, group);
    case 'pair':
      return emitPair(f, vector, group);
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
    default:
      return emitPlain(f, op, operands, value);
  }
}

const commutative = new Set<SimdOp>(['add', 'and', 'or', 'xor', 'mul', 'eq', 'minS', 'minU', 'maxS', 'dot']);

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
