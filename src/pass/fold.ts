import { ones } from '../base/index.js';
import {
  evaluate,
  isCombinational,
  operands,
  printNode,
  type Binary,
  type Compare,
  type Concat,
  type Const,
  type Extend,
  type Id,
  type Module,
  type Mul,
  type Mux,
  type Node,
  type Not,
  type Shift,
  type Slice,
} from '../ir/index.js';
import { removeDead } from './dead.js';
import { perModule } from './pass.js';
import { rebuild, type Rebuilding } from './rebuild.js';

/** Evaluates what is constant and simplifies by identities: neutral elements, slices of wiring, equal branches. */
export const fold = perModule('fold', 'evaluates constants and applies algebraic identities', foldToRest);

/** Folding until nothing changes any more. */
export function foldToRest(module: Module): Module {
  for (let current = module; ;) {
    const next = removeDead(rebuild(current, simplify));
    if (areSame(current, next)) return current;
    current = next;
  }
}

function areSame(a: Module, b: Module): boolean {
  if (a.nodes.length !== b.nodes.length || a.memories.length !== b.memories.length) return false;
  return (
    a.outputs.every(({ value }, k) => value === b.outputs[k]!.value) &&
    a.nodes.every((node, id) => node === b.nodes[id] || printNode(node) === printNode(b.nodes[id]!))
  );
}

/** The new node that stands for `node`: a simpler one where an identity applies. */
export function simplify(node: Node, to: Rebuilding): Id {
  return constant(node, to) ?? identity(node, to) ?? to.add(node);
}

function constant(node: Node, to: Rebuilding): Id | undefined {
  if (!isCombinational(node) || node.kind === 'const') return undefined;
  const reads = operands(node).map(to.node);
  if (!reads.every((read): read is Const => read.kind === 'const')) return undefined;
  const value = evaluate(
    node,
    reads.map((read) => read.value),
    reads.map((read) => read.width),
  );
  return addConst(to, value, node);
}

function addConst(to: Rebuilding, value: bigint, like: Node): Id {
  return to.add({ kind: 'const', width: like.width, value, ...(like.place && { place: like.place }) });
}

function identity(node: Node, to: Rebuilding): Id | undefined {
  switch (node.kind) {
    case 'not':
      return identityNot(node, to);
    case 'binary':
      return identityBinary(node, to);
    case 'mul':
      return identityMul(node, to);
    case 'compare':
      return identityCompare(node, to);
    case 'shift':
      return identityShift(node, to);
    case 'mux':
      return identityMux(node, to);
    case 'slice':
      return identitySlice(node, to);
    case 'concat':
      return identityConcat(node, to);
    case 'extend':
      return identityExtend(node, to);
    default:
      return undefined;
  }
}

function valueOf(to: Rebuilding, id: Id): bigint | undefined {
  const node = to.node(id);
  return node.kind === 'const' ? node.value : undefined;
}

function identityNot(node: Not, to: Rebuilding): Id | undefined {
  const inner = to.node(node.a);
  return inner.kind === 'not' ? inner.a : undefined;
}

function identityBinary(node: Binary, to: Rebuilding): Id | undefined {
  const [x, y] = [valueOf(to, node.a), valueOf(to, node.b)];
  const full = ones(node.width);
  if (node.a === node.b) {
    if (node.op === 'and' || node.op === 'or') return node.a;
    if (node.op === 'xor' || node.op === 'sub') return addConst(to, 0n, node);
  }
  switch (node.op) {
    case 'add':
    case 'or':
    case 'xor':
      if (x === 0n) return node.b;
      if (y === 0n) return node.a;
      return node.op === 'or' && (x === full || y === full) ? addConst(to, full, node) : undefined;
    case 'sub':
      return y === 0n ? node.a : undefined;
    case 'and':
      if (x === full) return node.b;
      if (y === full) return node.a;
      return x === 0n || y === 0n ? addConst(to, 0n, node) : undefined;
  }
}

function identityMul(node: Mul, to: Rebuilding): Id | undefined {
  const [x, y] = [valueOf(to, node.a), valueOf(to, node.b)];
  if (x === 0n || y === 0n) return addConst(to, 0n, node);
  // A signed one-bit 1 is the number −1.
  const isOne = (value: bigint | undefined, id: Id): boolean =>
    value === 1n && !(node.signed && to.node(id).width === 1);
  if (isOne(x, node.a)) return simplify(widened(node, node.b, node.signed), to);
  if (isOne(y, node.b)) return simplify(widened(node, node.a, node.signed), to);
  return undefined;
}

function widened(like: Node, a: Id, signed: boolean): Extend {
  return { kind: 'extend', width: like.width, signed, a, ...(like.place && { place: like.place }) };
}

function identityCompare(node: Compare, to: Rebuilding): Id | undefined {
  if (node.a === node.b) return addConst(to, node.op === 'eq' ? 1n : 0n, node);
  if (node.op === 'eq' && to.node(node.a).width === 1) {
    const [x, y] = [valueOf(to, node.a), valueOf(to, node.b)];
    if (y === 1n) return node.a;
    if (x === 1n) return node.b;
    if (y === 0n) return simplify({ kind: 'not', width: 1, a: node.a }, to);
    if (x === 0n) return simplify({ kind: 'not', width: 1, a: node.b }, to);
  }
  // The sign of a number says whether it is below zero.
  if (node.op === 'lt' && node.signed && valueOf(to, node.b) === 0n) {
    const { width } = to.node(node.a);
    return simplify({ kind: 'slice', width: 1, a: node.a, low: width - 1 }, to);
  }
  if (node.op === 'lt' && !node.signed && valueOf(to, node.b) === 0n) return addConst(to, 0n, node);
  return undefined;
}

