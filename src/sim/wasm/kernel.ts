import { wasmModule, type WasmFunction } from './binary.js';
import { neverWord, scratchPlace, type FixedPlaces } from './frame.js';
import { rowLength } from './layout.js';
import { mainFunction } from './main.js';
import { inLanes } from './narrow.js';
import { emitPart, partition } from './parts.js';
import type { Program } from './program.js';
import { schedule, type Schedule, type Shape } from './schedule.js';

/**
 * A compiled design. It exports `narrow` and mostly `wide`, which differ in how many groups of four streams they take
 * at once: (first group, group after the last, cycles, whether outputs are stored in every cycle or the last only).
 * They read the table, and go through all cycles of one group before they turn to the next.
 */
export interface Kernel {
  readonly code: Uint8Array<ArrayBuffer>;
  /** What it computes. */
  readonly program: Program;
  /** Groups that `wide` takes at once; their number must be a multiple of it. */
  readonly unroll: number;
  /** The same of `narrow`. */
  readonly least: number;
  /** Whether state alternates between two copies, cycle by cycle. */
  readonly stateInMemory: boolean;
  readonly places: FixedPlaces;
  /** Vectors that a cycle of one group computes. */
  readonly size: number;
  /** Words of the table. */
  readonly tableWords: number;
  /** Bytes from the base on that are the kernel's own; each thread has as many. */
  readonly end: number;
}

/**
 * The table at the base, in i32 words: of each port, inputs first, its address, and the bytes from a cycle to
 * the next; then the addresses of the state, of where its first next values go, and of the written
 * memories, all for group 0; then a 0. Behind it 16 bytes that are only written.
 */
/** Vectors of a cycle beyond which it is cut into several functions. */
const longest = 4000;
/** State slots beyond which they are not held in locals. */
const mostSlots = 96;
/** What part of the instructions short lanes may take at most. */
const leastGain = 0.9;

/** Streams that programs in lanes of 8 to 32 bits run at once. */
export const laneStreams = 16;

/** Makes the code for buffers whose rows are `rowStreams` streams long. */
export function makeKernel(program: Program, rowStreams: number, shared: boolean): Kernel {
  const trial = schedule(program, { unroll: 1, stateInMemory: stateInMemory(program, 1) });
  if (rowStreams % laneStreams === 0) {
    const short = inLanes(program);
    const order = schedule(short, shortShape(short, false));
    if (order.size < leastGain * 4 * trial.size) return shortKernel(short, rowStreams, shared);
  }
  const cut = trial.size > longest;
  const shape: Shape = { unroll: 1, stateInMemory: cut || stateInMemory(program, 1) };
  const unroll = shape.stateInMemory ? 1 : chooseUnroll(trial);
  const wide = unroll > 1 ? [{ name: 'wide', shape: { ...shape, unroll } }] : [];
  return kernelOf(program, [...wide, { name: 'narrow', shape }], unroll, cut, rowStreams, shared);
}

/** Sixteen streams at once, as many of them in a word as have room. */
function shortKernel(program: Program, rowStreams: number, shared: boolean): Kernel {
  const { size } = schedule(program, shortShape(program, false));
  const cut = size > longest;
  return kernelOf(program, [{ name: 'narrow', shape: shortShape(program, cut) }], 4, cut, rowStreams, shared);
}

function shortShape(program: Program, cut: boolean): Shape {
  return { unroll: 4, stateInMemory: cut || stateInMemory(program, 4) };
}

function stateInMemory({ slotLanes }: Program, unroll: number): boolean {
  return slotLanes.reduce((sum, lane) => sum + (unroll * lane) / 32, 0) > mostSlots;
}

interface Variant {
  readonly name: string;
  readonly shape: Shape;
}

/** The functions of all variants, which keep the same state, and of what their cycles are cut into. */
function kernelOf(
  program: Program,
  variants: readonly Variant[],
  unroll: number,
  cut: boolean,
  rowStreams: number,
  shared: boolean,
): Kernel {
  const { shape } = variants.at(-1)!;
  const fixed = fixedPlaces(program, shape, rowStreams);
  const order = schedule(program, shape);
  const parts = cut ? partition(program, order, shape, longest / 2, fixed.end) : undefined;
  const functions: WasmFunction[] = variants.map(({ name, shape: each }) =>
    mainFunction(program, schedule(program, each), each, fixed.places, name, parts),
  );
  parts?.list.forEach((part) => functions.push(emitPart(program, order, shape, fixed.places, part, parts)));
  const end = parts?.end ?? fixed.end;
  return {
    code: wasmModule(functions, Math.ceil(end / 65536), shared),
    program,
    unroll,
    least: shape.unroll,
    stateInMemory: shape.stateInMemory,
    places: fixed.places,
    size: order.size / shape.unroll,
    tableWords: neverWord(program) + 1,
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
  let shared = scratchPlace(program) + 16;
  let written = 0;
  const memories = program.memories.map((layout) => {
    const at = layout.shared ? shared : written;
    if (layout.shared) shared += layout.bytes;
    else written += layout.bytes;
    return at;
  });
  let state = 0;
  const slots = program.slotLanes.map(
    (lane) => (state += (16 * shape.unroll * lane) / 32) - (16 * shape.unroll * lane) / 32,
  );
  const stateBytes = (state * (shape.stateInMemory ? 2 : 1)) / shape.unroll;
  const slotStep = shape.unroll === 1 ? stateBytes : 16;
  const rowBytes = [...program.inputs, ...program.outputs].map((layout) => rowLength(layout, rowStreams));
  return { places: { memories, slots, slotStep, stateBytes, memoryBytes: written, rowBytes }, end: shared };
}
