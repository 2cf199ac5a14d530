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
/** Words of a cycle beyond which it is cut into several functions. */
const longest = 4000;
/** Words of a part of it. */
const partSize = 700;
/** Words of state beyond which it is not held in locals. */
const mostSlots = 400;
/**
 * What part of the vectors short lanes may take at most, where four groups at once are as well possible without them, and
 * where they are not. A byte of a port is then one load, which counts as much as the three instructions of the other form.
 */
const mostOfSame = 1.03;
const mostOfFewer = 0.9;

/** Streams that programs in lanes of 8 to 32 bits run at once. */
export const laneStreams = 16;

/** Makes the code for buffers whose rows are `rowStreams` streams long. */
export function makeKernel(program: Program, rowStreams: number, shared: boolean): Kernel {
  const trial = scheduled(program, 1);
  const unroll = trial.shape.stateInMemory ? 1 : chooseUnroll(trial.order, program.nexts.length);
  const groups = laneStreams / 4;
  if (rowStreams % laneStreams === 0) {
    const short = scheduled(inLanes(program), groups);
    const most = unroll === groups ? mostOfSame : mostOfFewer;
    if (short.order.size < most * groups * trial.order.size)
      return kernelOf([{ ...short, name: 'narrow' }], groups, rowStreams, shared);
  }
  const narrow = { ...trial, name: 'narrow' };
  if (unroll === 1) return kernelOf([narrow], unroll, rowStreams, shared);
  const shape = { ...trial.shape, unroll };
  const wide = { program, shape, order: schedule(program, shape), name: 'wide' };
  return kernelOf([wide, narrow], unroll, rowStreams, shared);
}

/** A program in the order in which so many groups at once are computed. */
interface Scheduled {
  readonly program: Program;
  readonly shape: Shape;
  readonly order: Schedule;
}

/** State is in memory where it is large, or the cycle is to be cut. */
function scheduled(program: Program, unroll: number): Scheduled {
  const slots = program.slotLanes.reduce((sum, lane) => sum + (unroll * lane) / 32, 0);
  const shape = { unroll, stateInMemory: slots > mostSlots };
  const order = schedule(program, shape);
  if (shape.stateInMemory || order.size <= longest) return { program, shape, order };
  const cut = { unroll, stateInMemory: true };
  return { program, shape: cut, order: schedule(program, cut) };
}

/** The functions of all variants, which keep the same state, and of what a cycle of a single one is cut into. */
function kernelOf(
  variants: readonly (Scheduled & { readonly name: string })[],
  unroll: number,
  rowStreams: number,
  shared: boolean,
): Kernel {
  const { program, shape, order } = variants.at(-1)!;
  const fixed = fixedPlaces(program, shape, rowStreams);
  const { places } = fixed;
  const parts = order.size > longest ? partition(program, order, shape, partSize, fixed.end) : undefined;
  const functions: WasmFunction[] = variants.map((each) =>
    mainFunction(program, each.order, each.shape, places, each.name, parts),
  );
  parts?.list.forEach((part) => functions.push(emitPart(program, order, shape, places, part, parts)));
  const end = parts?.end ?? fixed.end;
  return {
    code: wasmModule(functions, Math.ceil(end / 65536), shared),
    program,
    unroll,
    least: shape.unroll,
    stateInMemory: shape.stateInMemory,
    places,
    size: order.size / shape.unroll,
    tableWords: neverWord(program) + 1,
    end,
  };
}

/** More groups at once share loads, addresses and uniform vectors, until registers run out. */
function chooseUnroll({ size }: Schedule, slots: number): number {
  if (4 * slots > mostSlots) return 1;
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
