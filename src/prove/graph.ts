import { random } from '../base/index.js';
import { areEqual, isOver, type Effort } from './equal.js';

/** A bit of a graph: twice its node's number, plus 1 for its opposite. */
export type Bit = number;

/** The bits of a word, the lowest first. */
export type Bits = readonly Bit[];

export const zero: Bit = 0;
export const one: Bit = 1;

/**
 * An and-inverter graph in which, as far as the effort goes, no two nodes compute the same function of the
 * variables: a node that is made is compared with those that agree with it on random patterns, and gives way to one
 * that is proven equal (functionally reduced graphs: Mishchenko, Chatterjee, Jiang, Brayton, 2005). Nodes are in
 * evaluation order; node 0 is the constant 0.
 */
export interface Graph {
  readonly size: () => number;
  /** A new variable. */
  variable(): Bit;
  isVariable(node: number): boolean;
  and(a: Bit, b: Bit): Bit;
  /** The operands of a node that is no variable. */
  operandsOf(node: number): readonly [Bit, Bit];
  /** Words of 32 patterns each for every node, for given words of the variables. */
  evaluate(words: number, of: (variable: number) => Uint32Array): Uint32Array;
  /**
   * Whether nodes that are asked for from now on are compared with those known to differ; at first they are, where
   * there is an effort.
   */
  sweep(isOn: boolean): void;
  /** Takes all nodes that there are for different ones, with which others are compared. */
  keep(): void;
  /** Whether a node is among those that others are compared with. */
  isKept(node: number): boolean;
  /** For a bit those of the nodes' that agree with it on all patterns, in their order; there has to be an effort. */
  alike(nodes: readonly number[]): (bit: Bit) => Bits;
  /** Whether two bits agree on all patterns that nodes are told apart by; always so without an effort. */
  mayEqual(a: Bit, b: Bit): boolean;
  readonly counts: Counts;
}

/** What the comparisons came to. */
export interface Counts {
  merged: number;
  refuted: number;
  undecided: number;
}

export interface GraphOptions {
  /** How hard equal nodes are sought; without it only nodes of equal operands are found equal. */
  readonly effort?: Effort;
  readonly seed?: number;
}

/** How many nodes that look like a new one may be left undecided before it is taken for another function. */
const mostTries = 4;

/** Words of random patterns that every node is told apart by from the start. */
const patterns = 8;

/** Patterns that are added for each pair of nodes that a search told apart: what told them apart, and neighbours of it. */
const neighbours = 8;

/** Most words that added patterns may take, over all nodes. */
const mostWords = 1 << 25;