function identityShift(node: Shift, to: Rebuilding): Id | undefined {
  const by = valueOf(to, node.by);
  if (by === undefined) return undefined;
  if (by === 0n) return node.a;
  const { width } = node;
  if (by >= BigInt(width)) {
    if (!node.signed) return addConst(to, 0n, node);
    const sign = simplify({ kind: 'slice', width: 1, a: node.a, low: width - 1 }, to);
    return width === 1 ? sign : simplify(widened(node, sign, true), to);
  }
  const distance = Number(by);
  const kept = width - distance;
  const low = node.op === 'left' ? 0 : distance;
  const part = simplify({ kind: 'slice', width: kept, a: node.a, low }, to);
  if (node.op === 'right') return simplify(widened(node, part, node.signed), to);
  const zeros = to.add({ kind: 'const', width: distance, value: 0n });
  return simplify({ kind: 'concat', width, parts: [zeros, part] }, to);
}

function identityMux(node: Mux, to: Rebuilding): Id | undefined {
  const when = valueOf(to, node.when);
  if (when !== undefined) return when === 1n ? node.yes : node.no;
  if (node.yes === node.no) return node.yes;
  const [yes, no] = [valueOf(to, node.yes), valueOf(to, node.no)];
  if (yes !== undefined && yes === no) return node.yes;
  const condition = to.node(node.when);
  if (condition.kind === 'not')
    return simplify({ ...node, when: condition.a, yes: node.no, no: node.yes }, to);
  if (node.width === 1 && yes === 1n && no === 0n) return node.when;
  return undefined;
}

function identitySlice(node: Slice, to: Rebuilding): Id | undefined {
  const inner = to.node(node.a);
  if (node.low === 0 && node.width === inner.width) return node.a;
  const end = node.low + node.width;
  switch (inner.kind) {
    case 'slice':
      return simplify({ ...node, a: inner.a, low: inner.low + node.low }, to);
    case 'extend': {
      const { width } = to.node(inner.a);
      if (end <= width) return simplify({ ...node, a: inner.a }, to);
      if (node.low >= width && !inner.signed) return addConst(to, 0n, node);
      // The part that lies in the operand, widened again; beyond it, its sign.
      const low = Math.min(node.low, width - 1);
      const part = simplify({ kind: 'slice', width: width - low, a: inner.a, low }, to);
      return node.width > width - low || node.low >= width
        ? simplify(widened(node, part, inner.signed), to)
        : part;
    }
    case 'concat':
      return slicedConcat(node, inner, to);
    default:
      return undefined;
  }
}

/** A slice of a concatenation is one of the parts it touches, side by side. */
function slicedConcat(node: Slice, inner: Concat, to: Rebuilding): Id | undefined {
  const parts: Id[] = [];
  let base = 0;
  for (const part of inner.parts) {
    const { width } = to.node(part);
    const low = Math.max(node.low, base);
    const high = Math.min(node.low + node.width, base + width);
    if (low < high) parts.push(simplify({ kind: 'slice', width: high - low, a: part, low: low - base }, to));
    base += width;
  }
  if (parts.length === 1) return parts[0];
  return simplify({ kind: 'concat', width: node.width, parts }, to);
}

function identityConcat(node: Concat, to: Rebuilding): Id | undefined {
  const parts = joinedParts(node, to);
  if (parts.length === 1) return parts[0];
  // Zeros on top are a widening.
  const top = parts.at(-1)!;
  if (valueOf(to, top) === 0n) {
    const rest = parts.slice(0, -1);
    const width = node.width - to.node(top).width;
    const low = rest.length === 1 ? rest[0]! : simplify({ ...node, width, parts: rest }, to);
    return simplify(widened(node, low, false), to);
  }
  const unchanged = parts.length === node.parts.length && parts.every((part, i) => part === node.parts[i]);
  return unchanged ? undefined : to.add({ ...node, parts });
}

/** The parts with inner concatenations opened, neighbouring constants and slices of one word joined. */
function joinedParts(node: Concat, to: Rebuilding): Id[] {
  const parts: Id[] = [];
  const opened = node.parts.flatMap((part) => {
    const inner = to.node(part);
    return inner.kind === 'concat' ? inner.parts : [part];
  });
  for (const part of opened) {
    const below = parts.at(-1);
    const joined = below === undefined ? undefined : neighbours(below, part, to);
    if (joined === undefined) parts.push(part);
    else parts[parts.length - 1] = joined;
  }
  return parts;
}

function neighbours(low: Id, high: Id, to: Rebuilding): Id | undefined {
  const [a, b] = [to.node(low), to.node(high)];
  const width = a.width + b.width;
  if (a.kind === 'const' && b.kind === 'const')
    return to.add({ kind: 'const', width, value: a.value | (b.value << BigInt(a.width)) });
  if (a.kind === 'slice' && b.kind === 'slice' && a.a === b.a && a.low + a.width === b.low)
    return simplify({ kind: 'slice', width, a: a.a, low: a.low }, to);
  return undefined;
}

function identityExtend(node: Extend, to: Rebuilding): Id | undefined {
  const inner = to.node(node.a);
  if (inner.width === node.width) return node.a;
  if (inner.kind !== 'extend') return undefined;
  // Zeros on top make the number non-negative, so what widens it does not matter.
  if (!inner.signed || node.signed) return simplify({ ...node, a: inner.a, signed: inner.signed }, to);
  return undefined;
}
