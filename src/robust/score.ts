import { failure, success, type Result } from '../base/index.js';
import {
  batches,
  fastSpace,
  floatRunner,
  floatTensor,
  largestOfRows,
  type FloatRun,
  type Floats,
  type Prepared,
  type Space,
  type TensorOf,
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
 * How many samples of a workload a network gets wrong with other weights in the place of its own: those that are given for
 * each batch in turn. A sample with a score that is no number is wrong.
 */
export type Scorer = (weightsOf: (batch: number) => readonly Float32Array[]) => Result<number>;

/**
 * @param names of the constants that are replaced, in the order in which weights will be given
 * @param size images of a batch; as many as is usual where it is left out
 */
export function scorer(
  prepared: Prepared,
  names: readonly string[],
  workload: Workload,
  size?: number,
): Scorer {
  const tensors = [...batches(workload, size)];
  const pool = reusedSpace(fastSpace());
  const runWith = (weights: readonly Float32Array[]): FloatRun => {
    const constants = new Map(prepared.constants);
    names.forEach((name, i) => constants.set(name, floatTensor(constants.get(name)!.dims, weights[i]!)));
    pool.restart();
    return floatRunner({ ...prepared, constants }, pool.space);
  };
  return (weightsOf) => {
    let [known, run]: [readonly Float32Array[] | undefined, FloatRun | undefined] = [undefined, undefined];
    let wrong = 0;
    for (const [batch, { from, tensor }] of tensors.entries()) {
      const weights = weightsOf(batch);
      if (weights !== known) run = runWith((known = weights));
      const scores = run!(tensor);
      const found = scores.ok ? wrongOf(scores.value, workload, from, tensor.dims[0]!) : scores;
      if (!found.ok) return found;
      wrong += found.value;
    }
    return success(wrong);
  };
}

/** How many of some samples, the first of them at `from`, have no greatest score for their label. */
export function wrongOf(
  { data, dims }: TensorOf<'float32'>,
  { images: { labels, classes } }: Workload,
  from: number,
  rows: number,
): Result<number> {
  if (data.length !== rows * classes) return failure(noScores(dims, classes));
  const isRight = (best: number, i: number): boolean =>
    best === labels[from + i] && !data.subarray(i * classes, (i + 1) * classes).some(Number.isNaN);
  return success(largestOfRows(data, rows).reduce((sum, best, i) => sum + (isRight(best, i) ? 0 : 1), 0));
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
