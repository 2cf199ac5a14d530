import {
  convert,
  elementsOf,
  hintValue,
  mul,
  roundDrop,
  saturate,
  sum,
  vectorOf,
  type Datapath,
  type Value,
} from '../../builder/index.js';
import type { Fixed, Rounding } from '../../format/index.js';

/** A multiplier for each weight, and for each lane a tree of adders, rounding and saturation. */
export function buildBlend(
  datapath: Datapath,
  w: Value,
  c: Value,
  shift: number,
  to: Fixed,
  mode: Rounding,
): Value {
  const coefficients = elementsOf(c);
  const domains = elementsOf(w).map(elementsOf);
  const named = (name: string, value: Value): Value => {
    hintValue(datapath.draft, value, name);
    return value;
  };
  const lanes = domains[0]!.map((_, lane) => {
    const products = domains.map((weights, domain) =>
      named(`product_${domain}_${lane}`, mul(datapath, coefficients[domain]!, weights[lane]!)),
    );
    const blended = named(`blended_${lane}`, sum(datapath, products));
    const rounded = named(`rounded_${lane}`, roundDrop(datapath, blended, shift, mode));
    return convert(datapath, saturate(datapath, rounded, to), to, 'the blended weight');
  });
  return vectorOf(to, lanes);
}
