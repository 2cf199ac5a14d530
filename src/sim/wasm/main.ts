import type { WasmFunction } from './binary.js';
import { emitCommit, forPieces, slotPieces, slotPlace } from './emit.js';
import { frame, type FixedPlaces, type Frame } from './frame.js';
import type { Ref } from './graph.js';
import { groupBytes } from './layout.js';
import { passPointers, turns, type Partition } from './parts.js';
import type { Program } from './program.js';
import { expression, type Schedule, type Shape } from './schedule.js';
import { emitSteps } from './steps.js';

const parameters = { first: 0, end: 1, cycles: 2, every: 3 } as const;

/** The function that runs all cycles of its groups; a cycle that was cut into parts is calls of these. */
export function mainFunction(
  program: Program,
  order: Schedule,
  shape: Shape,
  places: FixedPlaces,
  name: string,
  parts: Partition | undefined,
): WasmFunction {
  const f = frame(program, order, shape, places, 4);
  const { asm } = f;
  const strides = f.pointers.ports.map(() => f.fresh('i32'));
  const left = f.fresh('i32');
  const group = f.fresh('i32');
  const stop = f.fresh('i32');
  emitStrides(f, strides);
  asm.get(parameters.first);
  asm.set(group);
  asm.loop();
  emitPointers(f, group);
  emitStop(f, group, stop, parts ? turns : 1);
  moveSlots(f, 'load');
  asm.get(parameters.cycles);
  asm.set(left);
  asm.loop();
  if (parts) {
    passPointers(f, parts.table);
    parts.list.forEach((_, index) => {
      asm.get(group);
      asm.get(stop);
      asm.call(1 + index);
    });
  } else emitCycle(f, left);
  emitAdvance(f, strides);
  countDown(f, left);
  asm.branchIf();
  asm.end();
  moveSlots(f, 'store');
  asm.get(stop);
  asm.tee(group);
  asm.get(parameters.end);
  asm.scalar('ltU');
  asm.branchIf();
  asm.end();
  return f.finish(name);
}

/** One cycle: what the state needs, the outputs, the clock edge. */
function emitCycle(f: Frame, left: number): void {
  const { always, visible, edge } = f.schedule;
  const { vectors } = f.program.graph;
  const readBy = (steps: typeof visible): Ref[] =>
    steps.flatMap((step) => expression(vectors, step, f.schedule.kept).reads);
  const atEdge = new Set(readBy(edge));
  emitSteps(f, always, new Set([...atEdge, ...readBy(visible)]));
  if (edge.length > 0) emitWhenLooked(f, left);
  emitSteps(f, visible, atEdge);
  if (edge.length > 0) f.asm.end();
  if (f.shape.stateInMemory) emitSteps(f, edge, new Set());
  else {
    emitCommit(f, edge);
    atEdge.forEach((ref) => f.release(ref));
  }
}

function emitWhenLooked(f: Frame, left: number): void {
  const { asm } = f;
  asm.get(left);
  asm.constant(1);
  asm.scalar('eq');
  asm.get(parameters.every);
  asm.scalar('or');
  asm.when();
}

function tableWord(f: Frame, index: number): void {
  f.asm.base();
  f.asm.access('load', 4 * index);
}

function emitStrides(f: Frame, strides: readonly number[]): void {
  strides.forEach((local, port) => {
    tableWord(f, 2 * port + 1);
    f.asm.set(local);
  });
}

/** Points everything to the first cycle of the group whose number is in the local `group`. */
function emitPointers(f: Frame, group: number): void {
  const { asm, pointers, places, program } = f;
  const point = (local: number, index: number, bytes: number): void => {
    tableWord(f, index);
    asm.get(group);
    asm.constant(bytes);
    asm.scalar('mul');
    asm.scalar('add');
    asm.set(local);
  };
  const layouts = [...program.inputs, ...program.outputs];
  pointers.ports.forEach((local, port) => point(local, 2 * port, groupBytes(layouts[port]!)));
  const rest = 2 * layouts.length;
  point(pointers.now, rest, places.stateBytes);
  point(pointers.next, rest + 1, places.stateBytes);
  point(pointers.memories, rest + 2, places.memoryBytes);
}

function moveSlots(f: Frame, direction: 'load' | 'store'): void {
  const { asm, pointers } = f;
  f.slotLocals.forEach((first, slot) =>
    forPieces(slotPieces(f, slot), (piece) => {
      asm.get(pointers.now);
      if (direction === 'store') asm.get(first + piece);
      asm.vectorAccess(direction, slotPlace(f, slot, piece));
      if (direction === 'load') asm.set(first + piece);
    }),
  );
}

/** Moves the ports' pointers on by a cycle, and swaps the two copies of a state in memory. */
function emitAdvance(f: Frame, strides: readonly number[]): void {
  const { asm, pointers } = f;
  pointers.ports.forEach((local, port) => {
    asm.get(local);
    asm.get(strides[port]!);
    asm.scalar('add');
    asm.set(local);
  });
  if (!f.shape.stateInMemory) return;
  asm.get(pointers.now);
  asm.get(pointers.next);
  asm.set(pointers.now);
  asm.set(pointers.next);
}

function countDown(f: Frame, local: number): void {
  f.asm.get(local);
  f.asm.constant(-1);
  f.asm.scalar('add');
  f.asm.tee(local);
}

/** Sets `stop` to the group behind those that are run next: `turns` times as many as are run at once, or to the end. */
function emitStop(f: Frame, group: number, stop: number, turns: number): void {
  const { asm } = f;
  asm.get(group);
  asm.constant(turns * f.shape.unroll);
  asm.scalar('add');
  asm.set(stop);
  if (turns === 1) return;
  asm.get(parameters.end);
  asm.get(stop);
  asm.scalar('ltU');
  asm.when();
  asm.get(parameters.end);
  asm.set(stop);
  asm.end();
}
