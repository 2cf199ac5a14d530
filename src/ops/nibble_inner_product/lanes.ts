import { clog2 } from '../../base/index.js';
import { scalar, type Datapath, sum } from '../../builder/index.js';
import { int } from '../../format/index.js';
import type { Draft, Id } from '../../ir/index.js';
import { gate } from './exponents.js';
import { productWidth, windowOf, type IpuShape } from './shape.js';

/** What a lane holds of its job. */
export interface Lane {
  /** Four nibbles of each operand. */
  readonly a: Id;
  readonly b: Id;
  /** Whether the product's sign is turned: that of floating-point factors of two signs. */
  readonly negative: Id;
  /** How far the product is still to be shifted right. */
  readonly distance: Id;
  readonly active: Id;
}

/** The nibble of one side that a pass multiplies, the same for all lanes. */
export interface Chosen {
  /** Which of the four. */
  readonly index: Id;
  /** Whether its top bit is a sign. */
  readonly signed: Id;
}

/** Products of one step, shifted inside the window of the tree's inputs and summed. */
export function sumLanes(
  datapath: Datapath,
  shape: IpuShape,
  lanes: readonly Lane[],
  a: Chosen,
  b: Chosen,
): Id {
  const { draft } = datapath;
  const terms = lanes.map((lane, k) => {
    const product = laneProduct(draft, lane, a, b, k);
    const term = gate(draft, served(draft, shape, lane), shifted(draft, shape, product, lane.distance));
    draft.hint(term, `term_${k}`);
    return scalar(int(shape.tree), term);
  });
  const total = sum(datapath, terms);
  if (total.kind !== 'scalar') throw new Error('lanes are numbers');
  return total.id;
}

/** The product of a nibble of each side, each with a sign: 5 bits by 5 bits, which needs no more than 9. */
function laneProduct(draft: Draft, lane: Lane, a: Chosen, b: Chosen, k: number): Id {
  const x = withSign(draft, lane.a, a);
  const y = withSign(draft, lane.b, b);
  const turned = draft.mux(lane.negative, draft.binary('sub', draft.constant(0n, 5), y), y);
  const product = draft.slice(draft.mul(x, turned, true), 0, productWidth);
  draft.hint(x, `factor_a_${k}`);
  draft.hint(turned, `factor_b_${k}`);
  draft.hint(product, `product_${k}`);
  return product;
}

function withSign(draft: Draft, nibbles: Id, { index, signed }: Chosen): Id {
  const nibble = (k: number): Id => draft.slice(nibbles, 4 * k, 4);
  const [low, high] = [draft.slice(index, 0, 1), draft.slice(index, 1, 1)];
  const chosen = draft.mux(high, draft.mux(low, nibble(3), nibble(2)), draft.mux(low, nibble(1), nibble(0)));
  return draft.concat([chosen, draft.binary('and', signed, draft.slice(chosen, 3, 1))]);
}

/** The local shifter. For `multi` it goes only as far as loses nothing; for `single` bits fall off the end. */
function shifted(draft: Draft, shape: IpuShape, product: Id, distance: Id): Id {
  const window = windowOf(shape);
  const top = draft.concat([draft.constant(0n, window), product]);
  if (shape.alignment === 'single') return draft.shift('right', top, distance, true);
  const reach = clog2(window);
  if (reach === 0) return top;
  const by = draft.slice(distance, 0, Math.min(reach, draft.widthOf(distance)));
  return draft.shift('right', top, by, true);
}

/** Whether the lane's product is added in this step. */
function served(draft: Draft, shape: IpuShape, lane: Lane): Id {
  return shape.alignment === 'single'
    ? lane.active
    : draft.binary('and', lane.active, isNear(draft, shape, lane.distance));
}

/** Whether the distance is one that the local shifter can bridge without loss: less than sp. */
export function isNear(draft: Draft, shape: IpuShape, distance: Id): Id {
  const window = windowOf(shape);
  const width = draft.widthOf(distance);
  if (window >= 2 ** width) return draft.constant(1n, 1);
  return draft.compare('lt', distance, draft.constant(BigInt(window), width), false);
}
