import { random } from '../../../base/index.js';
import type { Samples } from '../samples.js';

/** One row and its class. */
export interface Labelled {
  readonly numbers: readonly number[];
  readonly label: number;
}

/**
 * The rows of a split, drawn without regard to their order in the file: the first `test` of a seeded shuffle for
 * tests, the next `train` for training.
 */
export function splitRows(
  rows: readonly Labelled[],
  split: 'train' | 'test',
  sizes: { readonly train: number; readonly test: number },
  classes: number,
): Extract<Samples, { kind: 'rows' }> {
  const source = random(1);
  const order = rows.map((_, i) => i);
  for (let i = order.length - 1; i > 0; i--) {
    const j = source.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  const from = split === 'test' ? 0 : sizes.test;
  const chosen = order.slice(from, from + sizes[split]).map((at) => rows[at]!);
  const width = rows[0]?.numbers.length ?? 0;
  const values = new Float32Array(chosen.length * width);
  chosen.forEach(({ numbers }, i) => values.set(numbers, i * width));
  const labels = Uint8Array.from(chosen, ({ label }) => label);
  return { kind: 'rows', shape: [width], values, labels, classes };
}
