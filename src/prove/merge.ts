import { areEqual, type Effort } from './equal.js';
import type { Bit, Graph } from './graph.js';
import { substitute } from './substitute.js';

/**
 * Which pairs of bits are proven equal for all values of the variables. What lies behind pairs that may be equal is swept
 * first, the farthest nodes before those that are made of them, so that no search has to look far. The graph is left
 * with its sweep off.
 */
export function whichAreEqual(
  g: Graph,
  pairs: readonly (readonly [Bit, Bit])[],
  effort: Effort,
): readonly boolean[] {
  const isOpen = pairs.map(([a, b]) => a !== b && g.mayEqual(a, b));
  g.sweep(true);
  const merged = substitute(g, pairs.filter((_, i) => isOpen[i]).flat(), (variable) => 2 * variable);
  g.sweep(false);
  let at = 0;
  return pairs.map(([a, b], i) => {
    if (!isOpen[i]) return a === b;
    const [one, other] = [merged[at++]!, merged[at++]!];
    return areEqual(g, one, other, effort).kind === 'equal';
  });
}
