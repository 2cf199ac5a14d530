import { wasmModule, type WasmFunction } from './binary.js';
import { emitCommit, emitSteps, forGroups } from './emit.js';
import { frame, type FixedPlaces, type Frame } from './frame.js';
import type { Ref } from './graph.js';
import { emitPart, partition, passPointers, type Partition } from './parts.js';
import { rowLength } from './layout.js';
import type { Program } from './program.js';
import { expression, schedule, type Schedule, type Shape } from './schedule.js';

/**
 * A compiled design. It exports `wide` and `narrow`, which differ in how many groups of four streams they take at
 * once: (first group, group after the last, cycles, whether outputs are stored in every cycle or the last only).
 * They read the table, and go through all cycles of one group before they turn to the next.
 */
export interface Kernel {
  readonly code: Uint8Array<ArrayBuffer>;
  /** Groups that `wide` takes at once; their number must be a multiple of it. `narrow` takes one. */
  readonly unroll: number;
  /** Whether state alternates between two copies, cycle by cycle. */
  readonly stateInMemory: boolean;
  readonly places: FixedPlaces;
  /** Vectors that a cycle of one group computes. */
  readonly size: number;
  /** Addresses below this one are the kernel's. */
  readonly end: number;
}

/**
 * The table at address 0, in i32 words: of each port, inputs first, its address, and the bytes from a cycle to
 * the next; then the addresses of the state, of where its first next values go, and of the
 * written memories, all for group 0; then a 0.
 */
export function tableWords(program: Program): number {
  return 2 * (program.inputs.length + program.outputs.length) + 4;
}

/** Vectors of a cycle beyond which it is cut into several functions. */
const longest = 4000;
/** State slots beyond which they are not held in locals. */
const mostSlots = 96;

const parameters = { first: 0, end: 1, cycles: 2, every: 3 } as const;

/** Makes the code for buffers whose rows are `rowStreams` streams long. */
export function makeKernel(program: Program, rowStreams: number): Kernel {
  const plain: Shape = { unroll: 1, stateInMemory: program.nexts.length > mostSlots };
  const trial = schedule(program, plain);
  const cut = trial.size > longest;
  const shape: Shape = cut ? { unroll: 1, stateInMemory: true } : plain;
  const order = cut ? schedule(program, shape) : trial;
  const unroll = cut || shape.stateInMemory ? 1 : chooseUnroll(order);
  const fixed = fixedPlaces(program, shape, rowStreams);
  const parts = cut ? partition(program, order, longest / 2, fixed.end) : undefined;
  const functions: WasmFunction[] = [];
  const narrow = mainFunction(program, order, shape, fixed.places, 'narrow', parts);
  if (unroll > 1) {
    const wide = { ...shape, unroll };
    functions.push(mainFunction(program, schedule(program, wide), wide, fixed.places, 'wide', undefined));
  }
  functions.push(narrow);
  parts?.list.forEach((part) => functions.push(emitPart(program, order, shape, fixed.places, part, parts)));
  const end = parts?.end ?? fixed.end;
  const pages = Math.ceil(end / 65536);
  return {
    code: wasmModule(functions, pages),
    unroll,
    stateInMemory: shape.stateInMemory,
    places: fixed.places,
    size: order.size,
    end,
  };
}

/** More groups at once share loads, addresses and uniform vectors, until registers run out. */
function chooseUnroll({ size }: Schedule): number {
  return size <= 300 ? 4 : size <= 1000 ? 2 : 1;
}

function fixedPlaces(
  program: Program,
  shape: Shape,
  rowStreams: number,
): { places: FixedPlaces; end: number } {
  let shared = Math.ceil((4 * tableWords(program)) / 16) * 16;
  let written = 0;
  const memories = program.memories.map((layout) => {
    const at = layout.shared ? shared : written;
    if (layout.shared) shared += layout.bytes;
    else written += layout.bytes;
    return at;
  });
  const stateBytes = 16 * program.nexts.length * (shape.stateInMemory ? 2 : 1);
  const rowBytes = [...program.inputs, ...program.outputs].map((layout) => rowLength(layout, rowStreams));
  return { places: { memories, stateBytes, memoryBytes: written, rowBytes }, end: shared };
}

function mainFunction(
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
  emitStrides(f, strides);
  asm.get(parameters.first);
  asm.set(group);
  asm.loop();
  emitPointers(f, group);
  moveSlots(f, 'load');
  asm.get(parameters.cycles);
  asm.set(left);
  asm.loop();
  if (parts) {
    passPointers(f, parts.table);
    parts.list.forEach((_, index) => asm.call(1 + index));
  } else emitCycle(f, left);
  emitAdvance(f, strides);
  countDown(f, left);
  asm.branchIf();
  asm.end();
  moveSlots(f, 'store');
  emitNextGroup(f, group);
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
  f.asm.constant(0);
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
  pointers.ports.forEach((local, port) =>
    point(local, 2 * port, layouts[port]!.broadcast ? 0 : 4 * layouts[port]!.elementBytes),
  );
  const rest = 2 * layouts.length;
  point(pointers.now, rest, places.stateBytes);
  point(pointers.next, rest + 1, places.stateBytes);
  point(pointers.memories, rest + 2, places.memoryBytes);
  tableWord(f, rest + 3);
  asm.set(pointers.never);
}

function moveSlots(f: Frame, direction: 'load' | 'store'): void {
  const { asm, places, pointers } = f;
  f.slotLocals.forEach((first, slot) =>
    forGroups(f, false, (group) => {
      asm.get(pointers.now);
      if (direction === 'store') asm.get(first + group);
      asm.vectorAccess(direction, 16 * slot + places.stateBytes * group);
      if (direction === 'load') asm.set(first + group);
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

/** Leaves on the stack whether there is another group to do. */
function emitNextGroup(f: Frame, group: number): void {
  const { asm } = f;
  asm.get(group);
  asm.constant(f.shape.unroll);
  asm.scalar('add');
  asm.tee(group);
  asm.get(parameters.end);
  asm.scalar('ltU');
}
