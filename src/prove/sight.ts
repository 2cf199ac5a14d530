import type { Known } from './fact.js';
import type { Bit, Bits, Graph } from './graph.js';
import { nodesOf, renamed } from './polynomial.js';
import { coneOf, substitute } from './substitute.js';
import type { Sum } from './value.js';

/** Fewest bits of a sum that have to look like others of which nothing is known yet. */
const fewestBits = 2;

/** Sums without those of the same bits as an earlier one. */
export function distinct(sums: readonly Sum[]): Sum[] {
  return [...new Map(sums.map((sum) => [sum.bits.join(), sum])).values()];
}

/** The values of those sums, as far as they are not too long. */
export function knownOf(sums: readonly Sum[]): Known[] {
  return distinct(sums).flatMap(({ bits, value }) => {
    const polynomial = value();
    return polynomial ? [{ bits, value: polynomial }] : [];
  });
}

/** What matching sees of the graph: it changes with every word that is found. */
export interface Sight {
  /** What nodes behind the roots were found to be equal to. */
  readonly equal: ReadonlyMap<number, Bit>;
  readonly roots: Bits;
  /** Sums of the roots' own machine. */
  readonly others: readonly Known[];
  readonly added: AddedBy;
  /** Nodes behind the roots that look like a bit, and are none that others are compared with. */
  readonly alike: (bit: Bit) => Bits;
}

/** What is seen behind those roots, of which the others' sums are known. */
export function sightOf(g: Graph, roots: Bits, others: readonly Known[], equal: Sight['equal']): Sight {
  const made = coneOf(g, roots).filter((node) => !g.isVariable(node) && !g.isKept(node));
  return { equal, roots, others, added: addedBy(others), alike: g.alike(made) };
}

/** How often nodes are replaced in what has come of replacing others. */
const mostRounds = 4;

/** The first sight with all that was found since, some of it in what had come of it by then. */
export function replacedAgain(g: Graph, first: Sight, equal: Sight['equal']): Sight {
  let now = first;
  for (let round = 0; round < mostRounds; round++) {
    const next = replaced(g, now, equal);
    const isChanged = next.roots.some((bit, i) => bit !== now.roots[i]);
    now = next;
    if (!isChanged) break;
  }
  return now;
}

/** The sight with earlier bits in place of nodes. */
export function replaced(g: Graph, { roots, others }: Sight, equal: Sight['equal']): Sight {
  const from = [...new Set(others.flatMap(({ value }) => [...value.terms.keys()].flatMap(nodesOf)))];
  const bits = [...roots, ...from.map((node) => 2 * node), ...others.flatMap((sum) => sum.bits)];
  const made = substitute(g, bits, (variable) => 2 * variable, equal);
  const now = new Map(from.map((node, i) => [node, made[roots.length + i]!]));
  let at = roots.length + from.length;
  const words = others.map(({ bits, value }) => ({
    bits: made.slice(at, (at += bits.length)),
    value: { ...value, terms: renamed(value.terms, now) },
  }));
  return sightOf(g, made.slice(0, roots.length), words, equal);
}

/**
 * The bits that look like those of a sum, up to the highest that there is; without copies of the top one. Where there is none,
 * the sum's own is taken: there both may be made alike. Of several that look like a bit, one that an adder made
 * together with most of the others is taken, or else the nearest to the next higher one.
 */
export function counterpart({ bits }: Sum, { alike, added }: Sight): Bits {
  const choices = bits.map(alike);
  // The sum and how far its bits stand below those that they look like.
  const seats = (bit: Bit, i: number): string[] =>
    (added.get(bit >> 1) ?? []).map(([number, place]) => `${number} ${i - place}`);
  const adder = mostCommon(choices.map((found, i) => found.flatMap((bit) => seats(bit, i))));
  const word: Bit[] = [];
  for (let i = choices.findLastIndex((found) => found.length > 0); i >= 0; i--) {
    const found = choices[i]!.length > 0 ? choices[i]! : [bits[i]!];
    const next = word[0] ?? found.at(-1)!;
    const own = found.find((bit) => seats(bit, i).includes(adder!));
    word.unshift(own ?? found.reduce((a, b) => (Math.abs(b - next) < Math.abs(a - next) ? b : a)));
  }
  while (word.length > 1 && word.at(-1) === word.at(-2)) word.pop();
  return word.filter((bit, i) => bit !== bits[i]).length < fewestBits ? [] : word;
}

/** By node, the sums that it is a bit of, by number, and its place in them. */
type AddedBy = ReadonlyMap<number, readonly (readonly [number: number, place: number])[]>;

function addedBy(sums: readonly Known[]): AddedBy {
  const places = new Map<number, (readonly [number, number])[]>();
  sums.forEach(({ bits }, number) =>
    bits.forEach((bit, place) => {
      const known = places.get(bit >> 1);
      if (known) known.push([number, place]);
      else places.set(bit >> 1, [[number, place]]);
    }),
  );
  return places;
}

/** The text that is in the most of those lists. */
function mostCommon(lists: readonly (readonly string[])[]): string | undefined {
  const counts = new Map<string, number>();
  for (const list of lists) for (const one of new Set(list)) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts].reduce<[string | undefined, number]>((a, b) => (b[1] > a[1] ? b : a), [undefined, 0])[0];
}
