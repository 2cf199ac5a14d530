import { failure, success, type Result } from '../base/index.js';
import {
  batches,
  fastSpace,
  floatRunner,
  floatTensor,
  largestOfRows,
  type Floats,
  type Prepared,
  type Space,
  type Workload,
} from '../nn/index.js';
import { noScores } from './problems.js';

/**
 * The constants of a network that a memory stores for it: all of float32 with more than one element that its nodes
 * read, so weights, biases and tables, but no single factors and bounds.
 */
export function storedNames({ constants, nodes }: Prepared): string[] {
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  return [...constants].flatMap(([name, { type, data }]) =>
    read.has(name) && type === 'float32' && data.length > 1 ? [name] : [],
  );
}

/**
 * How many samples of a workload a network gets wrong with these weights in the place of its own. A sample with a score
 * that is no number is wrong.
 */
export type Scorer = (weights: readonly Float32Array[]) => Result<number>;

/** @param names of the constants that are replaced, in the order in which weights will be given */
export function scorer(prepared: Prepared, names: readonly string[], workload: Workload): Scorer {
  const tensors = [...batches(workload)];
  const { labels, classes } = workload.images;
  const pool = reusedSpace(fastSpace());
  return (weights) => {
    const constants = new Map(prepared.constants);
    names.forEach((name, i) => constants.set(name, floatTensor(constants.get(name)!.dims, weights[i]!)));
    pool.restart();
    const run = floatRunner({ ...prepared, constants }, pool.space);
    let wrong = 0;
    for (const { from, tensor } of tensors) {
      const scores = run(tensor);
      if (!scores.ok) return scores;
      const rows = tensor.dims[0]!;
      if (scores.value.data.length !== rows * classes) return failure(noScores(scores.value.dims, classes));
      const { data } = scores.value;
      largestOfRows(data, rows).forEach((best, i) => {
        const isNumber = !data.subarray(i * classes, (i + 1) * classes).some(Number.isNaN);
        wrong += isNumber && best === labels[from + i] ? 0 : 1;
      });
    }
    return success(wrong);
  };
}

/** A space that gives the same arrays again after a restart, as memory for kernels is never given back. */
function reusedSpace(space: Space): { readonly space: Space; readonly restart: () => void } {
  const given = new Map<number, Floats[]>();
  const used = new Map<number, number>();
  const floats = (length: number): Floats => {
    const known = given.get(length) ?? [];
    const next = used.get(length) ?? 0;
    const array = known[next] ?? space.floats(length);
    if (next === known.length) given.set(length, [...known, array]);
    used.set(length, next + 1);
    return array;
  };
  return { space: { ...space, floats }, restart: () => used.clear() };
}
