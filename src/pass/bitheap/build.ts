import type { Id, Node } from '../../ir/index.js';
import type { Rebuilding } from '../rebuild.js';
import type { AdderName } from './adders.js';
import type { HeapCells } from './cells.js';
import type { Bit, Cell } from './column.js';
import { compress, type Tree } from './compress.js';
import { bitOf, named, type Heap } from './heap.js';

/** Builds the heap's compressor tree and its final adder; gives the word of the sum. */
export function buildSum(heap: Heap): Id {
  const { to, direction } = heap;
  const width = heap.columns.length;
  const tree = bestTree(heap);
  const wires = new Map<Bit, Id>();
  const wire = (bit: Bit): Id => {
    const known = wires.get(bit);
    if (known !== undefined) return known;
    const made = bitOf(to, heap.sources.get(bit)!);
    wires.set(bit, made);
    return made;
  };
  const counts = new Map<number, number>();
  for (const cell of tree.cells) {
    const number = counts.get(cell.column) ?? 0;
    counts.set(cell.column, number + 1);
    buildCell(to, cell, cell.inputs.map(wire), heap.cells.inverts, number).forEach((id, k) =>
      wires.set(cell.outputs[k]!, id),
    );
  }
  const word = (row: 0 | 1, from: number, name?: string): Id => {
    const parts = tree.rows.slice(from).map((bits) => {
      const bit = bits[row];
      return bit === undefined || bit === 'one' ? constant(to, bit ? 1n : 0n) : wire(bit);
    });
    return joined(to, parts, name);
  };
  const sum = finalSum(to, tree, word);
  if (direction === 1) return sum;
  return to.add({ kind: 'not', width, a: sum });
}

/** Columns with one bit are done; from the first with two on, an adder does the rest. */
function finalSum(to: Rebuilding, tree: Tree, word: (row: 0 | 1, from: number, name?: string) => Id): Id {
  const start = tree.rows.findIndex((bits) => bits.length > 1);
  if (start < 0) return word(0, 0);
  const [a, b] = [word(0, start, 'addend_0'), word(1, start, 'addend_1')];
  const width = to.node(a).width;
  const high = to.add({ kind: 'binary', op: width === 1 ? 'xor' : 'add', width, a, b });
  if (start === 0) return high;
  const low = lowWord(to, word(0, 0), start);
  return to.add({ kind: 'concat', width: start + width, parts: [low, high] });
}

function lowWord(to: Rebuilding, word: Id, width: number): Id {
  return to.add({ kind: 'slice', width, a: word, low: 0 });
}

function constant(to: Rebuilding, value: bigint): Id {
  return to.add({ kind: 'const', width: 1, value });
}

function joined(to: Rebuilding, parts: readonly Id[], name?: string): Id {
  if (parts.length === 1) return parts[0]!;
  return to.add(named({ kind: 'concat', width: parts.length, parts }, name));
}

/** The nodes of a cell; its outputs. */
function buildCell(
  to: Rebuilding,
  { kind, column }: Cell,
  inputs: readonly Id[],
  inverts: boolean,
  number: number,
): Id[] {
  const [a, b] = inputs as [Id, Id];
  const gate = (op: 'xor' | 'or' | 'and', name: string): Id =>
    to.add({ kind: 'binary', op, width: 1, a, b, name });
  const [sum, carry] = [`s_${column}_${number}`, `c_${column + 1}_${number}`];
  switch (kind) {
    case 'full':
    case 'half': {
      const module: AdderName = `${kind}_adder${inverts ? '_n' : ''}`;
      const node: Node = { kind: 'instance', width: 0, module, inputs, name: `${kind}_${column}_${number}` };
      const instance = to.add(node);
      return [sum, carry].map((name, port) => to.add({ kind: 'output', width: 1, instance, port, name }));
    }
    case 'two':
      return [gate('xor', sum), gate('and', carry)];
    case 'one':
      return [
        to.add({ kind: 'not', width: 1, a: gate('xor', `sn_${column}_${number}`), name: sum }),
        gate('or', carry),
      ];
    case 'not':
      return [to.add({ kind: 'not', width: 1, a })];
    case 'xor':
      return [gate('xor', sum)];
  }
}

/** How many bits are compressed in trying to make the final adder shorter; of a large heap it is a small part anyway. */
const mostBits = 40_000;

/** The tree with as many low columns brought down to one bit as delays nothing: the final adder is shorter by them. */
function bestTree({ columns, constant, cells }: Heap): Tree {
  const width = columns.length;
  const bits = BigInt.asUintN(width, constant);
  let best = compress(columns, bits, cells);
  const limit = finish(best, cells);
  const size = columns.reduce((sum, column) => sum + column.length, 1);
  const most = Math.min(width - 1, Math.floor(mostBits / size));
  for (let single = 1; single <= most; single++) {
    const next = compress(columns, bits, cells, single);
    if (finish(next, cells) > limit) break;
    best = next;
  }
  return best;
}

/** When the sum is there, roughly: a logarithmic adder behind the last bits. */
function finish({ rows }: Tree, cells: HeapCells): number {
  const start = rows.findIndex((bits) => bits.length > 1);
  const high = start < 0 ? 0 : rows.length - start;
  const adder = start < 0 ? 0 : 2 * cells.xor + 2 * cells.and * Math.log2(high);
  const at = (bits: Tree['rows'][number]): number =>
    Math.max(0, ...bits.map((bit) => (bit === 'one' ? 0 : bit.at)));
  return Math.max(...rows.map((bits, column) => at(bits) + (start >= 0 && column >= start ? adder : 0)));
}
