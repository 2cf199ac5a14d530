import { emitCut, interleave } from './access.js';
import { emitValue } from './emit.js';
import type { Frame } from './frame.js';
import type { Factor, Term } from './inner.js';

/** Locals that hold a term's factors where all streams share them. */
export interface Shared {
  readonly x: number | undefined;
  readonly y: number | undefined;
}

/** Loads the factors of a term that all streams share. */
export function emitShared(f: Frame, { x, y }: Term): Shared {
  const hold = (factor: Factor): number | undefined => {
    if (factor.kind !== 'load' || !factor.uniform) return undefined;
    const local = f.fresh('v128');
    emitSplat(f, factor);
    f.asm.set(local);
    return local;
  };
  return { x: hold(x), y: hold(y) };
}

/** One element of all streams in all eight lanes. */
function emitSplat(f: Frame, factor: Factor & { kind: 'load' }): void {
  const { asm, program, places, pointers } = f;
  const { elementBytes, port } = program.inputs[factor.port]!;
  asm.get(pointers.ports[factor.port]!);
  asm.vectorAccess(
    elementBytes === 1 ? 'load8Splat' : 'load16Splat',
    factor.row * places.rowBytes[factor.port]!,
  );
  if (elementBytes === 1) asm.simd(port.signed ? 'extendLow8S' : 'extendLow8U');
  if (factor.cut) emitCut(asm, factor.cut, 16);
}

/** Puts a factor of eight streams on the stack. */
export function emitHalf(f: Frame, factor: Factor, shared: number | undefined, unit: number): void {
  const { asm } = f;
  if (shared !== undefined) return asm.get(shared);
  if (factor.kind === 'constant') return asm.vector((factor.value & 0xffff) | (factor.value << 16));
  if (factor.kind === 'load') return emitHalfLoad(f, factor, unit);
  if (f.program.graph.at(factor.ref).lane === 16) return emitValue(f, factor.ref, unit);
  const last = f.shape.unroll - 1;
  emitValue(f, factor.ref, Math.min(2 * unit, last));
  emitValue(f, factor.ref, Math.min(2 * unit + 1, last));
  asm.simd('narrow32S');
}

function emitHalfLoad(f: Frame, factor: Factor & { kind: 'load' }, unit: number): void {
  const { asm, program, places, pointers } = f;
  const { elementBytes, port } = program.inputs[factor.port]!;
  const offset = factor.row * places.rowBytes[factor.port]!;
  asm.get(unit === 0 ? pointers.ports[factor.port]! : f.ahead(factor.port, unit));
  if (elementBytes === 2) asm.vectorAccess('load', offset);
  else asm.vectorAccess(port.signed ? 'load8x8S' : 'load8x8U', offset);
  if (factor.cut) emitCut(asm, factor.cut, 16);
}

/** A local with the pair of two shared factors in all four lanes. */
export function emitSharedPair(f: Frame, terms: readonly Term[]): number {
  const { asm } = f;
  const local = f.fresh('v128');
  const [y, z] = terms.map((term) => term.y) as [Factor, Factor?];
  if (y.kind === 'constant' && z?.kind !== 'load')
    asm.vector((y.value & 0xffff) | ((z?.kind === 'constant' ? z.value : 0) << 16));
  else if (y.kind === 'load' && z?.kind === 'load' && areNeighbours(y, z)) emitNeighbours(f, y);
  else {
    const put = (factor: Factor | undefined): void => {
      if (factor?.kind === 'load') emitSplat(f, factor);
      else asm.vector(factor?.kind === 'constant' ? (factor.value & 0xffff) | (factor.value << 16) : 0);
    };
    put(y);
    put(z);
    asm.shuffle(interleave.low);
  }
  asm.set(local);
  return local;
}

function areNeighbours(y: Factor & { kind: 'load' }, z: Factor & { kind: 'load' }): boolean {
  return y.port === z.port && y.row + 1 === z.row && y.cut?.bits === z.cut?.bits;
}

/** Two elements side by side that all streams share. */
function emitNeighbours(f: Frame, factor: Factor & { kind: 'load' }): void {
  const { asm, program, places, pointers } = f;
  const { elementBytes, port } = program.inputs[factor.port]!;
  asm.get(pointers.ports[factor.port]!);
  const offset = factor.row * places.rowBytes[factor.port]!;
  asm.vectorAccess(elementBytes === 1 ? 'load16Splat' : 'load32Splat', offset);
  if (elementBytes === 1) asm.simd(port.signed ? 'extendLow8S' : 'extendLow8U');
  if (factor.cut) emitCut(asm, factor.cut, 16);
}