/** An empty graph. */
export function graphOf(options: GraphOptions = {}): Graph {
  const source = random(options.seed ?? 1);
  const counts: Counts = { merged: 0, refuted: 0, undecided: 0 };
  let size = 1;
  let isSweeping = options.effort !== undefined;
  let first = new Int32Array(1 << 12);
  let second = new Int32Array(1 << 12);
  let base = new Uint32Array(patterns << 12);
  const made = hashTable();
  /** Nodes by their patterns: the newest of each hash, and from each the next older one. */
  const classes = new Map<number, number>();
  let older = new Int32Array(1 << 12).fill(-1);
  let isKept = new Uint8Array(1 << 12);
  /** More patterns, a word for every node each: what told nodes apart that looked equal. */
  const refined: Uint32Array[] = [];
  /** How many of these are in the hashes. */
  let hashed = 0;
  /** The patterns of the last of these that are in use. */
  let used = 32;

  function grow(): void {
    if (size < first.length) return;
    first = wider(first, 2 * size);
    second = wider(second, 2 * size);
    older = wider(older, 2 * size);
    const more = new Uint32Array(2 * size * patterns);
    more.set(base);
    base = more;
    const kept = new Uint8Array(2 * size);
    kept.set(isKept);
    isKept = kept;
    refined.forEach((words, i) => {
      refined[i] = new Uint32Array(2 * size);
      refined[i]!.set(words);
    });
  }

  function variable(): Bit {
    grow();
    const node = size++;
    first[node] = -1;
    for (let k = 0; k < patterns; k++) base[node * patterns + k] = k === 0 ? source.uint32() : biased(k);
    for (const words of refined) words[node] = source.uint32();
    enter(node);
    return 2 * node;
  }

  /** Some words are mostly ones or mostly zeros, so that rare conditions come up. */
  function biased(k: number): number {
    const word = source.uint32();
    if (k % 4 === 1) return word & source.uint32() & source.uint32();
    if (k % 4 === 2) return word | source.uint32() | source.uint32();
    return word;
  }

  function and(a: Bit, b: Bit): Bit {
    if (a > b) [a, b] = [b, a];
    if (a === zero || (a ^ 1) === b) return zero;
    if (a === one || a === b) return b;
    const found = made.get(a, b);
    if (found >= 0 && (!isSweeping || isKept[found >> 1])) return found;
    const node = found >= 0 ? found >> 1 : add(a, b);
    const bit = isSweeping ? reduced(node) : 2 * node;
    if (bit !== 2 * node && found < 0) size--;
    made.set(a, b, bit);
    return bit;
  }

  function add(a: Bit, b: Bit): number {
    grow();
    const node = size++;
    first[node] = a;
    second[node] = b;
    if (options.effort) simulate(node);
    return node;
  }

  function simulate(node: number): void {
    const [a, b] = [first[node]!, second[node]!];
    const [mask, other] = [-(a & 1), -(b & 1)];
    const [from, with_] = [(a >> 1) * patterns, (b >> 1) * patterns];
    for (let k = 0; k < patterns; k++)
      base[node * patterns + k] = (base[from + k]! ^ mask) & (base[with_ + k]! ^ other);
    for (const words of refined) words[node] = (words[a >> 1]! ^ mask) & (words[b >> 1]! ^ other);
  }

  /** The node's bit, or that of a kept node which is proven equal. */
  function reduced(node: number): Bit {
    const hash = hashOf(node);
    let tries = 0;
    for (let other = classes.get(hash) ?? -1; other >= 0 && tries < mostTries; other = older[other]!) {
      const opposite = looksEqual(node, other);
      if (opposite === undefined) continue;
      if (isOver(options.effort!)) break;
      const answer = areEqual(graph, 2 * node, 2 * other + opposite, options.effort!);
      if (answer.kind === 'equal') {
        counts.merged++;
        return 2 * other + opposite;
      }
      if (answer.kind === 'unknown') {
        counts.undecided++;
        tries++;
      } else {
        counts.refuted++;
        if (!refine(answer.values)) tries++;
      }
    }
    if (refined.length > 2 * hashed + 2) rehash();
    enter(node);
    return 2 * node;
  }

  /** Takes the patterns that were added into the hashes: without them, nodes that are rarely 1 are all in one class. */
  function rehash(): void {
    hashed = refined.length - 1;
    classes.clear();
    for (let node = 0; node < size; node++) if (isKept[node]) enter(node);
  }

  function enter(node: number): void {
    const hash = hashOf(node);
    older[node] = classes.get(hash) ?? -1;
    classes.set(hash, node);
    isKept[node] = 1;
  }

  /** A hash of the node's patterns, the same for its opposite. */
  function hashOf(node: number): number {
    const flip = -(base[node * patterns]! & 1);
    let hash = 0;
    const mix = (word: number): void => {
      hash = Math.imul(hash ^ word ^ flip, 0x9e3779b1);
      hash ^= hash >>> 15;
    };
    for (let k = 0; k < patterns; k++) mix(base[node * patterns + k]!);
    for (let k = 0; k < hashed; k++) mix(refined[k]![node]!);
    return hash;
  }

  /** Whether two nodes agree (0) or are opposite (1) on all patterns; undefined where neither. */
  function looksEqual(a: number, b: number): 0 | 1 | undefined {
    const flip = (base[a * patterns]! ^ base[b * patterns]!) & 1;
    for (let k = 0; k < patterns; k++)
      if ((base[a * patterns + k]! ^ base[b * patterns + k]! ^ -flip) !== 0) return undefined;
    for (const words of refined) if ((words[a]! ^ words[b]! ^ -flip) !== 0) return undefined;
    return flip as 0 | 1;
  }

  /** Adds a pattern that told two nodes apart, and neighbours of it, for all nodes; false where there are too many. */
  function refine(values: ReadonlyMap<number, boolean>): boolean {
    if (used === 32) {
      if (refined.length * first.length > mostWords) return false;
      refined.push(new Uint32Array(first.length));
      used = 0;
    }
    const words = refined.at(-1)!;
    const fresh = ((1 << neighbours) - 1) << used;
    for (let node = 1; node < size; node++) {
      const [a, b] = [first[node]!, second[node]!];
      if (a >= 0) words[node] = (words[a >> 1]! ^ -(a & 1)) & (words[b >> 1]! ^ -(b & 1));
      else words[node] = (words[node]! & ~fresh) | (around(values.get(node), used) & fresh);
    }
    used += neighbours;
    return true;
  }

  /** A value, the same in the pattern of that number and in most others; all random where it does not matter. */
  function around(value: boolean | undefined, pattern: number): number {
    if (value === undefined) return source.uint32();
    const flips = source.uint32() & source.uint32() & source.uint32() & ~(1 << pattern);
    return -Number(value) ^ flips;
  }

  function evaluate(words: number, of: (variable: number) => Uint32Array): Uint32Array {
    const all = new Uint32Array(size * words);
    for (let node = 1; node < size; node++) {
      const [a, b] = [first[node]!, second[node]!];
      if (a < 0) {
        all.set(of(node), node * words);
        continue;
      }
      const [mask, other] = [-(a & 1), -(b & 1)];
      const [from, with_] = [(a >> 1) * words, (b >> 1) * words];
      for (let k = 0; k < words; k++)
        all[node * words + k] = (all[from + k]! ^ mask) & (all[with_ + k]! ^ other);
    }
    return all;
  }

  function alike(nodes: readonly number[]): (bit: Bit) => Bits {
    const byHash = new Map<number, number[]>();
    for (const node of nodes) {
      const hash = hashOf(node);
      const others = byHash.get(hash);
      if (others) others.push(node);
      else byHash.set(hash, [node]);
    }
    return (bit) =>
      (byHash.get(hashOf(bit >> 1)) ?? []).flatMap((node) => {
        const opposite = looksEqual(bit >> 1, node);
        return opposite === undefined ? [] : [2 * node + (opposite ^ (bit & 1))];
      });
  }

  const graph: Graph = {
    size: () => size,
    variable,
    and,
    isVariable: (node) => first[node]! < 0,
    operandsOf: (node) => [first[node]!, second[node]!],
    evaluate,
    isKept: (node) => isKept[node] === 1,
    alike,
    mayEqual: (a, b) => options.effort === undefined || looksEqual(a >> 1, b >> 1) === ((a ^ b) & 1),
    sweep(isOn) {
      isSweeping = isOn && options.effort !== undefined;
    },
    keep() {
      for (let node = 0; options.effort && node < size; node++) if (!isKept[node]) enter(node);
    },
    counts,
  };
  first[0] = -1;
  enter(0);
  return graph;
}

