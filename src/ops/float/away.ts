import type { Scalar } from '../../builder/index.js';
import type { CodeRounding } from '../../format/index.js';
import type { Draft, Id } from '../../ir/index.js';

/** What is below a last bit: whether that is odd, the bits after it, and whether there is a one after those. */
export interface Part {
  readonly odd: Id;
  readonly tail: Id;
  readonly sticky: Id;
}

/**
 * Whether a magnitude is rounded to the greater neighbour.
 *
 * @param exact the number's sign and, for stochastic rounding, 32 random bits
 */
export function roundsAway(
  draft: Draft,
  rounding: CodeRounding,
  exact: { readonly sign: Scalar; readonly random?: Scalar },
  part: Part,
): Id {
  const width = draft.widthOf(part.tail);
  const half = draft.slice(part.tail, width - 1, 1);
  const rest =
    width === 1
      ? part.sticky
      : draft.binary('or', draft.reduce('or', draft.slice(part.tail, 0, width - 1)), part.sticky);
  const some = (): Id => draft.binary('or', half, rest);
  switch (rounding) {
    case 'nearest_even':
      return draft.binary('and', half, draft.binary('or', rest, part.odd));
    case 'nearest_away':
      return half;
    case 'toward_zero':
      return draft.constant(0n, 1);
    case 'down':
      return draft.binary('and', exact.sign.id, some());
    case 'up':
      return draft.binary('and', draft.not(exact.sign.id), some());
    case 'stochastic':
      return carries(draft, part.tail, exact.random);
  }
}

/** Whether the fraction and the random number make one together; beyond 32 bits the fraction cannot matter. */
function carries(draft: Draft, tail: Id, random: Scalar | undefined): Id {
  if (!random) throw new Error('stochastic rounding needs a random word');
  const top = draft.slice(tail, draft.widthOf(tail) - 32, 32);
  const sum = draft.binary('add', draft.extend(top, 33, false), draft.extend(random.id, 33, false));
  return draft.slice(sum, 32, 1);
}
