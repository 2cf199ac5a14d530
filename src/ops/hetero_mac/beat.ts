import { signedWidth } from '../../base/index.js';
import {
  add,
  compare,
  elementsOf,
  hintValue,
  literal,
  mul,
  scalar,
  select,
  shiftLeft,
  sub,
  sum,
  wrap,
  type Datapath,
  type Scalar,
  type Value,
} from '../../builder/index.js';
import { bool, int, uint } from '../../format/index.js';
import type { Id } from '../../ir/index.js';
import { activationRange } from '../hetero_dot/weights.js';
import { popcount } from '../xnor_dot/popcount.js';
import { sumOfBits, type HeteroUnit } from './unit.js';
import type { Fields } from './word.js';

/**
 * What the activations of a cycle add to the sum of a plane: Σ ±a over the lanes that the mask has. With bit j of
 * all activations as the word A_j of weight w_j, its matches P_j = popcount(~(S ^ A_j) & M), and N = Σ w_j:
 *
 * - numbers: Σ_j w_j·P_j − N·popcount(~S & M), as an activation's bit adds w_j, 0 or −w_j
 * - bipolar: Σ_j w_j·(2·P_j − popcount(M)), as it adds w_j or −w_j
 *
 * The last popcount belongs to the weights alone and comes with them, as the word's field `count`.
 */
export function beatSum(datapath: Datapath, unit: HeteroUnit, fields: Fields, activations: Value): Value {
  const { format, bipolar } = unit.activation;
  const words = elementsOf(activations) as readonly Scalar[];
  const planes = Array.from({ length: format.width }, (_, j) => {
    const matches = popcount(datapath, matching(datapath, fields, words, j));
    hintValue(datapath.draft, matches, `matches_${j}`);
    return shiftLeft(datapath, matches, j + (bipolar ? 1 : 0));
  });
  const top = format.signed ? planes.pop()! : undefined;
  const positive = planes.length > 0 ? sum(datapath, planes) : literal(datapath, 0n);
  const matched = top ? sub(datapath, positive, top) : positive;
  const beat = wrap(datapath, corrected(datapath, unit, fields, matched), beatType(unit));
  hintValue(datapath.draft, beat, 'beat_sum');
  return beat;
}

/** The sum of matches without N times the step's count. */
function corrected(datapath: Datapath, unit: HeteroUnit, fields: Fields, matched: Value): Value {
  const count = scalar(uint(datapath.draft.widthOf(fields.count)), fields.count);
  const total = sumOfBits(unit.activation);
  if (total < 0n) return add(datapath, matched, mul(datapath, count, literal(datapath, -total)));
  return sub(datapath, matched, mul(datapath, count, literal(datapath, total)));
}

/** ~(S ^ A_j) & M. */
function matching({ draft }: Datapath, fields: Fields, words: readonly Scalar[], j: number): Id {
  const plane = draft.concat(words.map(({ id }) => draft.slice(id, j, 1)));
  draft.hint(plane, `bit_plane_${j}`);
  const same = draft.not(draft.binary('xor', fields.sign, plane));
  draft.hint(same, `same_${j}`);
  const matching = draft.binary('and', same, fields.mask);
  draft.hint(matching, `matching_${j}`);
  return matching;
}

/** The narrowest format of Σ ±a over all lanes. */
function beatType({ lanes, activation }: HeteroUnit) {
  const [least, most] = activationRange(activation);
  return int(signedWidth(BigInt(lanes) * (-least > most ? -least : most)));
}

/** The bool of whether a step is of plane `plane`. */
export function isPlane(datapath: Datapath, fields: Fields, plane: number): Value {
  const own = scalar(uint(datapath.draft.widthOf(fields.plane)), fields.plane);
  return compare(datapath, '==', own, literal(datapath, BigInt(plane)));
}

/** The factor of the step's plane; 0 for a plane that there is not. */
export function factorOf(datapath: Datapath, { scale }: HeteroUnit, fields: Fields): Value {
  const found = scale.reduceRight<Value>(
    (other, factor, plane) => {
      const own = literal(datapath, BigInt(factor));
      return select(datapath, isPlane(datapath, fields, plane), own, other);
    },
    literal(datapath, 0n),
  );
  hintValue(datapath.draft, found, 'factor');
  return found;
}

/** A bool of the circuit. */
export function truthOf(id: Id): Value {
  return scalar(bool, id);
}
