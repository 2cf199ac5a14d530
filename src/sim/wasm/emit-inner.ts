import { interleave } from './access.js';
import { emitHalf, emitShared, emitSharedPair, type Shared } from './emit-factors.js';
import { emitValue } from './emit.js';
import { scratchPlace, type Frame } from './frame.js';
import type { Vector } from './graph.js';
import { isShared, type InnerProduct, type ShortSum, type Term } from './inner.js';

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
