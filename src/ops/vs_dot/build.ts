import {
  convert,
  hintValue,
  leaves,
  mul,
  pack,
  roundDrop,
  unpack,
  wrap,
  type Arguments,
  type Datapath,
  type Value,
} from '../../builder/index.js';
import type { Rounding } from '../../format/index.js';
import { dot } from '../dot/index.js';
import { apply, only } from '../operator.js';
import { scaledType, scaleDrop, scaleType } from './shape.js';

/** The inner product of two vectors of codes, times the product of their scales. */
export function buildScaled(datapath: Datapath, p: Arguments, inputs: readonly Value[]): Value {
  const [a, b, aScale, bScale] = inputs as [Value, Value, Value, Value];
  const named = (name: string, value: Value): Value => {
    hintValue(datapath.draft, value, name);
    return value;
  };
  const product = named('scale_product', mul(datapath, aScale, bScale));
  const rounded = roundDrop(datapath, product, scaleDrop(p), p['mode'] as Rounding);
  const scale = named('scale', wrap(datapath, rounded, scaleType(p)));
  const [left, right] = p['gate'] === true ? isolated(datapath, a, b, aScale, bScale) : [a, b];
  const partial = named('partial', only(apply(datapath, dot, [left, right])));
  const scaled = named('scaled', mul(datapath, partial, scale));
  return convert(datapath, scaled, scaledType(p), 'the scaled inner product');
}

/** Both vectors, all zeros while a scale is 0, so that nothing moves in the multipliers behind. */
function isolated(datapath: Datapath, a: Value, b: Value, aScale: Value, bScale: Value): [Value, Value] {
  const { draft } = datapath;
  const [some, others] = [aScale, bScale].map((scale) => draft.reduce('or', leaves(scale)[0]!.id));
  draft.hint(some!, 'a_nonzero');
  draft.hint(others!, 'b_nonzero');
  const live = draft.binary('and', some!, others!);
  draft.hint(live, 'live');
  const hold = (value: Value, name: string): Value => {
    if (value.kind === 'poison') return value;
    const word = pack(draft, value);
    const held = draft.binary('and', word, draft.extend(live, draft.widthOf(word), true));
    draft.hint(held, name);
    return unpack(draft, held, value.type);
  };
  return [hold(a, 'a_live'), hold(b, 'b_live')];
}
