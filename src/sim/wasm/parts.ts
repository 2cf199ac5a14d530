import type { WasmFunction } from './binary.js';
import { frame, pointerLocals, type FixedPlaces, type Frame } from './frame.js';
import type { Ref, Vector } from './graph.js';
import type { Program } from './program.js';
import { expression, piecesOf, type Schedule, type Shape, type Step } from './schedule.js';
import { emitSteps, isAtHand } from './steps.js';
import { groupBytes } from './layout.js';

export type Part = readonly Step[];

/** A cycle that is too long for one function. */
export interface Partition {
  readonly list: readonly Part[];
  /** Where the vectors lie that one part computes and another reads, from those of their groups on. */
  readonly crossings: ReadonlyMap<Ref, number>;
  /** Where the crossing vectors of the first groups lie, and from there to those of the next. */
  readonly shared: number;
  readonly crossingBytes: number;
  /** Where the pointers lie that the main function hands to the parts. */
  readonly table: number;
  /** The first address behind all that. */
  readonly end: number;
}

/**
 * How many times a part is run, for other streams each time, before it is the next part's turn: the code of a part
 * stays in the first-level cache, that of a long cycle does not, and is then fetched more slowly than it is run.
 */
export const turns = 8;

/** Cuts a cycle into parts of about `size` words; what they share goes to memory from `start` up. */
export function partition(
  program: Program,
  order: Schedule,
  shape: Shape,
  size: number,
  start: number,
): Partition {
  const { vectors } = program.graph;
  const list: Step[][] = [[]];
  const definedIn = new Map<Ref, number>();
  const crossings = new Map<Ref, number>();
  let crossingBytes = 0;
  let filled = 0;
  for (const step of [...order.always, ...order.visible, ...order.edge]) {
    const { reads, size: count } = expression(vectors, step, order.kept);
    const more = count * (step.kind === 'let' ? piecesOf(shape, vectors[step.ref]!) : shape.unroll);
    if (filled > 0 && filled + more > size) {
      list.push([]);
      filled = 0;
    }
    filled += more;
    list.at(-1)!.push(step);
    if (step.kind === 'let') definedIn.set(step.ref, list.length);
    for (const ref of reads) {
      const vector: Vector = vectors[ref]!;
      if (definedIn.get(ref) === list.length || crossings.has(ref) || isAtHand(vector)) continue;
      crossings.set(ref, crossingBytes);
      crossingBytes += 16 * piecesOf(shape, vector);
    }
  }
  const table = start + turns * crossingBytes;
  const end = table + 16 * Math.ceil((program.inputs.length + program.outputs.length + 3) / 4);
  return { list, crossings, shared: start, crossingBytes, table, end };
}

/** Writes the pointers of this cycle to where the parts look for them. */
export function passPointers(f: Frame, table: number): void {
  pointerLocals(f.pointers).forEach((local, index) => {
    f.asm.base();
    f.asm.get(local);
    f.asm.access('store', table + 4 * index);
  });
}

const parameters = { first: 0, end: 1 } as const;

/** The function that runs a part of a cycle: (first group, group after the last), at most `turns` times. */
export function emitPart(
  program: Program,
  order: Schedule,
  shape: Shape,
  places: FixedPlaces,
  part: Part,
  { crossings, crossingBytes, shared, table }: Partition,
): WasmFunction {
  const f = frame(program, order, shape, places, 2);
  const { asm } = f;
  pointerLocals(f.pointers).forEach((local, index) => {
    asm.base();
    asm.access('load', table + 4 * index);
    asm.set(local);
  });
  const pointer = f.fresh('i32');
  asm.base();
  asm.constant(shared);
  asm.scalar('add');
  asm.set(pointer);
  asm.loop();
  emitSteps(f, part, new Set(), { places: crossings, pointer });
  emitNextGroups(f, pointer, crossingBytes);
  asm.branchIf();
  asm.end();
  return f.finish();
}

/** Moves all pointers on to the next groups, and leaves on the stack whether there are any. */
function emitNextGroups(f: Frame, crossing: number, crossingBytes: number): void {
  const { asm, pointers, places, program, shape } = f;
  const move = (local: number, bytes: number): void => {
    asm.get(local);
    asm.constant(shape.unroll * bytes);
    asm.scalar('add');
    asm.tee(local);
  };
  const moveOn = (local: number, bytes: number): void => {
    if (bytes === 0) return;
    move(local, bytes);
    asm.drop();
  };
  [...program.inputs, ...program.outputs].forEach((layout, port) =>
    moveOn(pointers.ports[port]!, groupBytes(layout)),
  );
  moveOn(pointers.now, places.stateBytes);
  moveOn(pointers.next, places.stateBytes);
  moveOn(pointers.memories, places.memoryBytes);
  moveOn(crossing, crossingBytes / shape.unroll);
  move(parameters.first, 1);
  asm.get(parameters.end);
  asm.scalar('ltU');
}
