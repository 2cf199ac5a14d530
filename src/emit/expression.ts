import { signed as asSigned, unreachable } from '../base/index.js';
import type { Compare, Extend, Id, Mul, Read, Shift } from '../ir/index.js';
import { indexBits, type Prepared } from './prepare.js';

/** The word of a node as it is written where it is read: its wire, or an expression of names. */
export function refer(p: Prepared, id: Id): string {
  return p.wires[id] ?? expression(p, id);
}

/** What stands at the right of a node's wire. */
export function expression(p: Prepared, id: Id): string {
  const node = p.module.nodes[id]!;
  const at = (operand: Id): string => refer(p, operand);
  switch (node.kind) {
    case 'const':
      return literal(node.value, node.width);
    case 'not':
      return `~${at(node.a)}`;
    case 'binary':
      return `${at(node.a)} ${{ and: '&', or: '|', xor: '^', add: '+', sub: '-' }[node.op]} ${at(node.b)}`;
    case 'mul':
      return product(p, node, p.widths[id]!);
    case 'compare':
      return comparison(p, node);
    case 'shift':
      return shifted(p, node);
    case 'mux':
      return `${at(node.when)} ? ${at(node.yes)} : ${at(node.no)}`;
    case 'slice':
      return part(p, node.a, node.low, node.width);
    case 'concat':
      return `{${[...node.parts].reverse().map(at).join(', ')}}`;
    case 'extend':
      return extended(p, node);
    case 'reduce':
      return `${{ and: '&', or: '|', xor: '^' }[node.op]}${at(node.a)}`;
    case 'read':
      return memoryWord(p, node);
    case 'input':
    case 'reg':
    case 'output':
    case 'write':
    case 'instance':
      throw new Error(`a ${node.kind} has no expression`);
    default:
      return unreachable(node);
  }
}

/** A sized constant; in decimal up to 32 bits, else in hexadecimal. */
export function literal(value: bigint, width: number): string {
  return width <= 32 ? `${width}'d${value}` : `${width}'h${value.toString(16)}`;
}

/** Bits of a named word, or of a part of one. */
function part(p: Prepared, id: Id, low: number, width: number): string {
  const node = p.module.nodes[id]!;
  if (p.wires[id] === undefined && node.kind === 'slice') return part(p, node.a, node.low + low, width);
  const name = refer(p, id);
  if (low === 0 && width === p.widths[id]!) return name;
  return width === 1 ? `${name}[${low}]` : `${name}[${low + width - 1}:${low}]`;
}

function extended(p: Prepared, node: Extend): string {
  const inner = p.module.nodes[node.a]!;
  const more = node.width - inner.width;
  if (more === 0) return refer(p, node.a);
  if (!node.signed) return `{${literal(0n, more)}, ${refer(p, node.a)}}`;
  if (inner.width === 1) return `{${node.width}{${refer(p, node.a)}}}`;
  return `{{${more}{${part(p, node.a, inner.width - 1, 1)}}}, ${refer(p, node.a)}}`;
}

/** Both factors at the product's width, so that no tool has to guess; their signs tell how wide they really are. */
function product(p: Prepared, node: Mul, width: number): string {
  const [a, b] = [factor(p, node.a, width, node.signed), factor(p, node.b, width, node.signed)];
  return node.signed ? `$signed(${a}) * $signed(${b})` : `${a} * ${b}`;
}

function factor(p: Prepared, id: Id, width: number, signed: boolean): string {
  const node = p.module.nodes[id]!;
  if (node.kind === 'const')
    return literal(BigInt.asUintN(width, signed ? asSigned(node.value, node.width) : node.value), width);
  if (node.width >= width) return node.width === width ? refer(p, id) : part(p, id, 0, width);
  const more = width - node.width;
  if (!signed) return `{${literal(0n, more)}, ${refer(p, id)}}`;
  if (node.width === 1) return `{${width}{${refer(p, id)}}}`;
  return `{{${more}{${part(p, id, node.width - 1, 1)}}}, ${refer(p, id)}}`;
}

function comparison(p: Prepared, node: Compare): string {
  const [a, b] = [refer(p, node.a), refer(p, node.b)];
  if (node.op === 'eq') return `${a} == ${b}`;
  return node.signed ? `$signed(${a}) < $signed(${b})` : `${a} < ${b}`;
}

function shifted(p: Prepared, node: Shift): string {
  const [a, by] = [refer(p, node.a), refer(p, node.by)];
  if (node.op === 'left') return `${a} << ${by}`;
  return node.signed ? `$signed(${a}) >>> ${by}` : `${a} >> ${by}`;
}

/** A word of a memory; zero where the address is beyond its depth. */
export function memoryWord(p: Prepared, node: Read): string {
  const memory = p.module.memories[node.memory]!;
  const address = p.module.nodes[node.address]!;
  const word = `${p.memories[node.memory]!}[${indexInto(p, node.address, memory.depth)}]`;
  if (2 ** address.width <= memory.depth) return word;
  return `${inside(p, node.address, memory.depth)} ? ${word} : ${literal(0n, memory.width)}`;
}

/** Whether an address lies in a memory of that depth, where its width alone does not say so. */
export function inside(p: Prepared, id: Id, depth: number): string {
  return `${refer(p, id)} < ${literal(BigInt(depth), p.module.nodes[id]!.width)}`;
}

/** An address at just the width that picks one of `depth` words. */
export function indexInto(p: Prepared, id: Id, depth: number): string {
  const { width } = p.module.nodes[id]!;
  const needed = indexBits(depth);
  if (width < needed) return `{${literal(0n, needed - width)}, ${refer(p, id)}}`;
  return part(p, id, 0, needed);
}