function wider(from: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const to = new Int32Array(length).fill(-1);
  to.set(from);
  return to;
}

/** Pairs of bits → a bit, by open addressing. */
function hashTable() {
  let capacity = 1 << 13;
  let keys = new Int32Array(2 * capacity).fill(-1);
  let values = new Int32Array(capacity);
  let count = 0;

  function slotOf(a: Bit, b: Bit): number {
    let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
    hash ^= hash >>> 16;
    let slot = hash & (capacity - 1);
    while (keys[2 * slot]! >= 0 && (keys[2 * slot] !== a || keys[2 * slot + 1] !== b))
      slot = (slot + 1) & (capacity - 1);
    return slot;
  }

  function put(a: Bit, b: Bit, value: Bit): void {
    const slot = slotOf(a, b);
    keys[2 * slot] = a;
    keys[2 * slot + 1] = b;
    values[slot] = value;
  }

  function rehash(): void {
    const [oldKeys, oldValues] = [keys, values];
    capacity *= 2;
    keys = new Int32Array(2 * capacity).fill(-1);
    values = new Int32Array(capacity);
    oldValues.forEach((value, slot) => {
      if (oldKeys[2 * slot]! >= 0) put(oldKeys[2 * slot]!, oldKeys[2 * slot + 1]!, value);
    });
  }

  return {
    get(a: Bit, b: Bit): Bit {
      const slot = slotOf(a, b);
      return keys[2 * slot]! >= 0 ? values[slot]! : -1;
    },
    set(a: Bit, b: Bit, value: Bit): void {
      if (2 * ++count > capacity) rehash();
      put(a, b, value);
    },
  };
}
