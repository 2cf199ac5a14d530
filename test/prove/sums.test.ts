import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import { draft, flatten, topOf, type Design, type Node, type Port } from '../../src/ir/index.js';
import { bitHeap, optimise } from '../../src/pass/index.js';
import { compareDesigns, type Outcome } from '../../src/prove/index.js';
import { cutsIn, majorityTables, oddTables } from '../../src/prove/cut.js';
import { graphOf } from '../../src/prove/graph.js';
import { bitTerms, fits, multiplied, ranged, wordTerms } from '../../src/prove/polynomial.js';
import { add, or, xor } from '../../src/prove/word.js';
import { interpret } from '../../src/sim/index.js';

const port = (name: string, width: number): Port => ({
  name,
  width,
  lanes: 1,
  signed: true,
  format: `int(${width})`,
});

/** a·b + c·d − k·a, signed, of operands that wide; with a pipeline if asked for. */
function sums(width: number, k: bigint, stages = 0): Design {
  const d = draft('sums');
  const [a, b, c, e] = ['a', 'b', 'c', 'e'].map((name) => d.input(port(name, width)));
  const wide = 2 * width + 2;
  const constant = d.constant(BigInt.asUintN(width, k), width);
  const products = [d.mul(a!, b!, true), d.mul(c!, e!, true), d.mul(a!, constant, true)];
  const [x, y, z] = products.map((id) => d.extend(id, wide, true));
  d.output(port('y', wide), d.binary('sub', d.binary('add', x!, y!), z!));
  d.pipeline(stages);
  return { top: 'sums', modules: [d.finish('Sums of products.')] };
}

function compare(written: Design, heaped: Design, seconds = 30): Outcome {
  const latency = topOf(heaped).latency;
  const deadline = performance.now() + 1000 * seconds;
  return compareDesigns(written, heaped, latency, { seed: 1, cycles: 4, deadline });
}

describe('sums as trees of adders', () => {
  it.each([
    [8, 5n, 0],
    [12, -93n, 0],
    [16, 77n, 2],
  ])('are proven equal to products of %d bits', (width, k, stages) => {
    const written = sums(width, k, stages);
    const heaped = optimise(written, [bitHeap()]);
    expect(heaped.modules.map(({ name }) => name)).toContain('full_adder');
    expect(compare(written, heaped).kind).toBe('proved');
  });

  it('are never proven equal where one gate of the tree is another one', () => {
    const written = sums(3, 3n);
    const heaped = optimise(written, [bitHeap()]);
    const flat = flatten(heaped);
    const r = random(5);
    let differing = 0;
    for (let trial = 0; trial < 25; trial++) {
      const gates = flat.nodes.flatMap((node, id) =>
        node.kind === 'binary' && node.width === 1 ? [id] : [],
      );
      const at = gates[r.below(gates.length)]!;
      const broken: Design = {
        top: flat.name,
        modules: [{ ...flat, nodes: flat.nodes.map((node, id) => (id === at ? otherGate(node) : node)) }],
      };
      const isSame = agree(written, broken);
      if (!isSame) differing++;
      expect(compare(written, broken, 20).kind === 'proved', `gate ${at}`).toBe(isSame);
    }
    expect(differing).toBeGreaterThan(15);
  });
});

function otherGate(node: Node): Node {
  if (node.kind !== 'binary') throw new Error('a gate was expected');
  return { ...node, op: node.op === 'xor' ? 'or' : node.op === 'or' ? 'xor' : 'or' };
}

/** Whether two designs of four 3-bit inputs agree on all of them. */
function agree(first: Design, second: Design): boolean {
  const [one, other] = [interpret(first), interpret(second)];
  for (let row = 0; row < 4096; row++) {
    const words = Object.fromEntries(
      ['a', 'b', 'c', 'e'].map((name, i) => [name, BigInt((row >> (3 * i)) & 7)]),
    );
    if (one.step(words).y !== other.step(words).y) return false;
  }
  return true;
}

describe('polynomials', () => {
  it('count a node once in a product, and an inverted bit as 1 less the node', () => {
    const product = multiplied(bitTerms(6), bitTerms(7), 4)!;
    expect(product.size).toBe(0);
    expect([...multiplied(bitTerms(6), bitTerms(9), 4)!]).toEqual([
      ['3', 1n],
      ['3,4', -1n],
    ]);
    expect(multiplied(bitTerms(6), bitTerms(9), 1)).toBeUndefined();
  });

  it('are bounded by their coefficients', () => {
    const value = wordTerms([2, 4, 6], true);
    expect(value).toMatchObject({ least: -4n, greatest: 3n });
    expect(fits(value, 3, true) && !fits(value, 2, true) && !fits(value, 3, false)).toBe(true);
    expect(ranged(new Map([['', -7n]]))).toMatchObject({ least: -7n, greatest: -7n });
  });
});

describe('cuts', () => {
  it('show the sum and the carry of a full adder, whichever operands are inverted', () => {
    for (let signs = 0; signs < 8; signs++) {
      const g = graphOf();
      const bits = [0, 1, 2].map((i) => g.variable() ^ ((signs >> i) & 1));
      const nodes = bits.map((bit) => bit >> 1);
      const [x, y, z] = bits as [number, number, number];
      const { sum, carry } = add(g, [x], [y], z);
      const other = or(g, or(g, g.and(x, y), g.and(x, z)), g.and(y, z));
      const table = (bit: number): number => {
        const cut = cutsIn(g)(bit >> 1).find(({ leaves }) => leaves.join() === nodes.join())!;
        return bit & 1 ? cut.table ^ 0xff : cut.table;
      };
      expect(table(sum[0]!)).toBe(oddTables[3][odd(signs)]);
      expect([table(carry), table(other)]).toEqual([majorityTables[signs], majorityTables[signs]]);
      expect(xor(g, xor(g, x, y), z)).toBe(sum[0]);
    }
  });
});

function odd(signs: number): 0 | 1 {
  return ((signs ^ (signs >> 1) ^ (signs >> 2)) & 1) as 0 | 1;
}
