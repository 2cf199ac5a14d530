import {
  hintValue,
  literal,
  pack,
  shiftLeft,
  sub,
  wrap,
  type Datapath,
  type Value,
} from '../../builder/index.js';
import type { Fixed } from '../../format/index.js';
import { popcount } from './popcount.js';

/** lanes − 2·popcount(a xor b). */
export function buildXnorDot(datapath: Datapath, a: Value, b: Value, to: Fixed): Value {
  const { draft } = datapath;
  const differing = draft.binary('xor', pack(draft, a), pack(draft, b));
  draft.hint(differing, 'differing');
  const count = popcount(datapath, differing);
  hintValue(draft, count, 'count');
  const lanes = literal(datapath, BigInt(draft.widthOf(differing)));
  return wrap(datapath, sub(datapath, lanes, shiftLeft(datapath, count, 1)), to);
}
