import { add } from './arithmetic.js';
import { numeric, type Context } from './context.js';
import { poison, type Value } from './value.js';

/** The exact sum of at least one number, in a balanced tree: a bit wider for each level. */
export function sum(context: Context, terms: readonly Value[]): Value {
  if (terms.length === 1) return numeric(context, terms[0]!, 'what is summed') ?? poison;
  let level = terms;
  while (level.length > 1) {
    const sums: Value[] = [];
    for (let k = 0; k + 1 < level.length; k += 2) sums.push(add(context, level[k]!, level[k + 1]!));
    level = level.length % 2 === 1 ? [...sums, level.at(-1)!] : sums;
  }
  return level[0]!;
}
