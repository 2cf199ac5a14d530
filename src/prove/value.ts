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
  /** Finds the value of a node whose word is there; gives it if the node is a sum or a product of words. */
  enter(node: Node, id: Id): Ranged | undefined;
}

/** The values of a module's words, which are entered in evaluation order. */
export function valuesOf(words: readonly Bits[]): Values {
  const values: (Ranged | undefined)[] = [];

  /** The word read as a number of that kind. */
  function read(id: Id, signed: boolean): Ranged {
    const value = values[id];
    return value && fits(value, words[id]!.length, signed) ? value : wordTerms(words[id]!, signed);
  }

  /** Any number that the word is congruent to. */
  function modulo(id: Id): Ranged {
    return values[id] ?? wordTerms(words[id]!, false);
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
        return (
          values[node.a] &&
          combined([
            [ranged(new Map([['', -1n]])), 1n],
            [values[node.a]!, -1n],
          ])
        );
      case 'extend':
        return read(node.a, node.signed);
      case 'slice':
        return node.low === 0 ? values[node.a] : undefined;
      case 'concat':
        return concatenated(node.parts);
      default:
        return undefined;
    }
  }

  /** The parts below the top one have to be equal to their polynomials, not only congruent. */
  function concatenated(parts: readonly Id[]): Ranged | undefined {
    if (parts.every((id) => values[id] === undefined)) return undefined;
    let low = 0n;
    return combined(
      parts.map((id, i) => {
        const weight = 1n << low;
        low += BigInt(words[id]!.length);
        return [i === parts.length - 1 ? modulo(id) : read(id, false), weight] as const;
      }),
    );
  }

  return {
    enter(node, id) {
      values[id] = valueOf(node);
      const isSum =
        node.kind === 'mul' || (node.kind === 'binary' && (node.op === 'add' || node.op === 'sub'));
      return isSum ? values[id] : undefined;
    },
  };
}

function lesser(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function greater(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
