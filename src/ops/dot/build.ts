import { add, convert, elementsOf, hintValue, mul, type Datapath, type Value } from '../../builder/index.js';
import type { Fixed } from '../../format/index.js';

/** A multiplier for every lane and a balanced tree of adders, each as wide as its sum can be. */
export function buildDot(datapath: Datapath, a: Value, b: Value, to: Fixed): Value {
  const right = elementsOf(b);
  const products = elementsOf(a).map((x, k) => {
    const product = mul(datapath, x, right[k]!);
    hintValue(datapath.draft, product, `product_${k}`);
    return product;
  });
  return convert(datapath, sumTree(datapath, products), to, 'the inner product');
}

/** The exact sum of at least one value, in a balanced tree. */
export function sumTree(datapath: Datapath, terms: readonly Value[]): Value {
  let level = [...terms];
  for (let depth = 1; level.length > 1; depth++) {
    const sums: Value[] = [];
    for (let k = 0; k + 1 < level.length; k += 2) {
      const sum = add(datapath, level[k]!, level[k + 1]!);
      hintValue(datapath.draft, sum, `sum_${depth}_${k / 2}`);
      sums.push(sum);
    }
    if (level.length % 2 === 1) sums.push(level.at(-1)!);
    level = sums;
  }
  return level[0]!;
}
