import type { Id, Node } from '../ir/index.js';
import type { Bits } from './graph.js';
import { accumulate, fits, multiplied, ranged, wordTerms, type Ranged } from './polynomial.js';

/** Most terms of a polynomial that is kept. */
const mostTerms = 1 << 14;

/**
 * What the words of a module are worth as polynomials in the bits that its sums and products start from. A word is congruent
 * to its polynomial modulo 2^width; where the polynomial's bounds fit the word, it is equal.
 */
export interface Values {
  /** To be called for every node in evaluation order. Gives how the value of a sum or a product is found. */
  enter(node: Node, id: Id): ValueOf | undefined;
}

/**
 * The value of a word; undefined where its polynomial gets too long.
 *
 * @param isCut words whose bits are taken as they are, whatever makes them; none unless given
 */
export type ValueOf = (isCut?: (word: Bits) => boolean) => Ranged | undefined;

/** A word of a graph that is congruent to a polynomial modulo 2^width, and equal to it where its bounds fit the word. */
export interface Sum {
  readonly bits: Bits;
  readonly value: ValueOf;
}

/** The sums and products of two machines, in evaluation order. */
export interface Sums {
  readonly own: Sum[];
  /** Those of the machine whose bits are looked at. */
  readonly others: Sum[];
}

/** The values of a module's words. */
export function valuesOf(words: readonly Bits[]): Values {
  const nodes: Node[] = [];
  const uncut = valuesUnder(nodes, words, () => false);
  return {
    enter(node, id) {
      nodes[id] = node;
      if (!isSum(node)) return undefined;
      return (isCut) => (isCut ? valuesUnder(nodes, words, isCut).inside(id) : uncut.inside(id));
    },
  };
}

function isSum(node: Node): boolean {
  return node.kind === 'mul' || (node.kind === 'binary' && (node.op === 'add' || node.op === 'sub'));
}

function valuesUnder(nodes: readonly Node[], words: readonly Bits[], isCut: (word: Bits) => boolean) {
  const values = new Map<Id, Ranged | undefined>();

  function valueAt(id: Id): Ranged | undefined {
    if (!values.has(id)) values.set(id, isCut(words[id]!) ? undefined : valueOf(nodes[id]!));
    return values.get(id);
  }

  /** The value of a word by what makes it, also where it is to be cut. */
  function inside(id: Id): Ranged | undefined {
    return valueAt(id) ?? valueOf(nodes[id]!);
  }

  /** The word read as a number of that kind. */
  function read(id: Id, signed: boolean): Ranged {
    const value = valueAt(id);
    return value && fits(value, words[id]!.length, signed) ? value : wordTerms(words[id]!, signed);
  }

  /** Any number that the word is congruent to. */
  function modulo(id: Id): Ranged {
    return valueAt(id) ?? wordTerms(words[id]!, false);
  }

  function combined(parts: readonly (readonly [Ranged, bigint])[]): Ranged | undefined {
    const terms = new Map<string, bigint>();
    let [least, greatest] = [0n, 0n];
    for (const [part, factor] of parts) {
      accumulate(terms, part.terms, factor);
      const ends = [factor * part.least, factor * part.greatest] as const;
      least += factor < 0n ? ends[1] : ends[0];
      greatest += factor < 0n ? ends[0] : ends[1];
    }
    return terms.size > mostTerms ? undefined : { terms, least, greatest };
  }

  function product(a: Id, b: Id, signed: boolean): Ranged | undefined {
    const [x, y] = [read(a, signed), read(b, signed)];
    const terms = multiplied(x.terms, y.terms, mostTerms);
    if (!terms) return undefined;
    const ends = [x.least * y.least, x.least * y.greatest, x.greatest * y.least, x.greatest * y.greatest];
    const own = ranged(terms);
    return {
      terms,
      least: greater(own.least, ends.reduce(lesser)),
      greatest: lesser(own.greatest, ends.reduce(greater)),
    };
  }

  function valueOf(node: Node): Ranged | undefined {
    switch (node.kind) {
      case 'const':
        return {
          terms: new Map(node.value ? [['', node.value]] : []),
          least: node.value,
          greatest: node.value,
        };
      case 'mul':
        return product(node.a, node.b, node.signed);
      case 'binary':
        if (node.op !== 'add' && node.op !== 'sub') return undefined;
        return combined([
          [modulo(node.a), 1n],
          [modulo(node.b), node.op === 'add' ? 1n : -1n],
        ]);
      case 'not':
        return inverted(valueAt(node.a));
      case 'extend':
        return read(node.a, node.signed);
      case 'slice':
        return node.low === 0 ? valueAt(node.a) : undefined;
      case 'concat':
        return concatenated(node.parts);
      default:
        return undefined;
    }
  }

  function inverted(value: Ranged | undefined): Ranged | undefined {
    return (
      value &&
      combined([
        [ranged(new Map([['', -1n]])), 1n],
        [value, -1n],
      ])
    );
  }

  /** The parts below the top one have to be equal to their polynomials, not only congruent. */
  function concatenated(parts: readonly Id[]): Ranged | undefined {
    if (parts.every((id) => valueAt(id) === undefined)) return undefined;
    let low = 0n;
    return combined(
      parts.map((id, i) => {
        const weight = 1n << low;
        low += BigInt(words[id]!.length);
        return [i === parts.length - 1 ? modulo(id) : read(id, false), weight] as const;
      }),
    );
  }

  return { inside };
}

function lesser(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function greater(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
