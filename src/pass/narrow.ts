import { wrap } from '../base/index.js';
import type { Binary, Id, Module, Mul, Mux, Node, Not } from '../ir/index.js';
import { foldToRest } from './fold.js';
import { perModule } from './pass.js';
import { demands, neededBits, ranges, type Range } from './range.js';
import { rebuild, type Rebuilding } from './rebuild.js';

/** Makes sums, products and selections as narrow as their ranges and their readers allow. */
export const narrow = perModule('narrow', 'drops bits that range analysis or no reader needs', narrowToRest);

/** Narrowing until no node gets narrower: what one round folds away can let the next one see more. */
function narrowToRest(module: Module): Module {
  let current = foldToRest(module);
  for (let bits = totalBits(current); ;) {
    const next = foldToRest(narrowNodes(current));
    const total = totalBits(next);
    if (total >= bits) return current;
    [current, bits] = [next, total];
  }
}

/** Bits of all words that are computed; wiring costs nothing. */
function totalBits(module: Module): number {
  const wiring = ['slice', 'concat', 'extend', 'const', 'input', 'output'];
  return module.nodes.reduce((sum, node) => sum + (wiring.includes(node.kind) ? 0 : node.width), 0);
}

function narrowNodes(module: Module): Module {
  const range = ranges(module);
  const demand = demands(module);
  return rebuild(module, (node, to, old) => {
    const plan = planFor(node, range[old]!, demand[old]!);
    if (plan === undefined || !isNarrowable(node)) return to.add(node);
    const small = narrowed(node, plan.width, to);
    return small === undefined
      ? to.add(node)
      : to.add({ kind: 'extend', width: node.width, signed: plan.signed, a: small });
  });
}

interface Plan {
  readonly width: number;
  readonly signed: boolean;
}

/** To how many bits, and widened how, a node can be computed; undefined where nothing is won. */
function planFor(node: Node, range: Range, demand: number): Plan | undefined {
  const needed = neededBits(range);
  if (demand > 0 && demand < node.width && demand <= needed.width) return { width: demand, signed: false };
  return needed.width < node.width ? needed : undefined;
}

type Narrowable = Not | Binary | Mul | Mux;

function isNarrowable(node: Node): node is Narrowable {
  return node.kind === 'not' || node.kind === 'binary' || node.kind === 'mul' || node.kind === 'mux';
}

/** The low `width` bits of the node, computed on the low bits of its operands. */
function narrowed(node: Narrowable, width: number, to: Rebuilding): Id | undefined {
  const low = (id: Id, bits = width): Id => lowBits(to, id, bits);
  switch (node.kind) {
    case 'not':
      return to.add({ ...node, width, a: low(node.a) });
    case 'binary':
      return to.add({ ...node, width, a: low(node.a), b: low(node.b) });
    case 'mux':
      return to.add({ ...node, width, yes: low(node.yes), no: low(node.no) });
    case 'mul': {
      const [a, b] = [Math.min(width, to.node(node.a).width), Math.min(width, to.node(node.b).width)];
      if (a + b === node.width) return undefined;
      const product = to.add({ ...node, width: a + b, a: low(node.a, a), b: low(node.b, b) });
      return lowBits(to, product, width);
    }
  }
}

function lowBits(to: Rebuilding, id: Id, width: number): Id {
  const node = to.node(id);
  if (node.width === width) return id;
  if (node.kind === 'const') return to.add({ kind: 'const', width, value: wrap(node.value, width) });
  return to.add({ kind: 'slice', width, a: id, low: 0 });
}
