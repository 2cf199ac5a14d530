import { bitsInterval, within, type Interval } from './interval.js';
import type { Cut, Ref, Vector } from './graph.js';
import { effectOperands, type Program } from './program.js';

/** What is multiplied in an inner product: 16-bit numbers, eight streams in a word. */
export type Factor =
  | {
      readonly kind: 'load';
      readonly port: number;
      readonly row: number;
      readonly uniform: boolean;
      readonly cut?: Cut;
    }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'vector'; readonly ref: Ref };

export interface Term {
  readonly x: Factor;
  readonly y: Factor;
  readonly range: Interval;
}

/** Terms whose sum plus `bias` is a 16-bit number whatever their factors are. */
export interface ShortSum {
  readonly terms: readonly Term[];
  readonly bias: number;
}

/**
 * How a sum of products of 16-bit numbers is computed: products that are 16-bit numbers themselves are added up as
 * such for as long as their sum stays one; others are multiplied and added in pairs by one instruction.
 */
export interface InnerProduct {
  readonly sums: readonly ShortSum[];
  readonly pairs: readonly (readonly Term[])[];
  /** What else is added, 32 bits wide. */
  readonly rest: readonly Ref[];
}

const short = bitsInterval(16, true);

/** Rewrites sums of products of 16-bit numbers in a program as inner products. */
export function findInnerProducts(program: Program): Program {
  const { graph: g, stores, nexts, writes } = program;
  const uses = countUses(g.vectors, [...nexts, ...writes, ...stores].flatMap(effectOperands));
  const taken = new Set<Ref>();
  for (let ref = g.vectors.length - 1; ref >= 0; ref--) {
    const vector = g.at(ref);
    if (vector.op !== 'add' || vector.uniform || taken.has(ref) || uses[ref] === 0) continue;
    const inner = innerProduct(program, uses, ref, taken);
    if (inner) g.replace(ref, { ...vector, op: 'inner', operands: operandsOf(inner), inner });
  }
  return program;
}

/** How often each vector is read, by effects and by vectors that are read. */
export function countUses(vectors: readonly Vector[], roots: readonly Ref[]): Uint32Array {
  const uses = new Uint32Array(vectors.length);
  const stack: Ref[] = [];
  const use = (ref: Ref): void => {
    if (uses[ref]!++ === 0) stack.push(ref);
  };
  roots.forEach(use);
  for (let ref = stack.pop(); ref !== undefined; ref = stack.pop()) vectors[ref]!.operands.forEach(use);
  return uses;
}

function operandsOf({ sums, pairs, rest }: InnerProduct): Ref[] {
  const factors = [...sums.flatMap(({ terms }) => terms), ...pairs.flat()].flatMap(({ x, y }) => [x, y]);
  return [...rest, ...factors.flatMap((factor) => (factor.kind === 'vector' ? [factor.ref] : []))];
}

function innerProduct(
  program: Program,
  uses: Uint32Array,
  root: Ref,
  taken: Set<Ref>,
): InnerProduct | undefined {
  const g = program.graph;
  const terms: Term[] = [];
  const rest: Ref[] = [];
  const stack = [...g.at(root).operands].reverse();
  const inside: Ref[] = [];
  for (let ref = stack.pop(); ref !== undefined; ref = stack.pop()) {
    const { op, operands, uniform } = g.at(ref);
    const term = op === 'mul' && uses[ref] === 1 && !uniform ? termOf(program, operands) : undefined;
    if (term) terms.push(term);
    else if (op === 'add' && uses[ref] === 1 && !uniform) {
      inside.push(ref);
      stack.push(...[...operands].reverse());
    } else rest.push(ref);
  }
  if (!worthIt(terms)) return undefined;
  inside.forEach((ref) => taken.add(ref));
  return { ...arranged(terms), rest };
}

/** A single product pays where it comes from elements that need not be widened before. */
function worthIt(terms: readonly Term[]): boolean {
  if (terms.length !== 1) return terms.length > 1;
  const [{ x, y, range }] = terms as [Term];
  return within(range, short) && [x, y].every(({ kind }) => kind !== 'vector');
}

function termOf(program: Program, [a, b]: readonly Ref[]): Term | undefined {
  const [x, y] = [program.graph.at(a!).range, program.graph.at(b!).range];
  if (!within(x, short) || !within(y, short)) return undefined;
  const corners = [x.lo * y.lo, x.lo * y.hi, x.hi * y.lo, x.hi * y.hi];
  const range = { lo: Math.min(...corners), hi: Math.max(...corners) };
  return { x: factorOf(program, a!), y: factorOf(program, b!), range };
}

function factorOf(program: Program, ref: Ref): Factor {
  const value = program.graph.valueOf(ref);
  if (value !== undefined) return { kind: 'constant', value };
  return loadOf(program, ref) ?? { kind: 'vector', ref };
}

function loadOf({ graph: g, inputs }: Program, ref: Ref): (Factor & { kind: 'load' }) | undefined {
  const { op, at: port, row, uniform, cut } = g.at(ref);
  if (op !== 'load' || inputs[port]!.elementBytes === 4) return undefined;
  return { kind: 'load', port, row, uniform, ...(cut && { cut }) };
}

function arranged(terms: readonly Term[]): Pick<InnerProduct, 'sums' | 'pairs'> {
  const sums: { terms: Term[]; lo: number; hi: number }[] = [];
  for (const term of terms) {
    const { lo, hi } = term.range;
    const last = sums.at(-1);
    if (last && last.hi + hi - last.lo - lo <= 0xffff) {
      last.terms.push(term);
      last.lo += lo;
      last.hi += hi;
    } else sums.push({ terms: [term], lo, hi });
  }
  // Pairs of elements that all streams share come with one load, so that they need no interleaving.
  const enough = terms.some(({ x, y }) => isShared(x) || isShared(y)) ? 4 : 2;
  if (sums.some(({ lo, hi }) => hi - lo > 0xffff) || terms.length < enough * (sums.length - 1) + 1)
    return { sums: [], pairs: inPairs(terms) };
  return { sums: sums.map(({ terms: each, lo, hi }) => ({ terms: each, bias: biasOf(lo, hi) })), pairs: [] };
}

export function isShared(factor: Factor): boolean {
  return factor.kind === 'constant' || (factor.kind === 'load' && factor.uniform);
}

/** The least that brings both ends among the 16-bit numbers. */
function biasOf(lo: number, hi: number): number {
  if (hi > short.hi) return short.hi - hi;
  return lo < short.lo ? short.lo - lo : 0;
}

function inPairs(terms: readonly Term[]): Term[][] {
  return Array.from({ length: Math.ceil(terms.length / 2) }, (_, i) => terms.slice(2 * i, 2 * i + 2));
}
