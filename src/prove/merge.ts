import { areEqual, type Effort } from './equal.js';
import type { Bit, Graph } from './graph.js';
import { matchSums } from './match.js';
import { substitute } from './substitute.js';
import type { Sums } from './value.js';

/**
 * Which pairs of bits are proven equal for all values of the variables. What lies behind pairs that may be equal is swept
 * first, the farthest nodes before those that are made of them, so that no search has to look far. The graph is left
 * with its sweep off.
 *
 * @param sums words of the graph that may be computed in another way behind the pairs
 */
export function whichAreEqual(
  g: Graph,
  pairs: readonly (readonly [Bit, Bit])[],
  effort: Effort,
  sums: Sums = { own: [], others: [] },
): readonly boolean[] {
  const isOpen = pairs.map(([a, b]) => a !== b && g.mayEqual(a, b));
  const open = pairs.filter((_, i) => isOpen[i]).flat();
  const made = matchSums(g, sums, open, effort);
  g.sweep(true);
  const merged = substitute(g, made, (variable) => 2 * variable);
  g.sweep(false);
  let at = 0;
  return pairs.map(([a, b], i) => {
    if (!isOpen[i]) return a === b;
    const [one, other] = [merged[at++]!, merged[at++]!];
    return areEqual(g, one, other, effort).kind === 'equal';
  });
}
