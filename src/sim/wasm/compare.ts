import type { Graph } from './graph.js';
import { binaryWord, conjunction, notWord, paired } from './arithmetic.js';
import {
  agreed,
  isSignForm,
  isZeroForm,
  limb,
  signForm,
  truthWord,
  unsignedLimbs,
  valueOfWord,
  zeroForm,
  type Limbs,
} from './word.js';

export function equalWords(g: Graph, x: Limbs, y: Limbs): Limbs {
  const [a, b] = agreed(g, x, y);
  if (a.width === 1) return notWord(g, binaryWord(g, 'xor', a, b));
  if ((isSignForm(g, a) && isSignForm(g, b)) || (isZeroForm(g, a) && isZeroForm(g, b))) {
    return truthWord(
      conjunction(
        g,
        paired(g, a, b).map((pair) => g.pure('eq', pair)),
      ),
    );
  }
  if (valueOfWord(g, a) !== undefined || valueOfWord(g, b) !== undefined)
    return equalWords(g, zeroForm(g, a), zeroForm(g, b));
  const difference = unsignedLimbs(g, binaryWord(g, 'xor', a, b));
  return truthWord(
    conjunction(
      g,
      difference.map((ref) => g.pure('eq', [ref, g.constant(0)])),
    ),
  );
}

export function lessWords(g: Graph, a: Limbs, b: Limbs, signed: boolean): Limbs {
  const [x, y] = signed
    ? [signForm(g, a), signForm(g, b)]
    : [
        { ...a, limbs: unsignedLimbs(g, a) },
        { ...b, limbs: unsignedLimbs(g, b) },
      ];
  const count = Math.max(x.limbs.length, y.limbs.length);
  let mask = g.constant(0);
  for (let i = 0; i < count; i++) {
    // An unsigned word with fewer limbs than the other has zeros there, and its last limb shows no sign.
    const [p, q] = signed
      ? [limb(g, x, i), limb(g, y, i)]
      : [x.limbs[i] ?? g.constant(0), y.limbs[i] ?? g.constant(0)];
    const less = g.pure(signed && i === count - 1 ? 'ltS' : 'ltU', [p, q]);
    mask = i === 0 ? less : g.pure('or', [less, g.pure('and', [mask, g.pure('eq', [p, q])])]);
  }
  return truthWord(mask);
}
