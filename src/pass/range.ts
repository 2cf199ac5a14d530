import { bitLength, ones, signedWidth } from '../base/index.js';
import { operands, type Id, type Module, type Node } from '../ir/index.js';

/**
 * An interval of integers of which one, modulo 2^width, is a node's word. It is never longer than the words are
 * many, so it says exactly how the word may be read.
 */
export interface Range {
  readonly low: bigint;
  readonly high: bigint;
}

/** The range of every node of a module; nodes without a word have the range of zero. */
export function ranges(module: Module): Range[] {
  const known: Range[] = [];
  module.nodes.forEach((node) => {
    const range = rangeOf(node, module, known);
    known.push(fits(range, node.width) ? range : everything(node.width));
  });
  return known;
}

/** How many bits keep the range apart, and how the word is widened again from them. */
export function neededBits(range: Range): { readonly width: number; readonly signed: boolean } {
  if (range.low >= 0n) return { width: Math.max(1, bitLength(range.high)), signed: false };
  return { width: Math.max(signedWidth(range.low), signedWidth(range.high)), signed: true };
}

function everything(width: number): Range {
  return { low: 0n, high: ones(width) };
}

function fits(range: Range, width: number): boolean {
  return range.high - range.low <= ones(width);
}

function rangeOf(node: Node, module: Module, known: readonly Range[]): Range {
  const all = everything(node.width);
  const of = (id: Id): Range => known[id]!;
  const width = (id: Id): number => module.nodes[id]!.width;
  switch (node.kind) {
    case 'const':
      return { low: node.value, high: node.value };
    case 'binary':
      return rangeOfBinary(node.op, of(node.a), of(node.b)) ?? all;
    case 'mul':
      return product(as(of(node.a), width(node.a), node.signed), as(of(node.b), width(node.b), node.signed));
    case 'mux':
      return hull(of(node.yes), of(node.no));
    case 'extend':
      return as(of(node.a), width(node.a), node.signed);
    case 'slice':
      return node.low === 0 && within(of(node.a), node.width) ? of(node.a) : all;
    case 'shift':
      return node.op === 'right' ? shiftedRight(as(of(node.a), node.width, node.signed)) : all;
    default:
      return all;
  }
}

/** The range of the number that the word stands for, read as signed or unsigned. */
function as(range: Range, width: number, signed: boolean): Range {
  const least = signed ? -(1n << BigInt(width - 1)) : 0n;
  const most = least + ones(width);
  const size = 1n << BigInt(width);
  for (const move of [0n, -size, size])
    if (range.low + move >= least && range.high + move <= most)
      return { low: range.low + move, high: range.high + move };
  return { low: least, high: most };
}

function within(range: Range, width: number): boolean {
  const half = 1n << BigInt(width - 1);
  return (range.low >= 0n && range.high < 2n * half) || (range.low >= -half && range.high < half);
}

function rangeOfBinary(op: string, a: Range, b: Range): Range | undefined {
  switch (op) {
    case 'add':
      return { low: a.low + b.low, high: a.high + b.high };
    case 'sub':
      return { low: a.low - b.high, high: a.high - b.low };
    case 'and':
      return a.low >= 0n && b.low >= 0n ? { low: 0n, high: a.high < b.high ? a.high : b.high } : undefined;
    case 'or':
    case 'xor':
      return a.low >= 0n && b.low >= 0n
        ? { low: 0n, high: ones(Math.max(bitLength(a.high), bitLength(b.high))) }
        : undefined;
    default:
      return undefined;
  }
}

function product(a: Range, b: Range): Range {
  const corners = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
  return corners.map((corner) => ({ low: corner, high: corner })).reduce(hull);
}

function shiftedRight(a: Range): Range {
  return { low: a.low < 0n ? a.low : 0n, high: a.high > 0n ? a.high : 0n };
}

function hull(a: Range, b: Range): Range {
  return { low: a.low < b.low ? a.low : b.low, high: a.high > b.high ? a.high : b.high };
}

/**
 * How many low bits of every node its readers can tell apart. Words that reach a port, a memory, an instance or a
 * comparison count in full; through sums, products and selections only the bits asked for matter.
 */
export function demands(module: Module): number[] {
  const demand = new Array<number>(module.nodes.length).fill(0);
  const pending: Id[] = [];
  const ask = (id: Id, bits: number): void => {
    const due = Math.min(bits, module.nodes[id]!.width);
    if (due <= demand[id]!) return;
    demand[id] = due;
    pending.push(id);
  };
  for (const port of module.outputs) ask(port.value, Infinity);
  module.nodes.forEach((node) => {
    if (node.kind === 'write' || node.kind === 'instance') operands(node).forEach((id) => ask(id, Infinity));
  });
  for (let id = pending.pop(); id !== undefined; id = pending.pop())
    askOperands(module.nodes[id]!, demand[id]!, ask, module);
  return demand;
}

function askOperands(node: Node, bits: number, ask: (id: Id, bits: number) => void, module: Module): void {
  switch (node.kind) {
    case 'not':
    case 'extend':
      return ask(node.a, bits);
    case 'binary':
    case 'mul':
      ask(node.a, bits);
      return ask(node.b, bits);
    case 'slice':
      return ask(node.a, node.low + bits);
    case 'mux':
      ask(node.when, 1);
      ask(node.yes, bits);
      return ask(node.no, bits);
    case 'reg':
      operands(node).forEach((id) => ask(id, id === node.next ? bits : 1));
      return;
    case 'shift':
      ask(node.by, Infinity);
      return ask(node.a, node.op === 'left' ? bits : Infinity);
    case 'concat':
      return askParts(node.parts, bits, ask, module);
    default:
      operands(node).forEach((id) => ask(id, Infinity));
  }
}

function askParts(
  parts: readonly Id[],
  bits: number,
  ask: (id: Id, bits: number) => void,
  module: Module,
): void {
  let low = 0;
  for (const part of parts) {
    if (bits > low) ask(part, bits - low);
    low += module.nodes[part]!.width;
  }
}
