import type { ValueType, WasmFunction } from './binary.js';
import type { Ref } from './graph.js';
import { assembler, type Assembler } from './instructions.js';
import type { Program } from './program.js';
import { piecesOf, type Schedule, type Shape } from './schedule.js';

/** The i32 locals of a function that say where things are in this cycle, for its group of streams. */
export interface Pointers {
  /** Of each port, inputs first: its row 0. */
  readonly ports: readonly number[];
  /** The state as it stands, and where its next values go; the same place where state is held in locals. */
  readonly now: number;
  readonly next: number;
  /** The written memories of the group. */
  readonly memories: number;
}

/** Places in memory that are known when the kernel is made. */
export interface FixedPlaces {
  /** Of each memory: its address if it is shared, else its offset in the written memories of a group. */
  readonly memories: readonly number[];
  /** Where each slot lies in the state of a group, or of all groups that are computed side by side. */
  readonly slots: readonly number[];
  /** From a word of a slot to the next. */
  readonly slotStep: number;
  /** From the state of one group to that of the next; from the written memories of one to those of the next. */
  readonly stateBytes: number;
  readonly memoryBytes: number;
  /** Of each port, inputs first: from a row to the next. */
  readonly rowBytes: readonly number[];
}

/** A function that is being written. */
export interface Frame {
  readonly program: Program;
  readonly schedule: Schedule;
  readonly shape: Shape;
  readonly places: FixedPlaces;
  readonly asm: Assembler;
  readonly pointers: Pointers;
  /** A v128 local that holds nothing for longer than a few instructions. */
  readonly spare: number;
  /** Four more such, for words of eight 16-bit numbers. */
  readonly halves: readonly number[];
  /** The first of the locals of a kept vector. */
  readonly keptLocals: Map<Ref, number>;
  /** The first of the locals of each of the state's slots, where it is held in locals. */
  readonly slotLocals: readonly number[];
  /** A local for a pointer to a port's elements from the two groups of a unit on. */
  ahead(port: number, unit: number): number;
  /** A local that holds four times this i32 throughout the function. */
  constant(value: number): number;
  /** A local with the powers of two of 0 to 7 as bytes, and eight zeros. */
  powers(): number;
  fresh(type: ValueType, count?: number): number;
  /** Locals of a vector that nobody reads any more, to be used again. */
  release(ref: Ref): void;
  allocate(ref: Ref): number;
  finish(exported?: string): WasmFunction;
}

export function frame(
  program: Program,
  schedule: Schedule,
  shape: Shape,
  places: FixedPlaces,
  parameters: number,
): Frame {
  const locals: ValueType[] = [];
  const asm = assembler();
  const prologue = assembler();
  const constants = new Map<number, number>();
  const ahead = new Map<string, number>();
  let powers: number | undefined;
  const free = new Map<number, number[]>([1, 2, 4].map((count) => [count, []]));
  const keptLocals = new Map<Ref, number>();
  const piecesFor = (ref: Ref): number => piecesOf(shape, program.graph.at(ref));
  const fresh = (type: ValueType, count = 1): number => {
    const first = parameters + locals.length;
    for (let i = 0; i < count; i++) locals.push(type);
    return first;
  };
  const ports = [...program.inputs, ...program.outputs].map(() => fresh('i32'));
  const pointers = {
    ports,
    now: fresh('i32'),
    next: fresh('i32'),
    memories: fresh('i32'),
  };
  const slotLocals = shape.stateInMemory
    ? []
    : program.slotLanes.map((lane) => fresh('v128', (shape.unroll * lane) / 32));
  return {
    program,
    schedule,
    shape,
    places,
    asm,
    pointers,
    spare: fresh('v128'),
    halves: [0, 1, 2, 3].map(() => fresh('v128')),
    keptLocals,
    slotLocals,
    ahead(port, unit) {
      const key = `${port} ${unit}`;
      const local = ahead.get(key) ?? fresh('i32');
      ahead.set(key, local);
      return local;
    },
    constant(value) {
      const known = constants.get(value);
      if (known !== undefined) return known;
      const local = fresh('v128');
      constants.set(value, local);
      // Made of a word from memory, or the engine would build the constant anew at every use.
      prologue.base();
      prologue.access('load', 4 * neverWord(program));
      prologue.constant(value);
      prologue.scalar('add');
      prologue.simd('splat');
      prologue.set(local);
      return local;
    },
    powers() {
      if (powers === undefined) {
        powers = fresh('v128');
        prologue.bytes([1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0]);
        prologue.set(powers);
      }
      return powers;
    },
    fresh,
    release(ref) {
      const local = keptLocals.get(ref);
      if (local !== undefined) free.get(piecesFor(ref))!.push(local);
      keptLocals.delete(ref);
    },
    allocate(ref) {
      const count = piecesFor(ref);
      const local = free.get(count)!.pop() ?? fresh('v128', count);
      keptLocals.set(ref, local);
      return local;
    },
    finish: (exported) => ({
      parameters,
      locals,
      body: [...prologue.code, ...asm.code],
      ...(exported !== undefined && { exported }),
    }),
  };
}

/** Which word of the kernel's table is always 0, which the engine that compiles the code does not know. */
export function neverWord(program: Program): number {
  return 2 * (program.inputs.length + program.outputs.length) + 3;
}

/** Where 16 bytes lie, behind the kernel's table, that are written and never read. */
export function scratchPlace(program: Program): number {
  return Math.ceil((4 * (neverWord(program) + 1)) / 16) * 16;
}

/** All i32 locals of `pointers`, in one order. */
export function pointerLocals(pointers: Pointers): number[] {
  return [...pointers.ports, pointers.now, pointers.next, pointers.memories];
}
