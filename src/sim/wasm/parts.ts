import type { WasmFunction } from './binary.js';
import { frame, pointerLocals, type FixedPlaces, type Frame } from './frame.js';
import type { Ref } from './graph.js';
import type { Program } from './program.js';
import { expression, piecesOf, type Schedule, type Shape, type Step } from './schedule.js';
import { emitSteps, type Crossings } from './steps.js';

export type Part = readonly Step[];

/** A cycle that is too long for one function. */
export interface Partition {
  readonly list: readonly Part[];
  /** Where the vectors lie that one part computes and another reads. */
  readonly crossings: Crossings;
  /** Where the pointers lie that the main function hands to the parts. */
  readonly table: number;
  /** The first address behind all that. */
  readonly end: number;
}

/** Cuts a cycle into parts of about `size` vectors; what they share goes to memory from `start` up. */
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
  let end = start;
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
      if (definedIn.get(ref) === list.length || crossings.has(ref)) continue;
      crossings.set(ref, end);
      end += 16 * piecesOf(shape, vectors[ref]!);
    }
  }
  const pointers = program.inputs.length + program.outputs.length + 4;
  return { list, crossings, table: end, end: end + Math.ceil((4 * pointers) / 16) * 16 };
}

/** Writes the pointers of this cycle to where the parts look for them. */
export function passPointers(f: Frame, table: number): void {
  pointerLocals(f.pointers).forEach((local, index) => {
    f.asm.base();
    f.asm.get(local);
    f.asm.access('store', table + 4 * index);
  });
}

export function emitPart(
  program: Program,
  order: Schedule,
  shape: Shape,
  places: FixedPlaces,
  part: Part,
  { crossings, table }: Partition,
): WasmFunction {
  const f = frame(program, order, shape, places, 0);
  pointerLocals(f.pointers).forEach((local, index) => {
    f.asm.base();
    f.asm.access('load', table + 4 * index);
    f.asm.set(local);
  });
  emitSteps(f, part, new Set(), crossings);
  return f.finish();
}
