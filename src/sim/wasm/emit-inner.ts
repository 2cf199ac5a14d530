import { emitCut, interleave } from './access.js';
import { emitValue } from './emit.js';
import { scratchPlace, type Frame } from './frame.js';
import type { Vector } from './graph.js';
import { isShared, type Factor, type InnerProduct, type ShortSum, type Term } from './inner.js';

/**
 * Computes an inner product into the locals from `first` on, one for each group of four streams. Two groups share
 * words of eight 16-bit numbers.
 */
export function emitInner(f: Frame, { inner }: Vector, first: number): void {
  const { sums, pairs } = inner!;
  emitStart(f, inner!, first);
  emitAhead(f, inner!);
  for (let i = 0; i < sums.length; i += 2) emitShortSums(f, sums.slice(i, i + 2), first);
  for (const pair of pairs) emitPair(f, pair, first);
}

const units = (f: Frame): number[] => Array.from({ length: Math.ceil(f.shape.unroll / 2) }, (_, i) => i);

/**
 * Points locals to the elements of the units after the first. The engine makes a pointer of every offset, of which
 * there would be as many more.
 */
function emitAhead(f: Frame, { sums, pairs }: InnerProduct): void {
  if (f.shape.unroll < 3) return;
  const { asm, program, pointers } = f;
  const factors = [...sums.flatMap(({ terms }) => terms), ...pairs.flat()].flatMap(({ x, y }) => [x, y]);
  const ports = factors.flatMap((factor) => (factor.kind === 'load' && !factor.uniform ? [factor.port] : []));
  for (const port of new Set(ports))
    for (const unit of units(f).slice(1)) {
      asm.get(pointers.ports[port]!);
      asm.constant(8 * unit * program.inputs[port]!.elementBytes);
      asm.scalar('add');
      asm.set(f.ahead(port, unit));
    }
}

/** Sets all sums to what is added besides the products. */
function emitStart(f: Frame, { sums, rest }: InnerProduct, first: number): void {
  const { asm } = f;
  const bias = sums.reduce((sum, each) => sum + each.bias, 0);
  for (let group = 0; group < f.shape.unroll; group++) {
    rest.forEach((ref, index) => {
      emitValue(f, ref, group);
      if (index > 0) asm.simd('add');
    });
    if (bias !== 0 || rest.length === 0) asm.vector(-bias | 0);
    if (bias !== 0 && rest.length > 0) asm.simd('add');
    asm.set(first + group);
  }
}

/**
 * Stores the sums of a unit where nobody reads them. The engine moves pure operations behind all loads that follow,
 * and then spills what was loaded; but it does not move loads past a store.
 */
function emitBarrier(f: Frame, first: number, unit: number): void {
  const { asm } = f;
  for (let group = 2 * unit; group < Math.min(2 * unit + 2, f.shape.unroll); group++) {
    asm.base();
    asm.get(first + group);
    asm.vectorAccess('store', scratchPlace(f.program));
  }
}

/** Adds what is on the stack to a sum; beyond the groups that there are it is dropped. */
function emitAdd(f: Frame, first: number, group: number): void {
  if (group >= f.shape.unroll) return f.asm.drop();
  f.asm.get(first + group);
  f.asm.simd('add');
  f.asm.set(first + group);
}

/** Adds one or two sums of 16-bit numbers. */
function emitShortSums(f: Frame, sums: readonly ShortSum[], first: number): void {
  const { asm } = f;
  const shared = sums.map((sum) => sum.terms.map((term) => emitShared(f, term)));
  const [low, high] = [f.halves[0]!, f.halves[1]!];
  for (const unit of units(f)) {
    sums.forEach((sum, i) => {
      emitShortSum(f, sum, shared[i]!, unit);
      asm.set(i === 0 ? low : high);
    });
    (['low', 'high'] as const).forEach((half, k) => {
      if (2 * unit + k >= f.shape.unroll) return;
      asm.get(low);
      if (sums.length === 2) {
        asm.get(high);
        asm.shuffle(interleave[half]);
        asm.get(f.constant(0x10001));
        asm.simd('dot');
      } else asm.simd(half === 'low' ? 'extendLow16S' : 'extendHigh16S');
      emitAdd(f, first, 2 * unit + k);
    });
    emitBarrier(f, first, unit);
  }
}

function emitShortSum(f: Frame, { terms, bias }: ShortSum, shared: readonly Shared[], unit: number): void {
  const { asm } = f;
  terms.forEach((term, i) => {
    emitHalf(f, term.x, shared[i]!.x, unit);
    emitHalf(f, term.y, shared[i]!.y, unit);
    asm.simd('mul16');
    if (i === 0 && bias !== 0) asm.get(f.constant((bias & 0xffff) | (bias << 16)));
    if (i > 0 || bias !== 0) asm.simd('add16');
  });
}

/** Locals that hold a term's factors where all streams share them. */
interface Shared {
  readonly x: number | undefined;
  readonly y: number | undefined;
}

function emitShared(f: Frame, { x, y }: Term): Shared {
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
function emitHalf(f: Frame, factor: Factor, shared: number | undefined, unit: number): void {
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

/** Adds one or two products. */
function emitPair(f: Frame, terms: readonly Term[], first: number): void {
  const { asm } = f;
  // The second factor is the one that all streams share, if there is one.
  const turned = terms.map((term) => (isShared(term.x) ? { ...term, x: term.y, y: term.x } : term));
  const shared = turned.every(({ y }) => isShared(y)) ? emitSharedPair(f, turned) : undefined;
  const held = shared === undefined ? turned.map((term) => emitShared(f, term)) : [];
  const [a, b, c, d] = f.halves as [number, number, number, number];
  for (const unit of units(f)) {
    hold(f, turned, held, 'x', unit, a, b);
    if (shared === undefined) hold(f, turned, held, 'y', unit, c, d);
    (['low', 'high'] as const).forEach((half, k) => {
      if (2 * unit + k >= f.shape.unroll) return;
      asm.get(a);
      asm.get(b);
      asm.shuffle(interleave[half]);
      if (shared === undefined) {
        asm.get(c);
        asm.get(d);
        asm.shuffle(interleave[half]);
      } else asm.get(shared);
      asm.simd('dot');
      emitAdd(f, first, 2 * unit + k);
    });
    emitBarrier(f, first, unit);
  }
}

function hold(
  f: Frame,
  terms: readonly Term[],
  held: readonly Shared[],
  side: 'x' | 'y',
  unit: number,
  one: number,
  two: number,
): void {
  emitHalf(f, terms[0]![side], held[0]?.[side], unit);
  f.asm.set(one);
  if (terms.length === 1) f.asm.vector(0);
  else emitHalf(f, terms[1]![side], held[1]?.[side], unit);
  f.asm.set(two);
}

/** A local with the pair of two shared factors in all four lanes. */
function emitSharedPair(f: Frame, terms: readonly Term[]): number {
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
