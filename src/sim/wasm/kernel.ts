import { wasmModule, type WasmFunction } from './binary.js';
import { neverWord, scratchPlace, type FixedPlaces } from './frame.js';
import { rowLength } from './layout.js';
import { mainFunction } from './main.js';
import { emitPart, partition } from './parts.js';
import type { Program } from './program.js';
import { schedule, type Schedule, type Shape } from './schedule.js';

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

/** Makes the code for buffers whose rows are `rowStreams` streams long. */
export function makeKernel(program: Program, rowStreams: number, shared: boolean): Kernel {
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
    code: wasmModule(functions, pages, shared),
    unroll,
    stateInMemory: shape.stateInMemory,
    places: fixed.places,
    size: order.size,
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
  const stateBytes = 16 * program.nexts.length * (shape.stateInMemory ? 2 : 1);
  const rowBytes = [...program.inputs, ...program.outputs].map((layout) => rowLength(layout, rowStreams));
  return { places: { memories, stateBytes, memoryBytes: written, rowBytes }, end: shared };
}
