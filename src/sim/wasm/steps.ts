import { emitByteLoads } from './access.js';
import { emitInner } from './emit-inner.js';
import { emitComputed, emitEffect, forPieces } from './emit.js';
import { scratchPlace, type Frame } from './frame.js';
import type { Ref, Vector } from './graph.js';
import { expression, isByteLoad, piecesOf, type Let, type Step } from './schedule.js';

/** Where vectors lie in memory that are computed in one function and read in another: from where a local points. */
export interface Crossings {
  readonly places: ReadonlyMap<Ref, number>;
  readonly pointer: number;
}

/**
 * Emits steps in order. Locals of vectors that no later step reads, and `later` neither, are used again.
 * Vectors in `crossings` are stored when they are computed, and loaded where they are not at hand.
 */
export function emitSteps(
  f: Frame,
  steps: readonly Step[],
  later: ReadonlySet<Ref>,
  crossings?: Crossings,
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
    if (step.kind === 'let' && !crossings?.places.has(step.ref)) recent.add(step.ref);
    work += size * (step.kind === 'let' ? pieces(f, step.ref) : f.shape.unroll);
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
 * of them spilled. Stores where nobody reads them keep it from that, as they stay in their order.
 */
function emitBarrier(f: Frame, refs: ReadonlySet<Ref>): void {
  for (const ref of refs) {
    const first = f.keptLocals.get(ref)!;
    forPieces(pieces(f, ref), (piece) => {
      f.asm.base();
      f.asm.get(first + piece);
      f.asm.vectorAccess('store', scratchPlace(f.program));
    });
  }
}

/** Whether a vector is in memory anyway, for every function to read. */
export function isAtHand({ op }: Vector): boolean {
  return op === 'state' || op === 'load';
}

function fetch(f: Frame, ref: Ref, crossings: Crossings | undefined): void {
  if (f.keptLocals.has(ref)) return;
  const place = crossings?.places.get(ref);
  const first = f.allocate(ref);
  if (place === undefined) return compute(f, ref, first);
  forPieces(pieces(f, ref), (piece) => {
    f.asm.get(crossings!.pointer);
    f.asm.vectorAccess('load', place + 16 * piece);
    f.asm.set(first + piece);
  });
}

function emitLet(f: Frame, { ref }: Let, crossings: Crossings | undefined): void {
  const first = f.allocate(ref);
  compute(f, ref, first);
  const place = crossings?.places.get(ref);
  if (place === undefined) return;
  forPieces(pieces(f, ref), (piece) => {
    f.asm.get(crossings!.pointer);
    f.asm.get(first + piece);
    f.asm.vectorAccess('store', place + 16 * piece);
  });
}

/** Computes a vector into the locals from `first` on. */
function compute(f: Frame, ref: Ref, first: number): void {
  const vector = f.program.graph.at(ref);
  if (vector.op === 'inner') emitInner(f, vector, first);
  else if (isByteLoad(f.program.inputs, vector) && f.shape.unroll > 1) emitByteLoads(f, vector, first);
  else
    forPieces(pieces(f, ref), (piece) => {
      emitComputed(f, vector, piece);
      f.asm.set(first + piece);
    });
}

function pieces(f: Frame, ref: Ref): number {
  return piecesOf(f.shape, f.program.graph.at(ref));
}
