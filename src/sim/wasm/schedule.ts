import type { Ref, Vector } from './graph.js';
import { countUses } from './inner.js';
import { effectOperands, type Effect, type Program } from './program.js';

/** Computes a vector and keeps it in locals. */
export interface Let {
  readonly kind: 'let';
  readonly ref: Ref;
}

export type Step = Let | Effect;

/** The order of a cycle's work. */
export interface Schedule {
  /** What the state needs: to be done in every cycle. */
  readonly always: readonly Step[];
  /** The outputs and what only they need: to be done in cycles that are looked at. */
  readonly visible: readonly Step[];
  /** The clock edge. Next values first, since they may still read memories; then writes. */
  readonly edge: readonly Effect[];
  /** Whether a vector is kept in locals, by a `let`; others are computed where they are used. */
  readonly kept: Uint8Array;
  /** How many vectors a depth-first evaluation holds at once. */
  readonly need: Uint16Array;
  /** How many words are computed at all. */
  readonly size: number;
}

/** How the kernel is going to be made, as far as it matters here. */
export interface Shape {
  /** Groups of four streams that are computed side by side: four where there are lanes of 8 bits. */
  readonly unroll: number;
  /** Whether slots are read from memory rather than from locals. */
  readonly stateInMemory: boolean;
}

/** How many words hold a vector of all groups. */
export function piecesOf({ unroll }: Shape, { uniform, lane }: Vector): number {
  return uniform ? 1 : (unroll * lane) / 32;
}

/** Nesting of expressions beyond which a vector is kept, so that the emitter's recursion stays shallow. */
const deepest = 48;
/** The same for the number of vectors in an expression: there are barriers and cuts between expressions only. */
const largest = 6;

export function schedule(program: Program, shape: Shape): Schedule {
  const { vectors } = program.graph;
  const edge = [...program.nexts, ...program.writes];
  const uses = countUses(vectors, [...edge, ...program.stores].flatMap(effectOperands));
  const kept = chooseKept(program, shape, uses);
  const need = needs(vectors, uses, kept);
  const seen = new Uint8Array(vectors.length);
  const order = (effect: Effect): Step[] =>
    effectOperands(effect).flatMap((ref) => depthFirst(vectors, ref, seen, kept, need));
  const always = edge.flatMap(order);
  const visible = program.stores.flatMap((store) => [...order(store), store]);
  const size = uses.reduce((sum, count, ref) => sum + (count > 0 ? piecesOf(shape, vectors[ref]!) : 0), 0);
  return { always, visible, edge, kept, need, size };
}

function chooseKept(
  { graph: g, inputs, writes }: Program,
  { unroll, stateInMemory }: Shape,
  uses: Uint32Array,
) {
  const { vectors } = g;
  const kept = new Uint8Array(vectors.length);
  const depth = new Uint8Array(vectors.length);
  const size = new Uint16Array(vectors.length);
  const keepable = ({ op }: Vector): boolean => op !== 'constant' && (op !== 'state' || stateInMemory);
  const keep = (ref: Ref): void => {
    if (keepable(vectors[ref]!)) kept[ref] = 1;
  };
  vectors.forEach((vector, ref) => {
    if (uses[ref] === 0) return;
    const { op, operands, uniform } = vector;
    if (readsAgain.has(op)) operands.forEach(keep);
    depth[ref] = 1 + operands.reduce((most, each) => Math.max(most, kept[each] ? 0 : depth[each]!), 0);
    size[ref] = 1 + operands.reduce((sum, each) => sum + (kept[each] ? 0 : size[each]!), 0);
    const bytes = isByteLoad(inputs, vector);
    const shared = unroll > 1 && (uniform || bytes);
    if (op === 'inner' || uses[ref]! > 1 || shared || depth[ref]! > deepest || size[ref]! > largest)
      keep(ref);
  });
  for (const { offset, data } of writes) [offset, ...data].forEach(keep);
  return kept;
}

/** Operations that read an operand several times. */
const readsAgain = new Set<Vector['op']>([
  'mulHighS',
  'mulHighU',
  'gather',
  'inner',
  'widenS',
  'widenU',
  'double',
]);

/** Whether a vector is made of bytes in lanes of 32 bits, of which two groups come with one load. */
export function isByteLoad(inputs: Program['inputs'], { op, at, uniform, lane }: Vector): boolean {
  return op === 'load' && !uniform && lane === 32 && inputs[at]!.elementBytes === 1;
}

/** Sethi and Ullman's numbers, as if every vector were used once. */
function needs(vectors: readonly Vector[], uses: Uint32Array, kept: Uint8Array): Uint16Array {
  const need = new Uint16Array(vectors.length);
  vectors.forEach(({ operands }, ref) => {
    if (uses[ref] === 0) return;
    const [x = 0, y = 0, z = 0] = operands.map((each) => need[each]!).sort((a, b) => b - a);
    // A vector with several uses counts once for all of them: where it is kept it needs no more.
    need[ref] =
      kept[ref] && uses[ref]! > 1
        ? 1
        : Math.min(60000, Math.max(1, x, y + 1, operands.length > 2 ? z + 2 : 0));
  });
  return need;
}

/** The kept vectors under `root` that are not seen yet, operands first, those that need more before the others. */
function depthFirst(
  vectors: readonly Vector[],
  root: Ref,
  seen: Uint8Array,
  kept: Uint8Array,
  need: Uint16Array,
): Let[] {
  const lets: Let[] = [];
  const stack: Ref[] = [root];
  while (stack.length > 0) {
    const ref = stack.at(-1)!;
    if (seen[ref] === 2) {
      stack.pop();
    } else if (seen[ref] === 1) {
      seen[ref] = 2;
      stack.pop();
      if (kept[ref]) lets.push({ kind: 'let', ref });
    } else {
      seen[ref] = 1;
      const open = vectors[ref]!.operands.filter((each) => seen[each] === 0);
      stack.push(...open.sort((a, b) => need[a]! - need[b]!));
    }
  }
  return lets;
}

/** The kept vectors that a step reads, each once, and how many vectors its expression computes. */
export function expression(vectors: readonly Vector[], step: Step, kept: Uint8Array): Expression {
  const reads = new Set<Ref>();
  const stack = [...(step.kind === 'let' ? vectors[step.ref]!.operands : effectOperands(step))];
  let size = 1;
  for (let ref = stack.pop(); ref !== undefined; ref = stack.pop()) {
    size++;
    if (kept[ref]) reads.add(ref);
    else stack.push(...vectors[ref]!.operands);
  }
  return { reads: [...reads], size };
}

export interface Expression {
  readonly reads: readonly Ref[];
  readonly size: number;
}
